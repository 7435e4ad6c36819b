"""The loop: waits for readiness, calls channels, runs timers and calls from other threads."""

from __future__ import annotations

import contextlib
import time
import traceback
from collections import deque
from typing import TYPE_CHECKING, Final

from core.engine.reactor.poller import EVENTS_PER_TURN, FOREVER, SelectPoller, open_poller
from core.engine.reactor.timers import Timer, Timers
from core.engine.reactor.waker import Waker

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from core.engine.reactor.channel import Channel
    from core.engine.reactor.poller import Poller

LONGEST_WAIT: Final = 86400.0
BUFFER_SIZE: Final = 64 * 1024


class Loop:
    """One thread runs it; only `call_from_thread` may be used by others.

    An exception in a handler closes that handler's channel, is reported once through `fault`, and
    touches nothing else.
    """

    def __init__(self, fault: Callable[[str], None], poller: Poller | None = None) -> None:
        self.poller = poller or open_poller()
        self.scales = not isinstance(self.poller, SelectPoller)
        """Whether the poller takes any number of sockets."""
        self.forgets = type(self.poller).__name__ in ("epoll", "FastPath")
        """Whether the poller forgets a descriptor that is closed by itself."""
        self.handlers: dict[int, Callable[[int], None]] = {}
        """The map: a descriptor's bound handler, so that an event costs one look-up and one call.
        Channels put themselves in and take themselves out."""
        self.closing: list[socket.SocketType] = []
        """To be closed once this turn's events are handled, see `Channel.close`."""
        self.ending: list[Callable[[], None]] = []
        """To be called once when this turn's events are handled: what is better done together."""
        self._timers = Timers(time.monotonic)
        self._calls: deque[Callable[[], None]] = deque()
        self.turn = 0
        """How many times the poller has answered."""
        self._fault = fault
        self._running = False
        self._longest_turn = 0.0
        self.buffer = memoryview(bytearray(BUFFER_SIZE))
        """Shared by all channels: what is read into it is sent on or copied before they return."""
        self._waker = Waker(self, self._run_calls)

    def after(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call back on the loop's thread in `delay` seconds."""
        return self._timers.after(delay, callback)

    def call_from_thread(self, callback: Callable[[], None]) -> None:
        """Have the loop call this soon; the one method for other threads."""
        self._calls.append(callback)
        self._waker.wake()

    def stop(self) -> None:
        """End `run` after this turn."""
        self._running = False

    def take_longest_turn(self) -> float:
        """Seconds the longest turn took since the last question: how long others had to wait."""
        longest, self._longest_turn = self._longest_turn, 0.0
        unseen = getattr(self.poller, "take_longest_turn", None)
        return max(longest, unseen()) if unseen is not None else longest

    def run(self) -> None:
        """Serve until `stop`."""
        self._running = True
        poll = self.poller.poll
        handler_of = self.handlers.get
        timers, closing, ending = self._timers, self.closing, self.ending
        clock = time.monotonic
        now = clock()
        while self._running:
            wait = timers.next_due - now
            if wait < 0.0:
                wait = 0.0
            elif wait > LONGEST_WAIT:
                wait = FOREVER
            events = iter(poll(wait, EVENTS_PER_TURN))
            self.turn += 1
            begun = clock()
            while True:
                try:
                    for fd, mask in events:
                        handler = handler_of(fd)
                        if handler is not None:
                            handler(mask)
                    break
                except Exception:  # noqa: BLE001 - contained here, reported below
                    if handler is not None:
                        self.contain(handler.__self__)  # type: ignore[attr-defined]
            while ending:
                self._call(ending.pop())
            if closing:
                self._close_sockets()
            now = clock()
            if now >= timers.next_due:
                for callback in timers.due():
                    self._call(callback)
                if closing:
                    self._close_sockets()
                now = clock()
            if now - begun > self._longest_turn:
                self._longest_turn = now - begun

    def close(self) -> None:
        """Close every channel left, the waker and the poller."""
        for handler in list(self.handlers.values()):
            channel: Channel = handler.__self__  # type: ignore[attr-defined]
            channel.close()
        self._close_sockets()
        self.poller.close()

    def _close_sockets(self) -> None:
        closing = self.closing
        while closing:
            with contextlib.suppress(OSError):  # close() may report an old error; it closes anyway
                while closing:
                    closing.pop().close()

    def _run_calls(self) -> None:
        for _ in range(len(self._calls)):
            self._call(self._calls.popleft())

    def _call(self, callback: Callable[[], None]) -> None:
        try:
            callback()
        except Exception:  # noqa: BLE001 - one bad callback must not end the engine
            self._fault(traceback.format_exc())

    def contain(self, channel: Channel) -> None:
        """Report the exception being handled and have its channel let go, whatever that brings."""
        self._fault(traceback.format_exc())
        try:
            channel.handle_error()
        except Exception:  # noqa: BLE001 - a second fault must not become everybody's
            self._fault(traceback.format_exc())
            channel.close()
