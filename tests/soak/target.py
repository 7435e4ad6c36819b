"""The target behind a mapping: a thread a connection does what its client asks for."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from tests.soak.line import Line, WrongBytesError
from tests.soak.tally import Tally
from tests.support import listen, port_of

if TYPE_CHECKING:
    import socket
    from typing import Self

LATE = 1.5
"""Seconds before a late answer, and in which a stalled server does not read."""


class Target:
    """Use as a context manager; at its end every server must have ended by itself."""

    def __init__(self, *, orderly: bool) -> None:
        """With `orderly`, whatever breaks a connection is worth a complaint."""
        self.tally = Tally()
        self._orderly = orderly
        self._listener = listen()
        self.port = port_of(self._listener)
        self._servers: set[threading.Thread] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._accept)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._listener.shutdown(2)
        self._thread.join()
        self._listener.close()
        for server in list(self._servers):
            server.join(90)

    @property
    def busy(self) -> int:
        """How many servers are at work."""
        return sum(server.is_alive() for server in self._servers)

    def _accept(self) -> None:
        self._listener.settimeout(None)
        while not self._over.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._servers = {server for server in self._servers if server.is_alive()}
            server = threading.Thread(target=self._serve, args=(sock,))
            self._servers.add(server)
            server.start()

    def _serve(self, sock: socket.socket) -> None:
        self.tally.add(connections=1)
        with Line(sock, self.tally) as line:
            try:
                asked = line.asked()
                if asked is not None:
                    self._do(line, *asked)
            except (OSError, WrongBytesError) as error:
                if self._orderly:
                    self.tally.complain(f"server: {error!r}")

    def _do(self, line: Line, what: bytes, size: int) -> None:
        match what:
            case b"E":  # echo
                line.receive(size)
                line.send(size)
                line.receive_end()
            case b"U":  # upload
                line.receive(size)
                line.receive_end()
                line.send(8)
            case b"S":  # the same, by a server that does not read for a while
                self._over.wait(LATE)
                line.receive(size)
                line.receive_end()
                line.send(8)
            case b"D":  # download
                line.send(size)
                line.finish()
                line.receive_end()
            case b"L":  # a late answer to a client that has finished
                line.receive_end()
                self._over.wait(LATE)
                line.send(size)
            case b"R":  # break off in the middle of an upload
                with contextlib.suppress(WrongBytesError):
                    line.receive(size)
                line.reset()
            case b"A":  # answer, end, and take no more
                line.send(size)
            case _:
                self.tally.complain(f"server: asked for {what!r}")
