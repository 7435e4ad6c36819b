"""The engine's numbers at one moment: plain values, taken on request, never pushed.

No byte moves while thousands of them are made, so they are of the kind that is made fastest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from core.config.mapping import Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Drops(msgspec.Struct, frozen=True):
    """Datagrams of one mapping that were not passed on, by cause."""

    no_room: int = 0
    """The system's send buffer was full."""
    not_read: int = 0
    """They came faster than they could be read, and the system's buffer was full; Linux tells."""
    too_big: int = 0
    """Bigger than a datagram can be on the other side."""
    unreachable: int = 0
    """The system reported that the target, or the client, cannot be reached."""
    not_allowed: int = 0
    """Kept out by the allow-list or the connection limit."""
    over_limit: int = 0
    """More than the limit in bytes per second lets through."""
    no_session: int = 0
    """There was no descriptor for a session, or too many came while the target was looked up."""

    @property
    def total(self) -> int:
        """All of them."""
        return (
            self.no_room + self.not_read + self.too_big + self.unreachable
            + self.not_allowed + self.over_limit + self.no_session
        )  # fmt: skip


class MappingNumbers(msgspec.Struct, frozen=True):
    """Counters of one mapping since the engine started; bytes are payload bytes.

    A UDP session, which is all that one client address sends and gets, counts as a connection.
    """

    connections: int = 0
    """Live connections now."""
    accepted: int = 0
    failed: int = 0
    """Connections whose target could not be reached."""
    rejected: int = 0
    """Connections closed on arrival by the allow-list or the connection limit."""
    timed_out: int = 0
    """Connections ended because they were silent for longer than the mapping allows."""
    bytes_up: int = 0
    """Client to target."""
    bytes_down: int = 0
    """Target to client."""
    evicted: int = 0
    """UDP sessions ended early because the mapping had as many as it may."""
    drops: Drops = Drops()


class ConnectionNumbers(msgspec.Struct, frozen=True):
    """One live connection."""

    connection_id: int
    client: str
    target: str
    """The address chosen; empty until the first connect attempt."""
    age: float
    """Seconds since it was accepted."""
    bytes_up: int
    bytes_down: int
    state: str
    """``connecting``, ``open``, ``client finished`` or ``target finished`` (half-closed)."""
    protocol: Protocol = Protocol.TCP
    """What carries it: `Protocol.TCP` or `Protocol.UDP`."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All mappings' numbers at one moment, also of those switched off that ran before."""

    taken: float
    """`time.monotonic()` in seconds; subtract two of them to get a rate."""
    mappings: Mapping[str, MappingNumbers] = field(default_factory=dict)
    detail: str | None = None
    """The mapping whose connections are listed, if one was asked for."""
    connections: tuple[ConnectionNumbers, ...] = ()
    loop_lag: float = 0.0
    """The longest turn of the loop since the last snapshot, in seconds."""
