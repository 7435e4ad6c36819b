"""What one row of the list knows, and the list in a few numbers; plain values, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.engine.snapshot import MappingNumbers
from core.engine.status import OFF, State, Status
from gui.traffic import Traffic

if TYPE_CHECKING:
    from core.config.mapping import Mapping

RUNNING = (State.LISTENING, State.DEGRADED)
TROUBLED = (State.WAITING, State.DEGRADED, State.ERROR)


@dataclass(slots=True)
class Row:
    """A mapping as the user wants it, and what the engine last said about it."""

    mapping: Mapping
    status: Status = OFF
    numbers: MappingNumbers = field(default_factory=MappingNumbers)
    rate_up: float = 0.0
    rate_down: float = 0.0
    traffic: Traffic = field(default_factory=Traffic)
    is_paused: bool = False
    """Switched on, and off all the same, as everything is for now."""

    @property
    def total(self) -> int:
        """Bytes of both directions since the engine started."""
        return self.numbers.bytes_up + self.numbers.bytes_down


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole list in a few numbers, for the status bar and the tray."""

    mappings: int = 0
    listening: int = 0
    troubled: int = 0
    connections: int = 0
    rate_up: float = 0.0
    rate_down: float = 0.0
