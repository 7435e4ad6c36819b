"""A session whose answers leave together, many a system call, where the system can (batch.py)."""

from __future__ import annotations

import ctypes
import struct
from typing import TYPE_CHECKING

from core.engine.lean_sockets import datagram_of
from core.engine.reactor.poller import READ
from core.engine.udp import batch
from core.engine.udp.batch import BATCH, LARGEST, LONGEST_NAME, MESSAGE
from core.engine.udp.segments import SegmentsError, coalesce, parts, runs, segment_of, send_segments
from core.engine.udp.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from core.engine.fast_path import Moved, YoungFlow
    from core.engine.udp.batched_listener import BatchedListener
    from core.engine.udp.listener import Client

BULK_BYTES_A_SECOND = 16 << 20
"""Answers this fast are read many at a time; fewer come one by one, and that is quicker so."""


class BatchedSession(Session):
    """Leaves its answers to the outbox, which sends all of a turn together."""

    __slots__ = (
        "batched", "bulk", "coalescing", "control", "control_at", "control_length", "lent",
        "name", "name_at", "outbox", "resting", "segments",
    )  # fmt: skip

    def __init__(
        self,
        listener: BatchedListener,
        key: Hashable,
        client: Client,
        ours: bytes,
        first: int,
        session_id: int,
    ) -> None:
        super().__init__(listener, key, client, ours, first, session_id)
        self.batched = listener
        """The listener, under the name of its own kind."""
        self.outbox = listener.outbox
        self.bulk = False
        """Whether answers come so fast that they are to be read many at a time."""
        self.coalescing = False
        """Whether the system may have some ready in one piece, which only `bulk_event` can read."""
        self.segments = False
        self.lent = False
        """Whether the fast path passes on what client and target say."""
        self.resting = False
        """Whether the fast path may have it make room for others."""
        self.name = ctypes.create_string_buffer(listener.name_of(key), LONGEST_NAME)
        self.name_at = ctypes.addressof(self.name)
        self.control: ctypes.Array[ctypes.c_char] | None = None
        self.control_at = self.control_length = 0
        if self.reply_with is not None:
            ((level, kind, data),) = self.reply_with
            packed = struct.pack("@Qii", 16 + len(data), level, kind) + data
            self.control_length = (len(packed) + 7) & ~7
            self.control = ctypes.create_string_buffer(packed, self.control_length)
            self.control_at = ctypes.addressof(self.control)

    def configure(self) -> None:
        """Segments can leave together where nothing has to be done to each of them."""
        super().configure()
        self.segments = self.direct
        self.settle()

    # -- beside the fast path -------------------------------------------------------------------

    def begin_as(self, young: YoungFlow) -> None:
        """Go on with the socket and the counts of this one."""
        age, last, moved, (up, down, empty), latest = young[5:]
        assert self.listener.direct is not None
        self.endpoint = self.half.mapping.target
        family, self.address = self.listener.direct
        self.take_socket(datagram_of(young[1], family))
        self.watched = True
        self.interest = READ
        self.loop.handlers[self.fd] = self.handler()
        self.opened -= age
        self._count((up, down, empty, latest))
        if last:
            self.quiet_since = last
        if not moved:
            self.seen = self._moved()
        self.configure()

    def settle(self) -> None:
        """Be lent if nothing has to be done to what passes, else be here."""
        flows = self.batched.flows
        if flows is None:
            return
        plain = (
            self.batched.served
            and self.direct
            and not self.coalescing
            and self.half.bucket_down is None
        )
        if plain and not self.lent:
            flows.lend(self)
            self.lent = True
        elif not plain:
            self.take_back()

    def take_back(self) -> None:
        """See to all that comes; harmless where that is so."""
        flows = self.batched.flows
        if self.lent and flows is not None:
            self.came_back(flows.take_back(self.fd))

    def came_back(self, moved: Moved) -> None:
        """Go on with what the fast path has carried."""
        self.lent = self.resting = False
        self._count(moved)

    def look(self) -> None:
        """Bring the counts up to date."""
        flows = self.batched.flows
        if self.lent and flows is not None:
            self._count(flows.count(self.fd))

    def _count(self, moved: Moved) -> None:
        up, down, empty, latest = moved
        self.up += up
        self.down += down
        self.empty += empty
        if latest:
            self.asked = latest > 0

    # -- the way back ---------------------------------------------------------------------------

    def handler(self) -> Callable[[int], None]:
        """One by one into the outbox, many at a time in bulk, and sparingly under a limit."""
        if self.coalescing:
            return self.bulk_event
        if self.half.bucket_down is not None:
            return self.limited_event
        if self.batched.spoken_to:
            return self.told_event
        return self.handle_event if batch.take is None else self.taking_event

    def handle_event(self, mask: int) -> None:
        """Read one answer into the outbox. The hot path of what targets send."""
        del mask
        outbox = self.outbox
        if outbox.sender is not self.batched:
            outbox.begin(self.batched)
        place = outbox.count
        try:
            size = self.recv_into(outbox.buffers[place])
        except OSError as error:
            self._nothing_read(error)
            return
        outbox.lengths[place] = size
        outbox.names[place] = self.name_at
        self._took(place, size)

    def _took(self, place: int, size: int) -> None:
        """Count an answer that has been read into this place of the outbox."""
        outbox = self.outbox
        outbox.count = place + 1
        self.asked = False
        if size:
            self.down += size
        else:
            self.empty += 1
        if place == BATCH - 1:
            outbox.flush()

    def taking_event(self, mask: int) -> None:
        """Do the same, with what is in C."""
        del mask
        outbox = self.outbox
        if outbox.sender is not self.batched:
            outbox.begin(self.batched)
        place = outbox.count
        assert batch.take is not None
        try:
            size = batch.take(self.fd, outbox.address + place * MESSAGE, self.name_at, LARGEST)
        except OSError as error:
            self._nothing_read(error)
            return
        self._took(place, size)

    def told_event(self, mask: int) -> None:
        """Do the same, and have the answer leave from the address that the client spoke to."""
        outbox = self.outbox
        if outbox.sender is not self.batched:
            outbox.begin(self.batched)
        place = outbox.count
        outbox.controls[place] = self.control_at
        outbox.control_lengths[place] = self.control_length
        self.handle_event(mask)

    def bulk_event(self, mask: int) -> None:
        """Read many answers, and send equal ones in a row by one system call."""
        del mask
        inbox = self.batched.inbox
        try:
            count = inbox.receive(self.fd, control=True)
        except OSError as error:
            self._nothing_read(error)
            return
        sizes = inbox.sizes[:count].tolist()
        if any(inbox.control_lengths[:count].tolist()):
            for i, size in enumerate(sizes):
                told = (segment_of(*message) for message in inbox.control(i))
                self._answer_together([inbox.buffers[i][:size]], next(filter(None, told), 0))
        else:
            for begin, end in runs([0] * count, sizes):
                views = [inbox.buffers[i][: sizes[i]] for i in range(begin, end)]
                self._answer_together(views, sizes[begin] if end - begin > 1 else 0)
        if not self.bulk and count < BATCH:
            self.coalescing = False  # it had been switched off, and now nothing is left of it
            self.refresh()
            self.settle()

    def _answer_together(self, views: list[memoryview], segment: int) -> None:
        """Answer with these, which are segments of one size (the last may be shorter), or one."""
        listener, bucket = self.batched, self.half.bucket_down
        if segment and listener.segments and bucket is None:
            try:
                send_segments(listener.sock, views, segment, self.reply_with or (), self.client)
            except SegmentsError:
                listener.segments = False
            except OSError as error:
                for _ in parts(views, segment):
                    listener.not_taken(error.errno or 0)
                return
            else:
                self.down += sum(map(len, views))
                self.asked = False
                return
        for part in parts(views, segment):
            if bucket is not None and not bucket.takes(len(part)):
                self.half.drops.over_limit += 1
            else:
                self.answer(part)

    def _nothing_read(self, error: OSError) -> None:
        if not isinstance(error, BlockingIOError):
            self.read_failed(error)

    def tick(self, now: float, seconds: float) -> float:
        """Also find out whether this is bulk now."""
        before = self.seen_down
        due = super().tick(now, seconds)
        if self.fd < 0:
            return due
        flows = self.batched.flows
        if flows is not None and self.lent:
            rests = not self.in_use(now)
            if rests != self.resting:
                self.resting = rests
                flows.rest(self.fd, rests=rests)
        self.bulk = self.down - before > BULK_BYTES_A_SECOND * seconds
        if self.bulk != self.coalescing and coalesce(self.sock, wanted=self.bulk) and self.bulk:
            self.coalescing = True
            self.settle()
            self.refresh()
        return due

    def close(self) -> None:
        """Come back first."""
        self.take_back()
        super().close()

    def end_session(self, *, reset: bool) -> None:
        """Leave what the outbox points at until it has been sent."""
        if self.outbox.count:
            self.outbox.kept.append((self.name, self.control))
        super().end_session(reset=reset)

    def let_go(self) -> None:
        """Begin with the next socket as with the first."""
        self.take_back()
        super().let_go()
        self.bulk = self.coalescing = False
