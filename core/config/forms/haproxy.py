"""HAProxy's configuration, read: sections in TCP mode become mappings, the others are left out."""

from __future__ import annotations

import re
from typing import Any

from core.config.address import (
    EVERY_ADDRESS,
    AddressError,
    Endpoint,
    PortRange,
    parse_listen,
    parse_target,
)
from core.config.forms.haproxy_lines import Line, Section, last, sections
from core.config.forms.reading import Reading, at_line, bracketed, plain_mapping
from core.config.mapping import Mapping, Policy, ProxyProtocol, Target
from core.message import message

_TIME = re.compile(r"(\d+)(us|ms|s|m|h|d)?")
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_NEVER = 24 * 86400.0
"""HAProxy counts milliseconds in 31 bits, so this is the longest that one can write in days."""
_ALLOW = re.compile(r"(?:connection|content)\s+(?:accept\s+if|reject\s+(?:if\s+!|unless\s+))"
                    r"\s*\{\s*src\s+([^}]+)\}")  # fmt: skip


def read_haproxy(text: str) -> Reading:
    """Read it; raises `ExchangeError`."""
    reading = Reading()
    defaults: list[Line] = []
    backends: dict[str, list[Line]] = {}
    served: list[tuple[Section, list[Line]]] = []
    for section in sections(text):
        if section.kind == "defaults":
            defaults = section.lines
        elif section.kind == "backend":
            backends[section.name] = [*defaults, *section.lines]
        else:
            served.append((section, defaults))
    for section, inherited in served:
        lines = [*inherited, *section.lines]
        backend = last(lines, "default_backend")
        if section.kind == "frontend":
            known = backend is not None and backend.words[1:] and backend.words[1] in backends
            if backend is None or not known or last(lines, "use_backend") is not None:
                why = message("this frontend has not one backend that it always leads to.")
                reading.leave_out(section.head.number, section.head.text, why)
                continue
            lines = [*backends[backend.words[1]], *lines]
        _take(section, lines, reading)
    return reading


def _take(section: Section, lines: list[Line], reading: Reading) -> None:
    mode = last(lines, "mode")
    if mode is not None and mode.words[1:] != ["tcp"]:
        why = message("its mode is {mode}; Portway passes bytes on.", mode=" ".join(mode.words[1:]))
        reading.leave_out(section.head.number, section.head.text, why)
        return
    servers = [line for line in lines if line.words[0] == "server"]
    binds = [line for line in section.lines if line.words[0] == "bind"]
    if not servers or not binds:
        why = message("it has no bind line, or no server.")
        reading.leave_out(section.head.number, section.head.text, why)
        return
    if any("ssl" in line.words for line in servers):
        why = message("Portway does not encrypt.")
        reading.leave_out(section.head.number, section.head.text, why)
        return
    fields = _fields(lines, reading)
    for bind in binds:
        try:
            if "ssl" in bind.words:
                why = message("Portway does not encrypt.")
                reading.leave_out(bind.number, bind.text, why)
                continue
            for listen in _listens(bind):
                try:
                    reading.take(_mapping(section.name, listen, servers, lines, fields))
                except AddressError as error:
                    raise at_line(servers[0].number, servers[0].text, error.message) from None
        except AddressError as error:
            raise at_line(bind.number, bind.text, error.message) from None


def _fields(lines: list[Line], reading: Reading) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for line in lines:
        words = [*line.words, "", ""]
        match words[0]:
            case "timeout":
                _take_timeout(words[1], words[2], line, fields)
            case "maxconn" if words[1].isdecimal():
                fields["max_connections"] = int(words[1])
            case "disabled":
                fields["enabled"] = False
            case "source":
                fields["source_address"] = _source(words[1])
            case "option" if words[1] in ("clitcpka", "srvtcpka", "tcpka"):
                fields["keepalive"] = True
            case "no" if words[1] == "option" and line.words[2:3] == ["tcpka"]:
                fields["keepalive"] = False
            case "tcp-request":
                rule = _ALLOW.search(line.text.partition(" ")[2])
                if rule:
                    fields["allow"] = tuple(rule[1].split())
                elif words[1] != "inspect-delay":
                    why = message("there is nothing like it, so this section comes switched off.")
                    reading.leave_out(line.number, line.text, why)
                    fields["enabled"] = False
    idle = [fields.pop(name) for name in ("_client", "_server") if name in fields]
    if "_tunnel" in fields:
        idle = [fields.pop("_tunnel")]
    positive = [seconds for seconds in idle if 0 < seconds < _NEVER]
    if positive:
        fields["idle_timeout"] = min(positive)
    return fields


def _source(place: str) -> str:
    """The address to connect from, of a place whose port says nothing here."""
    if place.startswith("["):
        host = place[1:].partition("]")[0]
    else:
        host = place.rpartition(":")[0] if ":" in place else place
    return "" if host in ("0.0.0.0", "::", "*") else host  # noqa: S104 - compared, not bound


def _take_timeout(name: str, value: str, line: Line, fields: dict[str, Any]) -> None:
    found = _TIME.fullmatch(value)
    if not found:
        why = message("“{text}” is not a time such as 30s.", text=value)
        raise at_line(line.number, line.text, why)
    seconds = int(found[1]) * _UNITS[found[2] or "ms"]
    known = {
        "connect": "connect_timeout", "client-fin": "half_closed_timeout", "client": "_client",
        "server": "_server", "tunnel": "_tunnel",
    }  # fmt: skip
    if name in known and (seconds or name != "connect"):
        fields[known[name]] = seconds


def _listens(bind: Line) -> list[Endpoint]:
    if len(bind.words) < 2:
        raise AddressError(message("there is no address in it."))
    interface = ""
    if "interface" in bind.words[:-1]:
        interface = bind.words[bind.words.index("interface") + 1]
    found = []
    for one in bind.words[1].split(","):
        place = re.sub(r"^(ipv4|ipv6|tcp|tcp4|tcp6)@", "", one)
        host, _, ports = place.rpartition(":")
        host = {"": EVERY_ADDRESS, "::": "::"}.get(host, host).strip("[]") or EVERY_ADDRESS
        if one.startswith(("ipv6@", "tcp6@")) and host == EVERY_ADDRESS:
            host = "::"
        found.append(parse_listen(f"{bracketed(interface or host)}:{ports}"))
    return found


def _mapping(
    name: str, listen: Endpoint, servers: list[Line], lines: list[Line], fields: dict[str, Any]
) -> Mapping:
    used = [line for line in servers if len(line.words) > 2 and "disabled" not in line.words]
    first = [line for line in used if "backup" not in line.words]
    backups = [line for line in used if "backup" in line.words]
    if not used:
        raise AddressError(message("there is no address in it."))
    targets = [_target(line.words[2], listen) for line in (*first, *backups)]
    more = dict(fields)
    if len(targets) > 1:
        more["more_targets"] = tuple(Target(one.host, one.ports) for one in targets[1:])
        balance = last(lines, "balance")
        ordered = balance is not None and balance.words[1:2] == ["first"]
        if len(first) > 1 and not ordered:
            more["policy"] = Policy.ROUND_ROBIN
    words = used[0].words
    if "send-proxy" in words:
        more["proxy_protocol"] = ProxyProtocol.V1
    elif any(word.startswith("send-proxy-v2") for word in words):
        more["proxy_protocol"] = ProxyProtocol.V2
    return plain_mapping(listen, targets[0], name=name, **more)


def _target(text: str, listen: Endpoint) -> Endpoint:
    """A server's address; without a port, or with +N, it has the client's, or N more."""
    place = re.sub(r"^(ipv4|ipv6|tcp|tcp4|tcp6)@", "", text)
    host, colon, port = place.rpartition(":")
    if place.startswith("[") and place.endswith("]"):
        host, colon, port = place, "", ""
    if colon and not re.fullmatch(r"[+-]\d{1,5}", port):
        return parse_target(f"{bracketed(host.strip('[]'))}:{port}")
    shift = int(port) if colon else 0
    ports = PortRange(listen.ports.first + shift, listen.ports.last + shift)
    return parse_target(f"{bracketed((host if colon else place).strip('[]'))}:{ports}")
