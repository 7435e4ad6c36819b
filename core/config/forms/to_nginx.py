"""Mappings as a configuration of nginx (1.21 or newer, with its stream module), TCP and UDP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config.address import EVERY_ADDRESS, Endpoint, format_address
from core.config.forms.writing import Writing, as_comment, as_word
from core.config.mapping import Mapping, Policy, Protocol, ProxyProtocol
from core.engine.resolver import is_literal
from core.message import Message, message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TOP = """\
# Mappings of Portway for nginx. To check: nginx -t -c FILE (with its whole path)
# Names of targets are looked up once, at the start; those that are not found then are an error.
include /etc/nginx/modules-enabled/*.conf;
events {
    worker_connections 4096;
}
stream {\
"""
_NEVER = "365d"
"""nginx has no "never"."""


def write_nginx(mappings: Iterable[Mapping]) -> Writing:
    """A whole configuration; what nginx has nothing like is a comment and a notice."""
    writing = Writing(_TOP.splitlines())
    for number, mapping in enumerate(mappings, 1):
        writing.lines.append("")
        fault = _why_not(mapping)
        if fault is not None:
            writing.leave_out(mapping, fault)
            continue
        title = as_comment(f"{mapping.name} {mapping.comment}")
        writing.lines += [f"# {title}"] if title else []
        for notice in _shortcomings(mapping):
            writing.leave_out(mapping, notice)
        lines = list(_blocks(as_word(number, mapping).replace("-", "_"), mapping))
        mark = "    " if mapping.enabled else "#   "
        if not mapping.enabled:
            writing.lines.append("# It is switched off:")
        writing.lines += [mark + line for line in lines]
    writing.lines.append("}")
    return writing


def _why_not(mapping: Mapping) -> Message | None:
    host = mapping.listen_host
    if not (is_literal(host) or host == EVERY_ADDRESS or "." in host or host == "localhost"):
        text = "nginx does not listen on an interface ({name}), so this is not in it."
        return message(text, name=host)
    zoned = [one.host for one in (mapping.listen, *mapping.targets) if "%" in one.host]
    if zoned:
        text = "nginx has no zones such as in {address}, so this is not in it."
        return message(text, address=zoned[0])
    return None


def _shortcomings(mapping: Mapping) -> Iterator[Message]:
    if mapping.limit_up or mapping.limit_down:
        yield message("nginx limits each connection, not all together.")
    if mapping.proxy_protocol is ProxyProtocol.V2:
        yield message("nginx sends version 1 of the PROXY protocol only, so none is sent.")


def _blocks(word: str, mapping: Mapping) -> Iterator[str]:
    if mapping.max_connections:
        # A key that is the same for all connections counts them all.
        yield f"limit_conn_zone {word} zone={word}:32k;"
    count = len(mapping.listen_ports)
    one_by_one = any(len(target.ports) > 1 for target in mapping.targets)
    for offset in range(count if one_by_one else 1):
        listen = mapping.listen_ports.first + offset if one_by_one else mapping.listen_ports
        name = f"{word}_{offset}" if one_by_one else word
        if mapping.more_targets:
            yield from _upstream(name, mapping, offset)
            target = name
        else:
            target = _place(mapping.target, offset)
        for protocol in mapping.protocols:
            yield "server {"
            for line in _server(word, mapping, protocol, str(listen), target):
                yield f"    {line};"
            yield "}"


def _upstream(name: str, mapping: Mapping, offset: int) -> Iterator[str]:
    yield f"upstream {name} {{"
    for number, target in enumerate(mapping.targets):
        backup = number and mapping.policy is Policy.FAILOVER
        yield f"    server {_place(target, offset)}{' backup' * bool(backup)};"
    yield "}"


def _server(
    word: str, mapping: Mapping, protocol: Protocol, ports: str, target: str
) -> Iterator[str]:
    udp = " udp" * (protocol is Protocol.UDP)
    host = mapping.listen_host
    if host == EVERY_ADDRESS:
        yield f"listen {ports}{udp}"
        yield f"listen [::]:{ports}{udp} ipv6only=on"
    elif host == "::":
        yield f"listen [::]:{ports}{udp} ipv6only=off"
    else:
        place = f"[{host}]" if ":" in host else host
        yield f"listen {place}:{ports}{udp}"
    yield f"proxy_pass {target}"
    for network in mapping.allow:
        yield f"allow {network.strip()}"
    if mapping.allow:
        yield "deny all"
    if mapping.max_connections:
        yield f"limit_conn {word} {mapping.max_connections}"
    yield f"proxy_connect_timeout {_time(mapping.connect_timeout)}"
    idle = mapping.udp_timeout if udp else mapping.idle_timeout
    yield f"proxy_timeout {_time(idle) if idle else _NEVER}"
    if not udp:
        yield "proxy_half_close on"
        if mapping.keepalive:
            yield "proxy_socket_keepalive on"
    if mapping.proxy_protocol is ProxyProtocol.V1 and not udp:
        yield "proxy_protocol on"
    if mapping.source_address:
        yield f"proxy_bind {mapping.source_address}"
    if mapping.limit_up:
        yield f"proxy_upload_rate {mapping.limit_up}"
    if mapping.limit_down:
        yield f"proxy_download_rate {mapping.limit_down}"


def _place(target: Endpoint, offset: int) -> str:
    return format_address(target.host, target.port_at(offset))


def _time(seconds: float) -> str:
    return f"{max(1, round(seconds * 1000))}ms"
