"""What could be a target: programs that listen here and machines inside this one; slow."""

from __future__ import annotations

import os
from dataclasses import dataclass

from core.config.address import LOOPBACK, format_address
from core.system.listening import Listening, listening
from core.system.neighbours import neighbours
from core.system.own_addresses import Network

MOST = 40


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A host, with its port where that is known, and whose it is."""

    place: str
    name: str = ""
    network: Network = Network.OTHER


def suggestions() -> tuple[Suggestion, ...]:
    """What serves TCP here, the named programs first, then containers and WSL. Blocking."""
    here = [one for one in listening("tcp") if one.pid != os.getpid()]
    found = [Suggestion(_place(one), one.name) for one in sorted(here, key=_by_worth)[:MOST]]
    for one in neighbours():
        places = [format_address(one.address, port) for port in one.ports] or [one.address]
        found += [Suggestion(place, one.name, one.network) for place in places]
    return tuple({one.place: one for one in reversed(found)}.values())[::-1]


def _place(one: Listening) -> str:
    """Where to connect to; who listens everywhere is nearest on the loopback."""
    if not one.everywhere:
        return format_address(one.address, one.port)
    # On most systems the loopback of IPv4 leads to a listener on every IPv6 address as well.
    return format_address(LOOPBACK, one.port)


def _by_worth(one: Listening) -> tuple[bool, int]:
    return (not one.name, one.port)
