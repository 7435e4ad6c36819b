"""What an engine reports to its front: frozen, rare values; never one per packet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.engine.snapshot import Snapshot
    from core.engine.status import Status, Trouble


@dataclass(frozen=True, slots=True)
class StateChanged:
    """A mapping's status is another one now."""

    mapping_id: str
    status: Status


@dataclass(frozen=True, slots=True)
class ConnectionsFailed:
    """Clients were turned away because no target answered; at most one event a second a mapping."""

    mapping_id: str
    client: str
    trouble: Trouble
    count: int
    """How many failed since the last such event, this one included."""


@dataclass(frozen=True, slots=True)
class FaultContained:
    """An unexpected exception in one channel: it was closed, everything else goes on."""

    report: str


@dataclass(frozen=True, slots=True)
class SnapshotTaken:
    """The answer to `TakeSnapshot`; and once more at the end, before `Stopped`."""

    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class SurroundingsChanged:
    """The network is another one, or the clock jumped, as after a sleep; states may follow."""

    jumped: bool


@dataclass(frozen=True, slots=True)
class Stopped:
    """The last event: the loop ended; `report` holds the traceback if it ended by a fault."""

    report: str = ""


Event = (
    StateChanged
    | ConnectionsFailed
    | FaultContained
    | SnapshotTaken
    | SurroundingsChanged
    | Stopped
)
