"""Thousands of connections at the same time through one forward, each still in order."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from core.engine.reactor.loop import Loop
from core.engine.status import State
from core.system.limits import descriptor_ceiling, raise_descriptor_limit
from tests.core.engine.relaying import Relaying, mapping_to
from tests.support import accept, connect, listen, port_of, read_exactly

if TYPE_CHECKING:
    import socket

CONNECTIONS = 1500
SOCKETS = 4 * CONNECTIONS
"""Client, receiver, sender and target: all in this process."""


@pytest.mark.timeout(300)
def test_1500_connections_are_held_at_the_same_time() -> None:
    raise_descriptor_limit()
    assert descriptor_ceiling() > SOCKETS + 200
    pairs: list[tuple[socket.socket, socket.socket]] = []
    with listen() as target, Relaying() as relaying:
        mapping = mapping_to(port_of(target))
        port = relaying.listen(mapping)
        try:
            for _ in range(CONNECTIONS):
                client = connect(port)
                pairs.append((client, accept(target)))
            for number, (client, server) in enumerate(pairs):
                question = b"%06d" % number
                client.sendall(question)
                assert read_exactly(server, 6) == question
                server.sendall(question[::-1])
                assert read_exactly(client, 6) == question[::-1]
            (numbers,) = relaying.snapshot().mappings.values()
            assert numbers.connections == CONNECTIONS
            assert numbers.failed == 0
            assert relaying.status(mapping).state == State.LISTENING
        finally:
            for pair in pairs:
                for end in pair:
                    end.close()


def test_the_poller_in_use_is_one_that_scales() -> None:
    loop = Loop(pytest.fail)
    assert loop.scales == (os.name == "nt" or hasattr(os, "splice"))
    loop.close()
