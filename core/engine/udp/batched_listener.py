"""A listener that reads many datagrams a system call, where the system can (batch.py)."""

from __future__ import annotations

import socket
import struct
import sys
from typing import TYPE_CHECKING

from core.engine.sockets import socket_error
from core.engine.udp import batch
from core.engine.udp.batch import (
    BATCH,
    HEAD,
    LONGEST_NAME,
    MESSAGE,
    NAME,
    Inbox,
    Outbox,
)
from core.engine.udp.batched_session import BatchedSession
from core.engine.udp.listener import Listener
from core.engine.udp.segments import SegmentsError, coalesce, parts, runs, segment_of, send_segments
from core.engine.udp.sockets import PKTINFO, addressee

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from typing import Any

    from core.engine.fast_path import YoungFlow
    from core.engine.reactor.loop import Loop
    from core.engine.udp.fast import FastFlows
    from core.engine.udp.half import UdpHalf
    from core.engine.udp.listener import Client
    from core.engine.udp.session import Session

_NAME_BYTES: dict[int, int] = {socket.AF_INET: 8, socket.AF_INET6: LONGEST_NAME}
"""What of an address says anything: family, port and address; of IPv6 also flow and zone."""
SINGLES_TO_PART = 1000
"""So many reads in a row without a run end the coalescing."""
BULK_RUN = 4
"""So many datagrams of one client in a row, at both ends of a batch, are looked at for runs."""


class Batches:
    """The memory for batches; one is enough for all listeners of an engine, in one thread."""

    def __init__(self, loop: Loop, flows: FastFlows | None) -> None:
        self.flows = flows
        """The fast path, if there is one."""
        self.inbox = Inbox()
        self.outbox = Outbox(loop)
        self.told_outbox = Outbox(loop)
        """For answers that say which address they leave from; all in it do."""


class BatchedListener(Listener):
    """Reads what clients send, up to a batch a system call."""

    __slots__ = (
        "coalescing", "flows", "form", "inbox", "outbox", "parting", "plain", "segments",
        "served", "singles", "usual_control",
    )  # fmt: skip

    def __init__(
        self,
        half: UdpHalf,
        sock: socket.SocketType,
        family: int,
        address: str,
        offset: int,
        batches: Batches,
    ) -> None:
        super().__init__(half, sock, family, address, offset)
        self.inbox = batches.inbox
        self.outbox: Outbox = batches.told_outbox if self.spoken_to else batches.outbox
        self.segments = True
        """Whether the way to clients takes runs in one piece, as far as is known."""
        self.form, self.usual_control = _layout(family, spoken_to=self.spoken_to)
        self.coalescing = self.parting = False
        """Whether the system may have runs ready in one piece, and whether it was told to end that.

        Only for clients that send such runs: to look for it with each datagram has its price."""
        self.singles = 0
        self.flows = batches.flows
        self.served = False
        """Whether the fast path reads what comes, and has the sessions that are plain."""
        self.plain = False
        """Whether newcomers need nothing but the one target there is."""
        self._be_served()

    def handle_event(self, mask: int) -> None:
        """Pass on what waits, up to a batch. The hot path of what clients send."""
        del mask
        inbox = self.inbox
        try:
            count = inbox.receive(self.fd, control=self.form is not None or self.coalescing)
        except BlockingIOError:
            return
        except OSError as error:
            self.read_failed(error)
            return
        if self.coalescing and self._coalesced(count):
            return
        keys: Sequence[Any]
        if self.form is None:
            keys = inbox.short_names[:count].tolist()
        else:
            keys = list(self.form.iter_unpack(inbox.heads[: count * HEAD]))
        if count >= 2 * BULK_RUN and keys[0] == keys[BULK_RUN - 1] and keys[-1] == keys[-BULK_RUN]:
            self._bulk(count, keys)
            return
        find = self.sessions.get
        push = batch.push
        message = inbox.address
        for place, key in enumerate(keys):
            session = find(key)
            if push is not None and session is not None and session.direct:
                size = push(session.fd, message)
                if size < 0:
                    data = inbox.buffers[place][: inbox.sizes[place]]
                    session.not_sent(socket_error(-size), data)
                else:
                    session.asked = True
                    if size:
                        session.up += size
                    else:
                        session.empty += 1
            else:
                self._pass_one_on(key, session, inbox.buffers[place][: inbox.sizes[place]])
            message += MESSAGE

    def _pass_one_on(self, key: Hashable, session: Session | None, data: memoryview) -> None:
        if session is None:
            session = self._greet(key, data)
            if session is None:
                return
        try:
            session.send(data)
        except OSError as error:
            session.not_sent(error, data)
            return
        session.asked = True
        if data:
            session.up += len(data)
        else:
            session.empty += 1

    def _bulk(self, count: int, keys: Sequence[Any]) -> None:
        """Send equal datagrams of one client in a row by one system call."""
        inbox = self.inbox
        self.singles = 0
        if not self.coalescing:
            self.coalescing = coalesce(self.sock)
        sizes = inbox.sizes[:count].tolist()
        for begin, end in runs(keys, sizes):
            views = [inbox.buffers[i][: sizes[i]] for i in range(begin, end)]
            self._pass_on(keys[begin], views, sizes[begin] if end - begin > 1 else 0)

    def _coalesced(self, count: int) -> bool:
        """Pass on what the system handed over in one piece, as it came; false if nothing was."""
        inbox, told = self.inbox, PKTINFO[self.family]
        if max(inbox.control_lengths[:count].tolist()) <= self.usual_control:
            self._part(count)
            return False
        self.singles = 0
        for i, size in enumerate(inbox.sizes[:count].tolist()):
            segment, ours = 0, b""
            for level, kind, data in inbox.control(i):
                if (level, kind) == told:
                    ours = addressee(self.family, data)
                else:
                    segment = segment_of(level, kind, data) or segment
            key: Hashable = inbox.short_names[i]
            if self.form is not None:
                name = inbox.heads[i * HEAD : i * HEAD + _NAME_BYTES[self.family]]
                key = (bytes(name), ours) if self.spoken_to else (bytes(name),)
            self._pass_on(key, [inbox.buffers[i][:size]], segment)
        return True

    def _part(self, count: int) -> None:
        """End the coalescing after a while without runs, once no piece can be left unread."""
        self.singles += 1
        if self.singles < SINGLES_TO_PART:
            return
        if not self.parting:
            self.parting = coalesce(self.sock, wanted=False)
        elif count < BATCH:  # all that came before was read by now
            self.coalescing = self.parting = False
            self._be_served()

    def _pass_on(self, key: Hashable, views: list[memoryview], segment: int) -> None:
        """Send these, which are segments of one size (the last may be shorter), or one datagram."""
        session = self.sessions.get(key) or self._greet(key, views[0][: segment or None])
        if session is None:
            return
        assert isinstance(session, BatchedSession)
        if segment and session.segments:
            try:
                send_segments(session.sock, views, segment)
            except SegmentsError:
                session.segments = False  # not on this way to the target: one by one, then
            except OSError as error:
                session.read_failed(error)
            else:
                session.up += sum(map(len, views))
                session.asked = True
                return
        for part in parts(views, segment):
            try:
                session.send(part)
            except OSError as error:
                session.not_sent(error, part)
                continue
            session.up += len(part)
            session.empty += not part
        session.asked = True

    # -- beside the fast path -------------------------------------------------------------------

    def _be_served(self) -> None:
        if self.flows is not None and not self.served:
            self.flows.serve(self)
            self.served = True
            for session in self.sessions.values():
                session.settle()
            self.half.know(self)
            self.welcome(plain=self.plain)

    def welcome(self, *, plain: bool) -> None:
        """See to newcomers while that takes more than a target, else let the fast path."""
        self.plain = plain
        if self.flows is not None and self.served:
            self.flows.welcome(self, self.half.account, self.half.most, plain=plain)

    def _leave(self) -> None:
        if self.flows is not None and self.served:
            self.half.gather()
            self.served = False
            for session in self.sessions.values():
                session.settle()
            self.flows.leave(self)

    def came(self, name: bytes, ours: bytes, data: memoryview) -> None:
        """Pass on what the fast path has read, and has nobody for."""
        key = self._key(name, ours)
        self._pass_one_on(key, self.sessions.get(key), data)

    def _key(self, name: bytes, ours: bytes) -> Hashable:
        if self.form is None:
            return int.from_bytes(name, sys.byteorder)
        return (name, ours) if self.spoken_to else (name,)

    def adopt(self, young: YoungFlow) -> BatchedSession:
        """Make the object that a young flow has done without."""
        name, ours, first = young[2:5]
        client = client_of(self.family, name)
        session = self.half.adopted(self, self._key(name, ours), client, ours, first)
        assert isinstance(session, BatchedSession)
        session.begin_as(young)
        return session

    def turns_bulky(self) -> None:
        """Read runs in one piece from now on, which is worth more than the fast path."""
        self._leave()
        self.coalescing = coalesce(self.sock)
        self.singles = 0

    def address_of(self, key: Hashable) -> tuple[bytes, bytes]:
        """The client's address as the system writes it, and the one of ours it speaks to."""
        told = self.spoken_to and isinstance(key, tuple)
        return self.name_of(key), key[1] if told and isinstance(key, tuple) else b""

    def close(self) -> None:
        """End those, too, that only the fast path knows."""
        self.half.gather()
        super().close()

    def close_now(self) -> None:
        """Let the answers of this turn out first."""
        self._leave()
        if self.outbox.sender is self:
            self.outbox.flush()
        super().close_now()

    def new_session(
        self, key: Hashable, client: Client, ours: bytes, first: int, session_id: int
    ) -> Session:
        """Make a session whose answers leave in batches, too."""
        return BatchedSession(self, key, client, ours, first, session_id)

    def name_of(self, key: Hashable) -> bytes:
        """The client's address as the system writes it."""
        return key[0] if isinstance(key, tuple) else struct.pack("@Q", key)

    def _greet(self, key: Hashable, data: memoryview) -> Session | None:
        name, ours = self.address_of(key)
        client = client_of(self.family, name)
        return self.half.admit(self, key, client, ours, data)


def client_of(family: int, name: bytes) -> Client:
    """The address that Python would make of this one of the system's (ip(7), ipv6(7))."""
    port = int.from_bytes(name[2:4], "big")
    if family == socket.AF_INET:
        return socket.inet_ntop(family, name[4:8]), port
    flow, zone = int.from_bytes(name[4:8], "big"), int.from_bytes(name[24:28], sys.byteorder)
    return socket.inet_ntop(family, name[8:24]), port, flow, zone


def _layout(family: int, *, spoken_to: bool) -> tuple[struct.Struct | None, int]:
    """What in a message's head tells one session from another; how long its control data are.

    The client's address, and after it (behind the head of a control message, 16 bytes) the address
    of ours that it spoke to. A run in one piece brings a further control message before that one.
    An IPv4 address alone is a number, and needs no unpacking: None.
    """
    if family == socket.AF_INET and not spoken_to:
        return None, 0
    name, data = _NAME_BYTES[family], NAME + 16
    form = f"={name}s"
    if spoken_to and family == socket.AF_INET:
        form += f"{data + 4 - name}x4s"
    elif spoken_to:
        form += f"{data - name}x16s"
    usual = (40 if family == socket.AF_INET6 else 32) if spoken_to else 0
    return struct.Struct(f"{form}{HEAD - struct.calcsize(form)}x"), usual
