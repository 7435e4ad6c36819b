"""What listens on this machine now: ports and programs; reads slow tables of the system."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from core.config.address import EVERY_ADDRESS, is_loopback
from core.config.mapping import share_host
from core.engine.resolver import is_literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.config.address import PortRange

_NOBODYS_PORTS = 1
"""A UDP port below this is not bound yet."""


@dataclass(frozen=True, slots=True)
class Listening:
    """A port that some program holds; `pid` is 0 and `name` empty where the system hides them."""

    protocol: str
    """``tcp`` or ``udp``."""
    address: str
    port: int
    pid: int = 0
    name: str = ""

    @property
    def everywhere(self) -> bool:
        """Whether it listens on every address of its family."""
        return ipaddress.ip_address(self.address.partition("%")[0]).is_unspecified


def listening(protocol: str = "tcp") -> tuple[Listening, ...]:
    """Every port that is listened on ("tcp") or bound ("udp"), the lowest first.

    Empty where the system tells nothing at all.
    """
    try:
        entries = psutil.net_connections(kind=protocol)
    except (psutil.Error, OSError):  # OSError: /proc/net may be closed to us
        return ()
    names: dict[int, str] = {}
    found: dict[tuple[int, str], Listening] = {}
    for entry in entries:
        listens = not entry.raddr if protocol == "udp" else entry.status == psutil.CONN_LISTEN
        if not listens or not entry.laddr or entry.laddr.port < _NOBODYS_PORTS:
            continue
        pid = entry.pid or 0
        if pid not in names:
            names[pid] = _name_of(pid)
        place = (entry.laddr.port, entry.laddr.ip)
        found.setdefault(
            place, Listening(protocol, entry.laddr.ip, entry.laddr.port, pid, names[pid])
        )
    return tuple(found[place] for place in sorted(found))


def holders(entries: Iterable[Listening], host: str, ports: PortRange) -> list[Listening]:
    """Who of these holds one of the ports on an address that this listen host claims."""
    # Which addresses a name or an interface has now, nobody asks here: any of them may clash.
    fixed = is_literal(host) or host == EVERY_ADDRESS or is_loopback(host)
    return [
        one
        for one in entries
        if ports.first <= one.port <= ports.last and (not fixed or share_host(host, one.address))
    ]


def _name_of(pid: int) -> str:
    try:
        return psutil.Process(pid).name() if pid else ""
    except psutil.Error:
        return ""
