"""Answers the requests that come over the channel, on threads of its own; decides none of them."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import traceback
from typing import TYPE_CHECKING

from core.instance.messages import LONGEST, Failed, Hello, pack_reply, unpack_request
from core.instance.wire import hang_up, receive
from core.message import PortwayError, message

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.instance.messages import About, Reply, Request
    from core.instance.wire import Listener, Wire

log = logging.getLogger("portway.channel")

READ_SECONDS = 5.0
"""A client that says nothing for so long is cut off."""
AT_A_TIME = 16
"""More clients than that wait; each one here is a thread."""
READY_SECONDS = 25.0
"""How long a request waits for a program that is only just starting."""
ENDING_SECONDS = 0.2


class Server:
    """Takes connections from the start on; requests wait until `serve` says who answers them."""

    def __init__(self, listener: Listener, token: str, about: About) -> None:
        self._listener = listener
        self._about = about
        self._token = token
        self._answer: Callable[[Request], Reply] | None = None  # set once, before _ready
        self._ready = threading.Event()
        self._ending = False
        self._wires: set[Wire] = set()  # each added and removed in one step, by its thread
        self._places = threading.BoundedSemaphore(AT_A_TIME)
        self._thread = threading.Thread(target=self._run, name="portway-channel", daemon=True)
        self._thread.start()

    def serve(self, answer: Callable[[Request], Reply]) -> None:
        """Have requests answered by this from now on.

        It is called on a thread for each request, may wait, and may raise `PortwayError`.
        """
        self._answer = answer
        self._ready.set()

    def close(self) -> None:
        """Take no more; the answers under way have a moment to leave."""
        self._ending = True
        self._ready.set()
        self._listener.interrupt()
        self._thread.join(ENDING_SECONDS)
        if not self._thread.is_alive():
            self._listener.close()
        deadline = time.monotonic() + ENDING_SECONDS
        while self._wires and time.monotonic() < deadline:
            time.sleep(0.005)
        for wire in tuple(self._wires):
            hang_up(wire)

    def _run(self) -> None:
        while True:
            self._places.acquire()
            wire = self._listener.accept(READ_SECONDS)
            if wire is None:
                self._places.release()
                return
            name = "portway-request"
            threading.Thread(target=self._converse, args=(wire,), name=name, daemon=True).start()

    def _converse(self, wire: Wire) -> None:
        self._wires.add(wire)
        try:
            with contextlib.closing(wire):
                frame = receive(wire, LONGEST, READ_SECONDS)
                request = unpack_request(frame, self._token) if frame is not None else None
                if request is None:
                    return
                reply = request if isinstance(request, Failed) else self._reply_to(request)
                if reply is not None:
                    with contextlib.suppress(OSError):  # it waits no longer
                        wire.send_bytes(pack_reply(reply))
        finally:
            self._wires.discard(wire)
            self._places.release()

    def _reply_to(self, request: Request) -> Reply | None:
        if isinstance(request, Hello):
            return self._about
        self._ready.wait(READY_SECONDS)
        if self._ending:
            return None
        if self._answer is None:
            return Failed.of(message("The running Portway is still starting. Try again soon."))
        try:
            return self._answer(request)
        except PortwayError as error:
            return Failed.of(error.message)
        except Exception:  # noqa: BLE001 - a fault here must be told to both sides, not end a thread
            log.error("A request could not be answered.\n%s", traceback.format_exc())
            text = "The running Portway could not do that because of a fault; its log says more."
            return Failed.of(message(text))
