"""A target that sends back what it gets, to many clients at once, in one thread."""

from __future__ import annotations

import selectors
import socket
import threading
from typing import TYPE_CHECKING

from tests.support import PATIENCE, listen, port_of

if TYPE_CHECKING:
    from typing import Self


class Echo:
    """Use as a context manager; `address` is where it listens."""

    def __init__(self) -> None:
        self._listener = listen()
        self.address = f"127.0.0.1:{port_of(self._listener)}"
        self._selector = selectors.DefaultSelector()
        self._stop, self._stopped = socket.socketpair()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._listener.setblocking(False)
        for sock in (self._listener, self._stopped):
            self._selector.register(sock, selectors.EVENT_READ)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.close()
        self._thread.join(PATIENCE)
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()

    def _run(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._stopped:
                    return
                if key.fileobj is self._listener:
                    peer, _ = self._listener.accept()
                    self._selector.register(peer, selectors.EVENT_READ)
                else:
                    assert isinstance(key.fileobj, socket.socket)
                    self._answer(key.fileobj)

    def _answer(self, peer: socket.socket) -> None:
        try:
            data = peer.recv(1 << 16)
            peer.sendall(data)
        except ConnectionError:
            data = b""
        if not data:
            self._selector.unregister(peer)
            peer.close()
