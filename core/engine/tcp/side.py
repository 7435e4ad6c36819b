"""One side of a session and the stream that flows from it to the other side; knows no connecting.

A session has two sides that feed each other, and each owns one direction: what is read from its
own socket and written to its peer's. A direction is RUNNING, then ENDING (the end was read, bytes
are still held), then DONE (the end was passed on). It is REFUSED when its peer has sent its end and
takes no more. `settle` is the one place that decides what a socket is watched for.
"""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING, Final

from core.engine.bucket import SMALLEST_READ
from core.engine.reactor.channel import Channel
from core.engine.reactor.loop import BUFFER_SIZE
from core.engine.reactor.poller import END, ERROR, HANGUP, ONCE, READ, URGENT, WRITE
from core.engine.sockets import (
    NOT_YET,
    is_broken,
    reset_on_close,
    socket_error,
    unsent,
    was_only_urgent,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine.bucket import Bucket
    from core.engine.runner import Runner
    from core.engine.tcp.pipes import Pipe

EACH_NEWS: Final = READ | END | URGENT | ONCE
"""What a side is watched for while it reads all there is at a time: nothing is told twice, which
spares the poller a look at every socket that was read from. A read that leaves room in the buffer
has taken everything (epoll(7), questions and answers), unless it stopped before urgent data."""
STILL_THERE: Final = READ
"""What a side is watched for while it may leave something unread."""
_MORE: Final = WRITE | ERROR | HANGUP | URGENT

RUNNING: Final = 0
ENDING: Final = 1
DONE: Final = 2
REFUSED: Final = 3

FULL_READS_TO_SPLICE = 4
"""A direction that filled the buffer so often since the last tick carries bulk."""
NEVER_SPLICE = -(1 << 60)
SALVAGE_READS = 16

# Not the connection fails but splice(): this socket or this system (a sandbox) cannot do it.
_UNSPLICEABLE = frozenset({errno.EINVAL, errno.ENOSYS, errno.EPERM, errno.EOPNOTSUPP, errno.ENOMEM})


class Side(Channel):
    """Reads from its own socket and feeds its peer's; the peer does the same the other way."""

    __slots__ = (
        "backlog", "bucket", "buffer", "count", "flow", "full_reads", "input", "peer", "pipe",
        "runner",
    )  # fmt: skip

    peer: Side
    __deletable__ = ("peer",)  # asked for by mypyc, see `Receiver.end_session`

    def __init__(self, runner: Runner, sock: socket.SocketType) -> None:
        loop = runner.loop
        Channel.__init__(self, loop, sock)
        self.runner = runner
        self.buffer = loop.buffer
        self.pipe: Pipe | None = None
        self.bucket: Bucket | None = None
        """The limit of this direction, if there is one."""
        self.backlog: memoryview | None = None
        """Read from this side and not yet taken by the peer; at most one buffer."""
        self.count = 0
        """Bytes the peer's socket has taken."""
        self.flow = RUNNING
        self.full_reads = 0
        self.input = EACH_NEWS

    # -- moving bytes ----------------------------------------------------------------------

    def handle_event(self, mask: int) -> None:
        """Copy one buffer from this socket to the peer's. The hot path of small messages."""
        if mask & _MORE and not self.more_than_read(mask):
            return
        buffer = self.buffer
        try:
            size = self.sock.recv_into(buffer)
        except BlockingIOError:
            return
        except OSError as error:
            self.broken(error)
            return
        if not size:
            self.ended()
            return
        peer = self.peer
        try:
            sent = peer.sock.send(buffer[:size])
        except OSError as error:
            self.cut_short(bytes(buffer[:size]), error.errno or 0)
            return
        self.count += sent
        if sent < size:
            self.cut_short(bytes(buffer[sent:size]), 0)
        elif size == BUFFER_SIZE:
            self.filled()
        elif mask & END:
            self.handle_event(READ)  # the end comes next: not worth another turn of the loop

    def cut_short(self, rest: bytes, number: int) -> None:
        """The peer's socket did not take this; `number` says why, and is 0 if it is just full."""
        self.backlog = memoryview(rest)
        if number and number not in NOT_YET:
            self.peer.unwritable(socket_error(number))
        else:
            self.settle()
            self.peer.settle()

    def filled(self) -> None:
        """The buffer was filled by one read: there may be more, and this may be bulk."""
        self.full_reads += 1
        if self.input != STILL_THERE:
            self.read_by_parts()
        if self.full_reads >= FULL_READS_TO_SPLICE:
            self.take_pipe()

    def splice_event(self, mask: int) -> None:
        """Move one pipeful from this socket to the peer's inside the kernel: the bulk path."""
        if mask & _MORE and not self.more_than_read(mask):
            return
        pipe = self.pipe
        assert pipe is not None
        try:
            size = os.splice(self.fd, pipe.writer, pipe.size)  # type: ignore[attr-defined,unused-ignore]
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno in _UNSPLICEABLE:
                self.give_pipe_back()
                self.full_reads = NEVER_SPLICE
            else:
                self.broken(error)
            return
        if not size:
            self.ended()
            return
        pipe.held = size
        try:
            sent = os.splice(pipe.reader, self.peer.fd, size)  # type: ignore[attr-defined,unused-ignore]
        except OSError as error:
            self.not_taken(error)
            return
        self.count += sent
        if sent < size:
            pipe.held = size - sent
            self.settle()
            self.peer.settle()
        else:
            pipe.held = 0

    def limited_event(self, mask: int) -> None:
        """Copy no more than the limit allows now; wait for more when that is nothing."""
        if mask & _MORE and not self.more_than_read(mask):
            return
        bucket, whole = self.bucket, self.buffer
        assert bucket is not None
        allowance = bucket.allowance()
        if allowance < SMALLEST_READ:
            bucket.wait(self)
            self.settle()
            return
        before = self.count + len(self.backlog or b"")
        self.buffer = whole[:allowance]
        try:
            self.handle_event(READ)
        finally:
            self.buffer = whole
        bucket.spend(self.count + len(self.backlog or b"") - before)

    def flush(self) -> None:
        """Let the peer's socket take what is held; then go on reading, or pass on the end."""
        pipe, peer = self.pipe, self.peer
        try:
            if pipe is not None and pipe.held:
                sent = os.splice(pipe.reader, peer.fd, pipe.held)  # type: ignore[attr-defined,unused-ignore]
                pipe.held -= sent
            elif self.backlog is not None:
                sent = peer.sock.send(self.backlog)
                self.backlog = self.backlog[sent:] if sent < len(self.backlog) else None
            else:
                sent = 0
        except OSError as error:
            self.not_taken(error)
            return
        self.taken(sent)

    def taken(self, sent: int) -> None:
        """Count what the peer's socket took of what is held, and go on as it allows."""
        peer = self.peer
        self.count += sent
        if self.flow == ENDING and not self.holding and peer.can_be_written():
            self.finish()
        else:
            self.settle()
            peer.settle()

    def not_taken(self, error: OSError) -> None:
        """The peer's socket takes nothing: not yet, not by splice, or never again.

        To be called with the first error met: a socket names the cause once, and then says EPIPE.
        """
        pipe = self.pipe
        if error.errno in NOT_YET:
            self.taken(0)
        elif error.errno in _UNSPLICEABLE and pipe is not None and pipe.held:
            self._copy_held()  # for good, beginning with what is held
            self.full_reads = NEVER_SPLICE
            self.flush()
        else:
            self.peer.unwritable(error)

    @property
    def holding(self) -> bool:
        """Whether bytes read from here still wait for the peer."""
        return self.backlog is not None or (self.pipe is not None and self.pipe.held > 0)

    def settle(self) -> None:
        """Watch for what can be done now. The one place that decides."""
        mask = 0
        if self.flow == RUNNING and not self.holding:
            mask = self.input
            if self.bucket is not None and self.bucket.holds(self):
                mask = 0
        if self.peer.holding or self.peer.flow == ENDING:
            mask = mask & ~ONCE | WRITE
        self.want(mask)

    def read_by_parts(self) -> None:
        """From now on what is not read at once is told again."""
        self.input = STILL_THERE
        self.settle()

    def read_whole(self) -> None:
        """Back to what a side begins with; what is there already is told as news."""
        self.input = EACH_NEWS
        self.settle()

    @property
    def is_plain(self) -> bool:
        """Whether all this side does now is to copy each message at once."""
        return (
            self.interest == EACH_NEWS
            and self.flow == RUNNING
            and self.pipe is None
            and self.bucket is None
            and self.backlog is None
        )

    # -- what the poller says besides READ --------------------------------------------------

    def more_than_read(self, mask: int) -> bool:
        """Deal with WRITE, ERROR and HANGUP; true when there is something to read as well."""
        if mask & ERROR and was_only_urgent(self.sock):
            mask &= ~ERROR
        if mask & URGENT:
            self.read_by_parts()
        if mask & WRITE and self.interest & WRITE:
            self.peer.flush()
            if self.fd < 0:
                return False
        if self.interest & READ:
            # A hang-up never means "skip reading": what came before it is still to be read.
            return bool(mask & (READ | ERROR | HANGUP))
        if mask & HANGUP and not mask & ERROR and self.peer.flow >= DONE:
            # Both ways are over, but unread bytes wait here for the peer to take more.
            # The poller would say so each turn; `settle` brings this side back.
            self.unwatch()
        elif mask & (ERROR | HANGUP) and (number := is_broken(self.sock)):
            self.broken(socket_error(number))
        return False

    def can_be_written(self) -> bool:
        """Whether this side takes bytes and an end at all; a connecting one does not yet."""
        return True

    # -- ending -----------------------------------------------------------------------------

    def ended(self) -> None:
        """The end of this direction was read: pass it on, now or behind what is held."""
        if self.flow != RUNNING:
            self.settle()  # read once more, see `finish`
        elif self.backlog is None and self.peer.can_be_written():
            self.finish()  # a pipe is empty here: with bytes in it nothing would have been read
        else:
            self.flow = ENDING
            self.settle()
            self.peer.settle()

    def finish(self) -> None:
        """Pass the end on; the other direction goes on until it ends by itself."""
        self.flow = DONE
        peer = self.peer
        if peer.flow == DONE:
            self.end_session(reset=False)
            return
        try:
            peer.sock.shutdown(socket.SHUT_WR)
        except OSError as error:
            number = is_broken(peer.sock)
            peer.unwritable(socket_error(number) if number else error)
            if self.fd < 0:
                return
        if self.pipe is not None:
            self.give_pipe_back()
        self.stirred()
        # This side is still watched for READ, which is told no more; a poller that tells it once
        # more brings `ended` to stop the watching.
        if peer.flow == REFUSED:
            self.leave()
        elif peer.interest & WRITE:
            peer.settle()

    def broken(self, error: OSError) -> None:
        """This side's connection failed: the peer gets a reset, as it would without a relay."""
        if error.errno == errno.EPIPE:
            self.refuse()
        else:
            self.end_session(reset=True)

    def unwritable(self, error: OSError) -> None:
        """The peer could not write here. Save what this side had sent before it reset."""
        if error.errno == errno.EPIPE:
            self.refuse()
            return
        if not self.holding and self.flow == RUNNING:
            self._salvage()
        self.end_session(reset=True)

    def refuse(self) -> None:
        """Let this side's answer flow on although it takes no more.

        EPIPE as the first error means that an orderly end came before the reset (Linux, tcp_reset):
        the answer is complete, and waits to be read.
        """
        peer = self.peer
        if self.flow == REFUSED:
            self.end_session(reset=True)  # nobody takes anything any more
            return
        if peer.flow != DONE:
            peer.flow = REFUSED
            peer.backlog = None
            if peer.bucket is not None:
                peer.bucket.release(peer)
            peer.give_pipe_back()
        self.stirred()
        if self.flow == DONE:
            self.leave()
        else:
            self.settle()
            peer.settle()

    def leave(self) -> None:
        """Pass the reset on, once the peer's system has the whole answer: else the tick does it.

        A reset, or a close with bytes unread, would tear away what is still to be sent.
        """
        if unsent(self.peer.sock):
            self.settle()
            self.peer.settle()
        else:
            self.end_session(reset=True)

    def _salvage(self) -> None:
        """Pass on an answer that was sent before its sender refused to read on."""
        for _ in range(SALVAGE_READS):
            try:
                size = self.sock.recv_into(self.buffer)
                sent = self.peer.sock.send(self.buffer[:size]) if size else 0
            except OSError:
                return
            self.count += sent
            if not size or sent < size:
                return

    def end_session(self, *, reset: bool) -> None:
        """Close both sides. Overridden by the side that keeps the session's books."""
        raise NotImplementedError

    def stirred(self) -> None:
        """Begin the session's silence anew: an end is a sign of life. Overridden like the above."""
        raise NotImplementedError

    def handle_error(self) -> None:
        """A fault of our own: this session ends, all others go on."""
        self.end_session(reset=True)

    def close_side(self, *, reset: bool) -> None:
        """Close this socket and give back what it holds."""
        if self.pipe is not None:
            self.give_pipe_back()
        if self.bucket is not None:
            self.bucket.release(self)
        self.backlog = None
        if reset and self.fd >= 0:
            reset_on_close(self.sock)
        self.close()

    # -- pipes ------------------------------------------------------------------------------

    def take_pipe(self) -> None:
        """Move by splice from now on, if a pipe is to be had; both sides must be idle."""
        if self.pipe is None and self.bucket is None and not self.holding and self.flow == RUNNING:
            self.pipe = self.runner.pipes.take()
            if self.pipe is None:
                self.full_reads = 0
            else:
                self.refresh()
                self.read_by_parts()

    def give_pipe_back(self) -> None:
        """Copy from now on. Only for an empty pipe, or at the end of the session."""
        if self.pipe is not None:
            self.runner.pipes.give_back(self.pipe)
            self.pipe = None
            self.full_reads = 0
            self.refresh()

    def handler(self) -> Callable[[int], None]:
        """Splice with a pipe, copy without, and copy sparingly under a limit."""
        if self.bucket is not None:
            return self.limited_event
        return self.handle_event if self.pipe is None else self.splice_event

    def limit(self, bucket: Bucket | None) -> None:
        """Put this direction under a limit, or free it, from now on."""
        if bucket is self.bucket:
            return
        if self.bucket is not None:
            self.bucket.release(self)
        if self.pipe is not None and self.pipe.held:
            self._copy_held()
        elif self.pipe is not None:
            self.give_pipe_back()
        self.bucket = bucket
        self.refresh()
        self.read_by_parts()

    def _copy_held(self) -> None:
        """Take the bytes out of the pipe, to be copied, and give it back."""
        pipe = self.pipe
        assert pipe is not None
        data = bytearray()
        while len(data) < pipe.held:
            data += os.read(pipe.reader, pipe.held - len(data))
        pipe.held = 0
        self.backlog = memoryview(bytes(data))
        self.give_pipe_back()
