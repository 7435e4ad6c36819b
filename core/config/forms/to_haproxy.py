"""Mappings as a configuration of HAProxy (2.2 or newer), which carries TCP only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config.address import EVERY_ADDRESS, Endpoint, format_address
from core.config.forms.writing import Writing, as_comment, as_word
from core.config.mapping import Mapping, Policy, Protocol, ProxyProtocol
from core.engine.resolver import is_literal
from core.message import message

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOP = """\
# Mappings of Portway for HAProxy. To check: haproxy -c -f FILE
defaults
    mode tcp
    timeout connect 10s
    # The longest there is: without these two, HAProxy warns.
    timeout client 24d
    timeout server 24d

# Names of targets are looked up at the start, and again while it runs.
resolvers system
    parse-resolv-conf
"""
_PROXY = {
    ProxyProtocol.OFF: "",
    ProxyProtocol.V1: " send-proxy",
    ProxyProtocol.V2: " send-proxy-v2",
}


def write_haproxy(mappings: Iterable[Mapping]) -> Writing:
    """A whole configuration; what HAProxy has nothing like is a comment and a notice."""
    writing = Writing(_TOP.splitlines())
    for number, mapping in enumerate(mappings, 1):
        writing.lines.append("")
        if Protocol.TCP not in mapping.protocols:
            writing.leave_out(mapping, message("HAProxy has no UDP, so this is not in it."))
            continue
        bind = _bind(mapping)
        zoned = [one.host for one in (mapping.listen, *mapping.targets) if "%" in one.host]
        if zoned:
            text = "HAProxy has no zones such as in {address}, so this is not in it."
            writing.leave_out(mapping, message(text, address=zoned[0]))
            continue
        if mapping.protocol is Protocol.BOTH:
            writing.leave_out(mapping, message("HAProxy has no UDP; this is its TCP."))
        if mapping.limit_up or mapping.limit_down:
            writing.leave_out(mapping, message("the limits in bytes per second are not in it."))
        title = as_comment(f"{mapping.name} {mapping.comment}")
        writing.lines += [f"# {title}"] if title else []
        writing.lines += [f"listen {as_word(number, mapping)}", f"    {bind}"]
        writing.lines += [f"    {line}" for line in _settings(mapping)]
        writing.lines += [f"    {line}" for line in _servers(mapping)]
    return writing


def _bind(mapping: Mapping) -> str:
    host, ports = mapping.listen_host, mapping.listen_ports
    if host in (EVERY_ADDRESS, "::"):
        return f"bind [::]:{ports} v4v6"
    if is_literal(host):
        return f"bind {format_address(host, ports)}"
    if "." in host or host.lower() == "localhost":
        return f"bind {host}:{ports}"
    return f"bind [::]:{ports} v4v6 interface {host}"


def _settings(mapping: Mapping) -> Iterable[str]:
    if not mapping.enabled:
        yield "disabled"
    if mapping.allow:
        yield f"tcp-request connection reject if !{{ src {' '.join(mapping.allow)} }}"
    if mapping.max_connections:
        yield f"maxconn {mapping.max_connections}"
    yield f"timeout connect {_time(mapping.connect_timeout)}"
    if mapping.idle_timeout:
        yield f"timeout client {_time(mapping.idle_timeout)}"
        yield f"timeout server {_time(mapping.idle_timeout)}"
    if mapping.half_closed_timeout:
        yield f"timeout client-fin {_time(mapping.half_closed_timeout)}"
        yield f"timeout server-fin {_time(mapping.half_closed_timeout)}"
    if mapping.keepalive:
        yield "option tcpka"
    if mapping.source_address:
        yield f"source {format_address(mapping.source_address, 0)}"
    if mapping.more_targets:
        round_robin = mapping.policy is Policy.ROUND_ROBIN
        yield "balance roundrobin" if round_robin else "balance first"
        yield "option redispatch"


def _servers(mapping: Mapping) -> Iterable[str]:
    several = bool(mapping.more_targets)
    for number, target in enumerate(mapping.targets, 1):
        words = [f"server target-{number} {_place(mapping, target)}"]
        if not is_literal(target.host):
            words.append("resolvers system init-addr last,libc,none")
        if several:
            # Of a range, the lowest port tells whether the target is there.
            words.append("check" + f" port {target.ports.first}" * (len(target.ports) > 1))
            if number > 1 and mapping.policy is Policy.FAILOVER:
                words.append("backup")
        yield " ".join(words) + _PROXY[mapping.proxy_protocol]


def _place(mapping: Mapping, target: Endpoint) -> str:
    """A target; the ports of a range are the client's, or so many more or less."""
    if len(target.ports) == 1:
        return str(target)
    shift = target.ports.first - mapping.listen_ports.first
    host = f"[{target.host}]" if ":" in target.host else target.host
    return f"{host}:{shift:+d}" if shift else f"{host}:+0"


def _time(seconds: float) -> str:
    return f"{max(1, round(seconds * 1000))}ms"
