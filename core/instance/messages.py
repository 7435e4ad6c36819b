"""What is said on the channel: requests, replies, and their bytes; nothing is sent here.

One connection carries one request and its reply, each one frame of JSON. `Hello`, `Raise` and
`Quit` mean the same in every version of the protocol, so that an installer can end an older
Portway, and a newer one be raised; whatever else another version asks is refused in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from core.config.changes import Change
from core.config.mapping import Mapping, Protocol
from core.config.store import decode_hook, encode_hook
from core.engine.snapshot import MappingNumbers
from core.engine.status import PortOwner, State, TroubleKind
from core.instance.lock import Kind
from core.message import Message, PortwayError, message

if TYPE_CHECKING:
    from core.engine.status import Trouble

VERSION = 1
LONGEST = 32 << 20
"""No frame is longer: some ten thousands of mappings."""


# -- requests -------------------------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """Say who you are; answered by `About`."""


class Raise(msgspec.Struct, frozen=True, tag="raise"):
    """Show your window; answered by `Done`."""


class Quit(msgspec.Struct, frozen=True, tag="quit"):
    """End; answered by `Done` before that happens. The lock is free once it has."""


class GetStatus(msgspec.Struct, frozen=True, tag="status"):
    """Say how all mappings are; answered by `Status`."""


class Make(msgspec.Struct, frozen=True, tag="make"):
    """Change the list; answered by `Done` when it is changed (it is saved soon after)."""

    change: Change


Request = Hello | Raise | Quit | GetStatus | Make
_EveryVersion = Hello | Raise | Quit


# -- replies --------------------------------------------------------------------------------------


class Done(msgspec.Struct, frozen=True, tag="done"):
    """It is done."""


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """It could not be done, and why: a `Message`, its values as text."""

    template: str
    values: dict[str, str] = {}

    @classmethod
    def of(cls, text: Message) -> Failed:
        """As a reply."""
        return cls(text.template, {name: str(value) for name, value in text.values.items()})

    @property
    def message(self) -> Message:
        """As a message again."""
        return Message(self.template, self.values)


class About(msgspec.Struct, frozen=True, tag="about", kw_only=True):
    """Who holds the profile."""

    pid: int
    kind: Kind
    version: str


class TroubleText(msgspec.Struct, frozen=True, kw_only=True):
    """A `Trouble` in English words."""

    kind: TroubleKind
    address: str
    reason: str
    remedy: str
    owner: PortOwner | None = None

    @classmethod
    def of(cls, trouble: Trouble) -> TroubleText:
        """In words."""
        return cls(
            kind=trouble.kind, address=trouble.address, reason=str(trouble.reason),
            remedy=str(trouble.remedy), owner=trouble.owner,
        )  # fmt: skip


class MappingStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One row: the mapping, what is true of it now, and what it has carried since the start."""

    mapping: Mapping
    state: State
    trouble: TroubleText | None = None
    listening: tuple[tuple[str, int], ...] = ()
    protocols: tuple[Protocol, ...] = ()
    numbers: MappingNumbers = MappingNumbers()


class Status(msgspec.Struct, frozen=True, tag="status", kw_only=True):
    """All rows in the order of the list. Two of them give rates, see `rates`."""

    about: About
    taken: float
    """Seconds of a clock that only goes forward."""
    rows: tuple[MappingStatus, ...] = ()


Reply = Done | Failed | About | Status


def rates(before: Status, now: Status) -> dict[str, tuple[float, float]]:
    """Bytes per second up and down, by mapping id, between two of them."""
    seconds = now.taken - before.taken
    old = {row.mapping.id: row.numbers for row in before.rows}
    found = {}
    for row in now.rows:
        last, new = old.get(row.mapping.id), row.numbers
        if last is None or seconds <= 0:
            found[row.mapping.id] = (0.0, 0.0)
            continue
        up, down = new.bytes_up - last.bytes_up, new.bytes_down - last.bytes_down
        found[row.mapping.id] = (max(0, up) / seconds, max(0, down) / seconds)
    return found


# -- bytes ----------------------------------------------------------------------------------------


class ChannelError(PortwayError):
    """The other side is no Portway that we understand, or does not answer."""


class _RequestFrame(msgspec.Struct):
    version: int
    token: str
    request: msgspec.Raw


class _ReplyFrame(msgspec.Struct):
    version: int
    reply: msgspec.Raw


_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def pack_request(request: Request, token: str) -> bytes:
    """Make the frame."""
    return _encode(_RequestFrame(VERSION, token, msgspec.Raw(_encode(request))))


def unpack_request(frame: bytes, token: str) -> Request | Failed | None:
    """Read a frame; None for what does not come from one of us, which deserves no answer."""
    # Imported late: only a server compares.
    from hmac import compare_digest

    try:
        outer = msgspec.json.decode(frame, type=_RequestFrame)
    except _UNREADABLE:
        return None
    if not compare_digest(outer.token.encode("utf-8", "replace"), token.encode()):
        return None
    known: Any = Request if outer.version == VERSION else _EveryVersion
    try:
        request: Request = msgspec.json.decode(outer.request, type=known, dec_hook=decode_hook)
    except _UNREADABLE as error:
        if outer.version == VERSION:
            text = "The running Portway does not understand the request: {why}."
            return Failed.of(message(text, why=error))
        text = (
            "The running Portway is of another version than this one (it speaks {theirs}, this "
            "one {ours}). Quit it, and start it again."
        )
        return Failed.of(message(text, theirs=VERSION, ours=outer.version))
    return request


def pack_reply(reply: Reply) -> bytes:
    """Make the frame."""
    return _encode(_ReplyFrame(VERSION, msgspec.Raw(_encode(reply))))


def unpack_reply(frame: bytes) -> Reply:
    """Read a frame; raises `ChannelError`."""
    try:
        outer = msgspec.json.decode(frame, type=_ReplyFrame)
        reply: Reply = msgspec.json.decode(outer.reply, type=Reply, dec_hook=decode_hook)
    except _UNREADABLE as error:
        text = "The running Portway gave an answer that cannot be understood: {why}."
        raise ChannelError(message(text, why=error)) from error
    return reply


def _encode(value: object) -> bytes:
    return msgspec.json.encode(value, enc_hook=encode_hook)
