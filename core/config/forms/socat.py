"""Command lines of socat(1) that listen and connect; what else socat can do is refused in words."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from core.config.address import EVERY_ADDRESS, AddressError, parse_listen, parse_target
from core.config.forms.reading import bracketed, plain_mapping
from core.config.mapping import Mapping, Protocol
from core.message import message

_LISTENERS = {"l": Protocol.TCP, "listen": Protocol.TCP}
_DATAGRAM_LISTENERS = ("l", "listen", "recvfrom", "recv")
_FLAGS_WITH_VALUE = frozenset({"-t", "-T", "-b", "-L", "-W", "-r", "-R", "-lf", "-lp", "-lm"})
_EVERYWHERE = {"": EVERY_ADDRESS, "4": "0.0.0.0", "6": "::"}  # noqa: S104 - socat's own meaning
_KIND = re.compile(r"(tcp|udp)([46]?)(?:-([a-z]+))?")
_ADDRESS = re.compile(r"(?i)(?:tcp|udp)[46]?(?:-[a-z]+)?:")


@dataclass(slots=True)
class _Address:
    """One of socat's two addresses."""

    protocol: Protocol
    family: str
    listens: bool
    place: str
    options: dict[str, str]


def is_socat(line: str) -> bool:
    """Whether a line is a command of socat."""
    return any(PurePosixPath(word).name == "socat" for word in line.split()[:6])


def read_socat(line: str) -> Mapping:
    """Read one; raises `AddressError`."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise AddressError(message("the quotes do not match ({why}).", why=str(error))) from None
    at = next((n for n, word in enumerate(words) if PurePosixPath(word).name == "socat"), None)
    if at is None:
        raise AddressError(message("this is no command of socat."))
    idle, addresses = _split(words[at + 1 :])
    if len(addresses) != 2:
        raise AddressError(message("socat needs two addresses, one of them of a listener."))
    ends = [_parse(text) for text in addresses]
    listeners = [end for end in ends if end.listens]
    targets = [end for end in ends if not end.listens]
    if len(listeners) != 1:
        raise AddressError(message("one of socat's addresses must listen, and only one."))
    listener, target = listeners[0], targets[0]
    if listener.protocol is not target.protocol:
        raise AddressError(message("Portway does not turn TCP into UDP, nor UDP into TCP."))
    return _mapping(listener, target, idle)


def _split(words: list[str]) -> tuple[float | None, list[str]]:
    """The idle time-out, and the addresses."""
    idle, addresses = None, []
    rest = iter(words)
    for word in rest:
        if word in ("&", "&&", ";", "|", ">", ">>") or word.startswith((">", "2>", "&>")):
            break
        if word in ("-u", "-U"):
            text = "Portway carries both directions; this command carries one."
            raise AddressError(message(text))
        if word.startswith("-") and len(word) > 1:
            value = next(rest, "") if word in _FLAGS_WITH_VALUE else ""
            if word.startswith("-T"):
                idle = _seconds(value or word[2:])
            continue
        addresses.append(word.rstrip(";&"))
    return idle, addresses


def _parse(text: str) -> _Address:
    head, *options = re.split(r",(?![^\[]*\])", text)
    kind, colon, place = head.partition(":")
    found = _KIND.fullmatch(kind.lower())
    if not colon or not found:
        raise AddressError(
            message(
                "Of socat's addresses only TCP and UDP fit here, not “{address}”.", address=text
            )
        )
    protocol, family, role = Protocol(found[1]), found[2], found[3] or ""
    if protocol is Protocol.TCP:
        known = role in ("", "connect", *_LISTENERS)
        listens = role in _LISTENERS
    else:
        known = role in ("", "connect", "sendto", "datagram", *_DATAGRAM_LISTENERS)
        listens = role in _DATAGRAM_LISTENERS
    if not known:
        raise AddressError(message("“{address}” of socat is unknown here.", address=text))
    values = dict(option.partition("=")[::2] for option in options)
    return _Address(protocol, family, listens, place, values)


def _mapping(listener: _Address, target: _Address, idle: float | None) -> Mapping:
    options = listener.options
    host = options.get("bind") or _EVERYWHERE[listener.family or _family(options)]
    fields: dict[str, Any] = {}
    if options.get("range"):
        fields["allow"] = (options["range"].replace(":255.", "/255."),)
    if options.get("max-children", "").isdecimal():
        fields["max_connections"] = int(options["max-children"])
    if target.options.get("bind"):
        fields["source_address"] = target.options["bind"].strip("[]").partition(":")[0]
        if "[" in target.options["bind"]:
            fields["source_address"] = target.options["bind"].partition("]")[0].lstrip("[")
    if target.options.get("connect-timeout"):
        fields["connect_timeout"] = _seconds(target.options["connect-timeout"])
    if idle is not None:
        fields["udp_timeout" if target.protocol is Protocol.UDP else "idle_timeout"] = idle
    return plain_mapping(
        parse_listen(f"{bracketed(host.strip('[]'))}:{listener.place}"),
        parse_target(target.place),
        listener.protocol,
        **fields,
    )


def _family(options: dict[str, str]) -> str:
    known = {"ip4": "4", "ipv4": "4", "inet": "4", "ip6": "6", "ipv6": "6", "inet6": "6"}
    return known.get(options.get("pf", "").lower(), "")


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise AddressError(message("“{text}” is not a number of seconds.", text=text)) from None
