"""Ends of UDP conversations: a client's or a target's socket, and a target that answers."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from typing import TYPE_CHECKING, Any

from tests.support import PATIENCE, listen

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

ROOM = 4 << 20


def udp(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """A socket bound to a free port, or to this one, with patience and room."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.bind((host, port))
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, ROOM)
        sock.settimeout(PATIENCE)
    except BaseException:
        sock.close()
        raise
    return sock


def talk_to(port: int, host: str = "127.0.0.1", source: str | None = None) -> socket.socket:
    """A client that speaks to this port, and hears nobody else."""
    sock = udp(source or ("::1" if ":" in host else "127.0.0.1"))
    sock.connect((host, port))
    return sock


def free_udp_port() -> int:
    """A port that nobody uses at this moment, for datagrams or connections.

    Below those that outgoing connections get, so that none of another test comes in between.
    """
    while True:
        port = random.randrange(10_000, 32_000)
        with contextlib.suppress(OSError), udp(port=port), listen(port=port):
            return port


class Echo:
    """A target that answers each datagram with the same, or with what `answer` makes of it."""

    def __init__(
        self, host: str = "127.0.0.1", port: int = 0, answer: Callable[[bytes], bytes] = bytes
    ) -> None:
        self.sock = udp(host, port)
        self.port = int(self.sock.getsockname()[1])
        self.clients: list[Any] = []
        """Who spoke, each one once, in order."""
        self._answer = answer
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with udp("::1" if self.sock.family == socket.AF_INET6 else "127.0.0.1") as stopper:
            stopper.sendto(b"<stop>", self.sock.getsockname()[:2])
            self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        self.sock.close()

    def _serve(self) -> None:
        self.sock.settimeout(None)
        while True:
            data, client = self.sock.recvfrom(1 << 16)
            if data == b"<stop>":
                return
            if client not in self.clients:
                self.clients.append(client)
            self.sock.sendto(self._answer(data), client)
