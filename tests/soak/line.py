"""A blocking connection that keeps count of every byte; what passes over it is known beforehand."""

from __future__ import annotations

import random
import socket
import struct
from typing import TYPE_CHECKING

from tests.support import reset

if TYPE_CHECKING:
    from typing import Self

    from tests.soak.tally import Tally

PATIENCE = 60.0
PIECE = 1 << 18
BLOCK = random.Random(1).randbytes(1 << 20) + bytes(PIECE)
BLOCK = BLOCK[: 1 << 20] + BLOCK[:PIECE]
"""The stream that everybody sends, from its beginning; it repeats after a megabyte."""
HEAD = struct.Struct("!cQ")
"""A client's first words: what the server is to do, and with how many bytes."""


class WrongBytesError(Exception):
    """Something arrived that nobody sent, or not in this order, or the end came early."""


class Line:
    """One end of a connection."""

    def __init__(self, sock: socket.socket, tally: Tally) -> None:
        sock.settimeout(PATIENCE)
        self.sock = sock
        self.tally = tally

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def _send(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        while view:
            sent = self.sock.send(view)
            self.tally.add(sent=sent)
            view = view[sent:]

    def _receive(self, size: int) -> bytes:
        data = self.sock.recv(size)
        self.tally.add(received=len(data))
        return data

    def ask(self, what: bytes, size: int) -> None:
        """Tell the server what to do."""
        self._send(HEAD.pack(what, size))

    def asked(self) -> tuple[bytes, int] | None:
        """What the client wants; None when it left without a word."""
        head = b""
        while len(head) < HEAD.size:
            part = self._receive(HEAD.size - len(head))
            if not part:
                return None
            head += part
        what, size = HEAD.unpack(head)
        return what, size

    def send(self, size: int) -> None:
        """Send so much of the stream."""
        place = 0
        while place < size:
            begin = place % (1 << 20)
            piece = min(PIECE, size - place)
            self._send(memoryview(BLOCK)[begin : begin + piece])
            place += piece

    def receive(self, size: int, pace: int = PIECE) -> None:
        """Read so much of the stream and check it; `pace` bytes at a time."""
        place = 0
        while place < size:
            data = self._receive(min(pace, size - place))
            if not data:
                raise WrongBytesError(f"the end after {place} of {size} bytes")
            begin = place % (1 << 20)
            if data != BLOCK[begin : begin + len(data)]:
                raise WrongBytesError(f"wrong bytes after {place}")
            place += len(data)

    def finish(self) -> None:
        """Send the end."""
        self.sock.shutdown(socket.SHUT_WR)

    def receive_end(self) -> None:
        """Nothing more comes."""
        data = self._receive(1)
        if data:
            raise WrongBytesError("something after the end")

    def receive_any(self) -> int:
        """Read to the end, whatever comes; how much it was."""
        size = 0
        while data := self._receive(PIECE):
            size += len(data)
        return size

    def reset(self) -> None:
        """Break off."""
        reset(self.sock)
