"""Bytes per second: kept by not reading, shared by a mapping's sessions, changed while they run."""

from __future__ import annotations

import threading
import time

from core.engine.bucket import Bucket
from core.engine.reactor.loop import Loop
from tests.core.engine.relaying import Relaying, edited, mapping_to
from tests.support import accept, connect, eventually, listen, port_of, read_exactly

RATE = 400_000


def _measure(relaying: Relaying, sessions: int, **limits: int) -> tuple[float, list[float]]:
    """Bytes a second from the targets to all clients together, and each one's finishing time."""
    size = 400_000 // sessions
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target), **limits))
        pairs = [(connect(port), accept(target)) for _ in range(sessions)]
        ends: list[float] = []

        def send(server: int) -> None:
            pairs[server][1].sendall(bytes(size))

        def read(client: int) -> None:
            assert len(read_exactly(pairs[client][0], size)) == size
            ends.append(time.monotonic())

        begin = time.monotonic()
        threads = [
            threading.Thread(target=work, args=(number,))
            for number in range(sessions)
            for work in (send, read)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        seconds = max(ends) - begin
        for client, server in pairs:
            client.close()
            server.close()
        return size * sessions / seconds, [end - begin for end in ends]


def test_a_limit_is_kept_and_nearly_used(relaying: Relaying) -> None:
    rate, _ = _measure(relaying, 1, limit_down=RATE)
    assert 0.6 * RATE < rate < 1.25 * RATE


def test_a_limit_is_shared_by_all_sessions_and_none_starves(relaying: Relaying) -> None:
    rate, ends = _measure(relaying, 4, limit_down=RATE)
    assert 0.6 * RATE < rate < 1.25 * RATE
    assert max(ends) < 2.5 * min(ends)


def test_the_other_direction_is_not_limited(relaying: Relaying) -> None:
    rate, _ = _measure(relaying, 1, limit_up=2000)
    assert rate > 2 * RATE


def test_a_limit_can_be_set_and_lifted_on_live_connections(moving: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target))
        port = moving.listen(mapping)
        with connect(port) as client, accept(target) as server:
            feeding = threading.Thread(target=server.sendall, args=(bytes(40_000_000),))
            feeding.start()
            assert len(read_exactly(client, 4_000_000)) == 4_000_000
            moving.set(edited(mapping, limit_down=50_000))
            moving.snapshot()
            client.setblocking(False)

            def drained() -> bool:
                try:
                    return not client.recv(1 << 20)
                except BlockingIOError:
                    return True

            assert eventually(drained)  # what was under way before the limit
            before = moving.snapshot().mappings[mapping.id].bytes_down
            threading.Event().wait(0.5)  # a span to measure
            drained()
            slow = moving.snapshot().mappings[mapping.id].bytes_down - before
            assert slow < 300_000
            moving.set(mapping)
            client.settimeout(10)
            received = moving.snapshot().mappings[mapping.id].bytes_down
            assert received < 40_000_000
            while received < 40_000_000 or feeding.is_alive():
                client.recv(1 << 20)
                received = moving.snapshot().mappings[mapping.id].bytes_down
            feeding.join(10)


def test_an_end_and_a_reset_pass_a_limited_direction(relaying: Relaying) -> None:
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target), limit_up=5000, limit_down=5000))
        with connect(port) as client, accept(target) as server:
            client.sendall(bytes(3000))
            client.close()
            assert len(read_exactly(server, 4000)) == 3000


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    loop = Loop(lambda report: None)
    bucket = Bucket(loop, 1_000_000)
    assert eventually(lambda: bucket.allowance() == 100_000)
    bucket.spend(150_000)
    assert bucket.allowance() < 0
    loop.close()
