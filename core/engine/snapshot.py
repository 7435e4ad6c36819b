"""The engine's numbers at one moment: plain values, taken on request, never pushed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class MappingNumbers:
    """Counters of one mapping since the engine started; bytes are payload bytes."""

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


@dataclass(frozen=True, slots=True)
class ConnectionNumbers:
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
