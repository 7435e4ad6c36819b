"""What one mapping has carried since the engine started, through every off and on; only numbers."""

from __future__ import annotations

import errno

from core.engine.snapshot import Drops, MappingNumbers


class DropCounts:
    """Datagrams not passed on, by cause; see `Drops` for what each means."""

    __slots__ = (
        "no_room", "no_session", "not_allowed", "not_read", "over_limit", "too_big", "unreachable"
    )  # fmt: skip

    def __init__(self) -> None:
        self.no_room = 0
        self.not_read = 0
        self.too_big = 0
        self.unreachable = 0
        self.not_allowed = 0
        self.over_limit = 0
        self.no_session = 0

    def count(self, number: int) -> None:
        """One more, for which the system gave this error number."""
        if number in (errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOBUFS, errno.ENOMEM):
            self.no_room += 1
        elif number == errno.EMSGSIZE:
            self.too_big += 1
        else:
            self.unreachable += 1

    def numbers(self, not_read: int = 0) -> Drops:
        """Give these, and those of the sockets now open, as a value."""
        return Drops(
            no_room=self.no_room,
            not_read=self.not_read + not_read,
            too_big=self.too_big,
            unreachable=self.unreachable,
            not_allowed=self.not_allowed,
            over_limit=self.over_limit,
            no_session=self.no_session,
        )


class Ledger:
    """Plain integers, bumped in place on the loop's thread; bytes are of sessions that ended."""

    __slots__ = (
        "accepted", "bytes_down", "bytes_up", "drops", "evicted", "failed", "rejected", "timed_out"
    )  # fmt: skip

    def __init__(self) -> None:
        self.accepted = 0
        self.failed = 0
        """Clients whose target could not be reached."""
        self.rejected = 0
        """Clients that the allow-list or the connection limit kept out."""
        self.timed_out = 0
        """Sessions ended because they were silent for too long."""
        self.bytes_up = 0
        self.bytes_down = 0
        self.evicted = 0
        """UDP sessions that made room for others."""
        self.drops = DropCounts()

    def numbers(
        self, connections: int = 0, live_up: int = 0, live_down: int = 0, not_read: int = 0
    ) -> MappingNumbers:
        """Give these and those of the live sessions as a value."""
        return MappingNumbers(
            connections=connections,
            accepted=self.accepted,
            failed=self.failed,
            rejected=self.rejected,
            timed_out=self.timed_out,
            bytes_up=self.bytes_up + live_up,
            bytes_down=self.bytes_down + live_down,
            evicted=self.evicted,
            drops=self.drops.numbers(not_read),
        )
