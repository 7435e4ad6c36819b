"""What a snapshot tells of the live connections of a mapping, and how many of them."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from tests.core.engine.relaying import Relaying, mapping_to
from tests.support import accept, connect, listen, port_of, read_exactly

if TYPE_CHECKING:
    from core.engine.snapshot import Snapshot

CLIENTS = 6


def lengths(snapshot: Snapshot) -> list[int]:
    return sorted(one.bytes_up + one.bytes_down for one in snapshot.connections)


def test_of_many_connections_those_that_carried_most_are_told() -> None:
    with Relaying() as relay, listen() as target, ExitStack() as opened:
        mapping = mapping_to(port_of(target))
        port = relay.listen(mapping)
        for number in range(CLIENTS):
            client = opened.enter_context(connect(port))
            server = opened.enter_context(accept(target))
            talker, hearer = (client, server) if number % 2 else (server, client)
            talker.sendall(b"x" * (number + 1))
            assert len(read_exactly(hearer, number + 1)) == number + 1
        assert lengths(relay.snapshot(mapping.id)) == [1, 2, 3, 4, 5, 6]
        assert lengths(relay.snapshot(mapping.id, most=2)) == [5, 6]
        assert lengths(relay.snapshot(mapping.id, most=CLIENTS)) == [1, 2, 3, 4, 5, 6]
        some = relay.snapshot(mapping.id, most=2)
        assert some.mappings[mapping.id].connections == CLIENTS


def test_without_a_mapping_none_are_told() -> None:
    with Relaying() as relay, listen() as target:
        mapping = mapping_to(port_of(target))
        with connect(relay.listen(mapping)), accept(target):
            assert relay.snapshot(None, most=5).connections == ()
            assert relay.snapshot("another", most=5).connections == ()
