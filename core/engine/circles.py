"""Whether a target leads back to where its mapping listens, so that bytes would run in a circle.

One client would be followed by another one without end, until no descriptor is left. The way may
lead through other mappings; only literal addresses are followed there.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from typing import Protocol as Structural

from core.config.address import LOOPBACK, is_loopback
from core.config.mapping import clashes, share_host
from core.engine.resolver import is_literal
from core.engine.sockets import family_of, socket_address
from core.engine.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.config.address import Endpoint, PortRange
    from core.config.mapping import Mapping, Protocol
    from core.engine.reactor.loop import Loop
    from core.engine.runner import Runner


class Listens(Structural):
    """A mapping that listens, or would."""

    @property
    def mapping(self) -> Mapping:
        """As it was last edited."""

    @property
    def goes_to(self) -> Endpoint | None:
        """The target that is tried first now; None if several take turns."""

    def listens(self, protocol: Protocol, address: str, port: int) -> bool:
        """Whether who connects to this literal of this computer gets to it."""


class Written:
    """A mapping that is not at work: it would listen where it says."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping

    @property
    def goes_to(self) -> Endpoint | None:
        """The first, as long as none has failed."""
        return Targets(self.mapping).first()

    def listens(self, protocol: Protocol, address: str, port: int) -> bool:
        """Whether it says so."""
        del port
        return protocol in self.mapping.protocols and share_host(self.mapping.listen_host, address)


def written(mappings: Iterable[Mapping]) -> Places:
    """Where these would listen; of those that want the same port, the first would have it."""
    kept: list[Mapping] = []
    for one in mappings:
        if not clashes(one, kept):
            kept.append(one)
    return Places(map(Written, kept))


class Places:
    """Which mappings listen where."""

    def __init__(self, all_there_are: Iterable[Listens]) -> None:
        self._single: dict[int, list[Listens]] = {}
        self._ranges: list[Listens] = []
        for one in all_there_are:
            ports = one.mapping.listen_ports
            same = self._single.setdefault(ports.first, []) if len(ports) == 1 else self._ranges
            same.append(one)

    def meet(self, ports: PortRange) -> bool:
        """Whether anybody wants to listen on one of these ports, at whatever address."""
        if any(ports.overlaps(one.mapping.listen_ports) for one in self._ranges):
            return True
        return not self._single.keys().isdisjoint(ports.numbers)

    def at(self, protocol: Protocol, host: str, port: int) -> Iterator[tuple[Listens, int]]:
        """Whom a client would get to there, and the place in their ranges."""
        there = [
            one
            for one in (*self._single.get(port, ()), *self._ranges)
            if one.mapping.listen_ports.first <= port <= one.mapping.listen_ports.last
        ]
        for address in _literals(host) if there else ():
            if leads_here(address):
                for one in there:
                    if one.listens(protocol, address, port):
                        yield one, port - one.mapping.listen_ports.first


class OwnPortError(OSError):
    """Said instead of connecting there. `by` is the mapping that leads back, if it is another."""

    def __init__(self, by: str = "") -> None:
        super().__init__()
        self.by = by


class Circles:
    """Has mappings look for circles once something has changed about any of them."""

    def __init__(self, loop: Loop, runners: dict[str, Runner]) -> None:
        self._loop = loop
        self._runners = runners
        self._due = False
        self._places: Places | None = None

    @property
    def places(self) -> Places:
        """Where all mappings at work listen."""
        if self._places is None:
            self._places = Places(one for one in self._runners.values() if one.refusal is None)
        return self._places

    def changed(self) -> None:
        """There are other mappings, or some have other ports or targets."""
        self._places = None
        self._look()

    def found(self, runner: Runner) -> None:
        """It is known, maybe anew, where a mapping listens, which it is about to do.

        The others look once the turn is over: that is soon enough, since of every circle one has.
        """
        runner.routing.look_for_circle(self.places)
        if not self._due:
            self._due = True
            self._loop.after(0, self._look)

    def _look(self) -> None:
        self._due = False
        for runner in self._runners.values():
            if runner.refusal is None:
                runner.routing.look_for_circle(self.places)


def leads_back(
    mapping: Mapping, protocol: Protocol, target: Endpoint, address: str, port: int, places: Places
) -> str | None:
    """Who brings a client of `mapping` back that is brought to this address of a target.

    `protocol` is TCP or UDP. None if nobody does, the mapping itself by an empty string, else
    another one by its title.
    """
    for first, offset in places.at(protocol, address, port):
        if _returns(mapping, protocol, target, port, (first, offset), places):
            return "" if first.mapping.id == mapping.id else first.mapping.title
    return None


def _returns(
    mapping: Mapping,
    protocol: Protocol,
    target: Endpoint,
    port: int,
    first: tuple[Listens, int],
    places: Places,
) -> bool:
    met: set[tuple[str, int]] = set()
    ahead = [first]
    while ahead:
        by, offset = ahead.pop()
        if by.mapping.id == mapping.id and target.port_at(offset) == port:
            return True  # and on to the same port again
        further = by.goes_to
        if further is None or (by.mapping.id, offset) in met:
            continue  # a circle of others is theirs to find
        if by.mapping.more_targets and not mapping.more_targets:
            continue  # who has a choice looks, too, and takes another way than back
        met.add((by.mapping.id, offset))
        ahead += places.at(protocol, further.host, further.port_at(offset))
    return False


def _literals(host: str) -> tuple[str, ...]:
    """The addresses that connecting to this host means, as far as that needs no looking up."""
    if host.rstrip(".").lower() == "localhost":
        return (LOOPBACK, "::1")
    # To connect to every address means to connect to the loopback.
    host = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104 - compared
    return (host,) if "\0" not in host and is_literal(host) else ()


def leads_here(host: str) -> bool:
    """Whether who connects to this literal reaches this computer.

    Told by the address it would come from; nothing is sent. (That one can bind to an address says
    less: with net.ipv4.ip_nonlocal_bind one can bind to any.)
    """
    if is_loopback(host):
        return True
    try:
        with socket.socket(family_of(host), socket.SOCK_DGRAM) as probe:
            probe.connect(socket_address(host, 9))
            return bool(probe.getsockname()[0] == host)
    except OSError:  # there is no way there
        return False
