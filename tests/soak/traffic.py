"""The clients: each kind is one session as some program would have it; no relay is known here."""

from __future__ import annotations

import contextlib
import random
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from tests.soak.line import Line, WrongBytesError
from tests.support import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.soak.tally import Tally

TCP_REPAIR = 19
"""tcp(7) leaves it out: a socket closed under it sends nothing, as if its machine were gone."""
VANISHING = 8
"""Clients in a process that is killed."""

_VANISHING_CLIENTS = f"""
import contextlib, socket, struct, sys
socks = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range({VANISHING})]
for number, sock in enumerate(socks):
    with contextlib.suppress(OSError):  # the relay may have been told to close all connections
        sock.send(struct.pack("!cQ", b"UDEL"[number % 4:][:1], 1 << 22))
        if number % 4 == 3:
            sock.shutdown(socket.SHUT_WR)
print("ready", flush=True)
sys.stdin.read()
"""


class Client:
    """Has one session after the other through one port of the relay."""

    def __init__(self, port: int, tally: Tally, over: threading.Event, seed: int) -> None:
        self._port = port
        self._tally = tally
        self._over = over
        self._dice = random.Random(seed)

    def run(self, kinds: Sequence[Callable[[Client], None]], *, orderly: bool) -> None:
        """Go on until it is over; with `orderly`, nothing may go wrong."""
        while not self._over.is_set():
            kind = self._dice.choice(kinds)
            try:
                kind(self)
            except (OSError, WrongBytesError) as error:
                if orderly:
                    self._tally.complain(f"{kind.__name__}: {error!r}")
            self._over.wait(self._dice.random() * 0.02)

    def _line(self) -> Line:
        # Counted first: one that is turned away at once is reset before connect() returns.
        self._tally.add(connections=1)
        return Line(connect(self._port), self._tally)

    def _size(self) -> int:
        return self._dice.choice([1, 64, 1400, 65536, 65537, 700_000, 4 << 20])

    # -- those that end in order ----------------------------------------------------------------

    def request(self) -> None:
        """A short question and its answer."""
        size = self._dice.choice([1, 64, 1400, 20_000])
        with self._line() as line:
            line.ask(b"E", size)
            line.send(size)
            line.receive(size)
            line.finish()
            line.receive_end()

    def upload(self) -> None:
        """Send, end, and have it confirmed."""
        self._upload(b"U")

    def upload_to_a_stalled_server(self) -> None:
        """The same, to a server that reads late."""
        self._upload(b"S")

    def _upload(self, what: bytes) -> None:
        size = self._size()
        with self._line() as line:
            line.ask(what, size)
            line.send(size)
            line.finish()
            line.receive(8)
            line.receive_end()

    def download(self) -> None:
        """Get a long answer."""
        self._download(threading.Event(), 0.0)

    def stalled_download(self) -> None:
        """Get a long answer, but begin to read it late."""
        self._download(self._over, 1.0)

    def _download(self, event: threading.Event, pause: float) -> None:
        size = self._size()
        with self._line() as line:
            line.ask(b"D", size)
            event.wait(pause)
            line.receive(size, self._dice.choice([5000, 1 << 18]))
            line.receive_end()
            line.finish()

    def late_answer(self) -> None:
        """End at once; the answer comes when the server likes."""
        with self._line() as line:
            line.ask(b"L", 100_000)
            line.finish()
            line.receive(100_000)
            line.receive_end()

    def idle(self) -> None:
        """Say nothing for a while."""
        with self._line() as line:
            self._over.wait(self._dice.random() * 4)
            line.ask(b"E", 100)
            line.send(100)
            line.receive(100)
            line.finish()
            line.receive_end()

    # -- those that do not ----------------------------------------------------------------------

    def reset(self) -> None:
        """Break off in the middle of a download."""
        with self._line() as line:
            line.ask(b"D", 4 << 20)
            line.receive(self._dice.choice([0, 1, 300_000]))
            line.reset()

    def be_reset(self) -> None:
        """Upload to a server that breaks off."""
        with self._line() as line:
            line.ask(b"R", self._size())
            line.send(4 << 20)

    def be_answered_early(self) -> None:
        """Upload to a server that has answered already, and takes no more."""
        with self._line() as line:
            line.ask(b"A", 50_000)
            with contextlib.suppress(OSError):
                line.send(4 << 20)
            line.receive(50_000)

    def be_killed(self) -> None:
        """Several clients in a process that is killed."""
        child = subprocess.Popen(
            [sys.executable, "-c", _VANISHING_CLIENTS, str(self._port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with child:
            assert child.stdout is not None
            if child.stdout.readline():
                self._tally.add(connections=VANISHING)
            self._over.wait(self._dice.random())
            child.kill()

    def be_gone(self) -> None:
        """Vanish without a word on the wire."""
        with self._line() as line:
            line.ask(b"E", 100)
            line.sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)

    def be_refused(self) -> None:
        """Nobody listens at the target."""
        with self._line() as line:
            line.receive_end()


ORDERLY = (
    *[Client.request] * 30,
    *[Client.upload] * 10,
    *[Client.download] * 10,
    Client.late_answer,
    Client.idle,
    Client.stalled_download,
    Client.upload_to_a_stalled_server,
)
TORN = (
    Client.reset,
    Client.reset,
    Client.be_reset,
    Client.be_reset,
    Client.be_answered_early,
    Client.be_killed,
)


def can_be_gone() -> bool:
    """Whether the system lets this process have sockets vanish."""
    if sys.platform != "linux":
        return False
    with socket.socket() as probe:
        try:
            probe.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        except OSError:
            return False
    return True
