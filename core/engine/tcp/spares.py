"""Unconnected sockets made ahead of an accept; at most one of each family is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.engine.lean_sockets import stream_socket

if TYPE_CHECKING:
    import socket


class Spares:
    """What an accept that found no client left over serves the next one."""

    def __init__(self, *, keep: bool) -> None:
        """Without `keep` none is kept: select() wants low numbers, and an old one may be high."""
        self._keep = keep
        self._kept: dict[int, socket.SocketType] = {}

    def take(self, family: int) -> socket.SocketType:
        """A fresh socket; raises `OSError`."""
        kept = self._kept.pop(family, None)
        if kept is not None:
            return kept
        try:
            return stream_socket(family)
        except OSError:
            if not self._kept:
                raise
            self.close()  # one kept for the other family may be the descriptor that is missing
            return stream_socket(family)

    def give_back(self, family: int, sock: socket.SocketType) -> None:
        """Keep a socket that was not used."""
        if family in self._kept or not self._keep:
            sock.close()
        else:
            self._kept[family] = sock

    def close(self) -> None:
        """Close those kept."""
        for sock in self._kept.values():
            sock.close()
        self._kept.clear()
