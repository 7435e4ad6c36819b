"""What is true about a mapping, in a form that a row, a line or a log can show; values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from core.message import Message, message

if TYPE_CHECKING:
    from core.config.mapping import Protocol


class State(StrEnum):
    """The state of a mapping, as the engine sees it."""

    OFF = "off"
    STARTING = "starting"
    LISTENING = "listening"
    WAITING = "waiting"
    """Not listening yet; the engine tries again by itself (the port is taken, the name unknown)."""
    DEGRADED = "degraded"
    """Listening, but some of it does not work: a part of the ports, or the target."""
    ERROR = "error"
    """Not listening, and only a change by the user can help."""


class TroubleKind(StrEnum):
    """The kinds of trouble that fronts tell apart (for a symbol, a filter, a test)."""

    PORT_IN_USE = "port-in-use"
    NO_PERMISSION = "no-permission"
    ADDRESS_NOT_HERE = "address-not-here"
    NAME_NOT_FOUND = "name-not-found"
    TARGET_REFUSED = "target-refused"
    TARGET_TIMED_OUT = "target-timed-out"
    TARGET_UNREACHABLE = "target-unreachable"
    NO_DESCRIPTORS = "no-descriptors"
    INVALID = "invalid"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PortOwner:
    """The process that holds a port; the name is empty where the system does not tell it."""

    pid: int
    name: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, with which address, and what the user can do."""

    kind: TroubleKind
    address: str
    reason: Message
    remedy: Message
    owner: PortOwner | None = None

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}".rstrip()


NOTHING = message("")


@dataclass(frozen=True, slots=True)
class Status:
    """State of one mapping; `trouble` is set when it waits, is degraded or in error."""

    state: State
    trouble: Trouble | None = None
    listening: tuple[tuple[str, int], ...] = ()
    """The bound addresses (host, port); of a range, only its lowest port on each address."""
    protocols: tuple[Protocol, ...] = ()
    """What is listened for at some of these: TCP, UDP or each of them."""


OFF = Status(State.OFF)
