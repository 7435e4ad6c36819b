"""Hands for stories of flows, told to an engine that takes its turns when it is told to."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any

from core.engine.udp.batched_listener import BatchedListener

if TYPE_CHECKING:
    import socket

    from core.config.mapping import Mapping
    from tests.core.engine.stepping import Stepping


def listener_of(engine: Stepping, mapping: Mapping) -> BatchedListener:
    """The one listener of a mapping."""
    listeners = engine.runner(mapping).listeners
    assert listeners is not None
    (listener,) = listeners.open
    assert isinstance(listener, BatchedListener)
    return listener


def hears(engine: Stepping, sock: socket.socket, count: int = 1) -> list[bytes]:
    """What comes next, in order."""
    return [data for data, _ in hears_from(engine, sock, count)]


def hears_from(engine: Stepping, sock: socket.socket, count: int) -> list[tuple[bytes, Any]]:
    """What comes next, in order, and whence."""
    found: list[tuple[bytes, Any]] = []

    def all_have_come() -> bool:
        while len(found) < count and select.select([sock], [], [], 0)[0]:
            found.append(sock.recvfrom(1 << 16))
        return len(found) == count

    engine.until(all_have_come)
    return found


def converse(engine: Stepping, client: socket.socket, target: socket.socket, data: bytes) -> None:
    """The client asks, and the target answers with the same."""
    client.send(data)
    ((heard, relay),) = hears_from(engine, target, 1)
    assert heard == data
    target.sendto(data, relay)
    assert hears(engine, client) == [data]
