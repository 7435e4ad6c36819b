"""Whether a target leads back to where its mapping listens, so that bytes would run in a circle.

One client would be followed by another one without end, until no descriptor is left. The way may
lead through other mappings; only literal addresses are followed there.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from core.config.address import LOOPBACK, is_loopback
from core.config.mapping import share_host, share_protocol
from core.engine.resolver import is_literal
from core.engine.sockets import family_of, socket_address
from core.engine.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from core.config.address import Endpoint, PortRange
    from core.config.mapping import Mapping
    from core.engine.reactor.loop import Loop
    from core.engine.runner import Runner


class Listens(Protocol):
    """A mapping, and the addresses on which it listens."""

    @property
    def mapping(self) -> Mapping:
        """As it was last edited."""

    @property
    def hosts(self) -> Collection[str]:
        """Literals; none as long as they are not known."""

    @property
    def goes_to(self) -> Endpoint | None:
        """The target that is tried first now; None if several take turns."""


@dataclass(frozen=True, slots=True)
class Written:
    """A mapping that is not at work: it would listen where it says."""

    mapping: Mapping

    @property
    def hosts(self) -> tuple[str, ...]:
        """As they are written."""
        return (self.mapping.listen_host,)

    @property
    def goes_to(self) -> Endpoint | None:
        """The first, as long as none has failed."""
        return Targets(self.mapping).first()


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
        """Whether anybody listens on one of these ports, at whatever address."""
        if any(ports.overlaps(one.mapping.listen_ports) for one in self._ranges):
            return True
        return not self._single.keys().isdisjoint(ports.numbers)

    def at(self, mapping: Mapping, address: str, port: int) -> Iterator[tuple[Listens, int]]:
        """Whom a client of this mapping would get to there, and the place in their ranges."""
        for one in (*self._single.get(port, ()), *self._ranges):
            ports = one.mapping.listen_ports
            if (
                ports.first <= port <= ports.last
                and any(share_host(host, address) for host in one.hosts)
                and share_protocol(mapping, one.mapping)
                and leads_here(address)
            ):
                yield one, port - ports.first


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
            self._places = Places(self._runners.values())
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
            runner.routing.look_for_circle(self.places)


def leads_back(
    mapping: Mapping, target: Endpoint, address: str, port: int, places: Places
) -> str | None:
    """Who brings a client of `mapping` back that is brought to this address of a target.

    None if nobody does, the mapping itself by an empty string, else another one by its title.
    """
    for first, offset in places.at(mapping, address, port):
        if _returns(mapping, target, port, first, offset, places):
            return "" if first.mapping is mapping else first.mapping.title
    return None


def _returns(
    mapping: Mapping, target: Endpoint, port: int, first: Listens, offset: int, places: Places
) -> bool:
    met: set[tuple[str, int]] = set()
    ahead = [(first, offset)]
    while ahead:
        by, offset = ahead.pop()
        if by.mapping is mapping and target.port_at(offset) == port:
            return True  # and on to the same port again
        further = by.goes_to
        if further is None or (by.mapping.id, offset) in met:
            continue  # a circle of others is theirs to find
        if by.mapping.more_targets and not mapping.more_targets:
            continue  # who has a choice looks, too, and takes another way than back
        met.add((by.mapping.id, offset))
        host = LOOPBACK if further.host == "localhost" else further.host
        if is_literal(host):
            ahead += places.at(mapping, host, further.port_at(offset))
    return False


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
