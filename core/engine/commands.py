"""What a front may ask of a running engine: small immutable values, put on its queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.config.mapping import Mapping


@dataclass(frozen=True, slots=True)
class SetMappings:
    """Make these the mappings: enabled ones run, all others stop, unchanged ones go on."""

    mappings: tuple[Mapping, ...]


@dataclass(frozen=True, slots=True)
class Retry:
    """Try now instead of later, for a mapping that waits or is in error."""

    mapping_id: str


@dataclass(frozen=True, slots=True)
class CloseConnection:
    """End one live connection at once."""

    connection_id: int


@dataclass(frozen=True, slots=True)
class CloseConnections:
    """End all live connections of a mapping at once; it goes on listening."""

    mapping_id: str


@dataclass(frozen=True, slots=True)
class TakeSnapshot:
    """Answer with a `SnapshotTaken` event; with the live connections of `detail`, if given."""

    detail: str | None = None
    most: int = 0
    """List no more connections than these, those that carried most; 0 lists all."""


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Stop accepting, let connections finish for `drain` seconds, then close everything.

    The last numbers come by themselves, as a `SnapshotTaken`.
    """

    drain: float = 0.0


@dataclass(frozen=True, slots=True)
class LookAround:
    """Network or clock are other ones: see where to listen, what is lost, and try again."""

    jumped: bool = False
    """The clock did, as after a sleep."""


Command = (
    SetMappings | Retry | CloseConnection | CloseConnections | TakeSnapshot | LookAround | Shutdown
)
