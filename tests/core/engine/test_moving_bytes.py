"""Bytes through the relay: whole, in order, both ways, with ends and resets passed on."""

from __future__ import annotations

import hashlib
import random
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from core.engine.reactor.poller import open_poller
from tests.core.engine.relaying import Relaying, mapping_to
from tests.support import (
    accept,
    connect,
    eventually,
    listen,
    port_of,
    read_all,
    read_exactly,
    reset,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

MEGABYTE = 1 << 20
ANSWER = b"an answer of some length" * 10_000


def test_a_message_and_its_answer_pass(relaying: Relaying) -> None:
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))
        with connect(port) as client, accept(target) as server:
            client.sendall(b"question")
            assert read_exactly(server, 8) == b"question"
            server.sendall(b"answer")
            assert read_exactly(client, 6) == b"answer"


def test_a_server_that_speaks_first_is_heard(relaying: Relaying) -> None:
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))
        with connect(port) as client, accept(target) as server:
            server.sendall(b"220 ready")
            assert read_exactly(client, 9) == b"220 ready"


def test_an_answer_after_the_clients_end_arrives(moving: Relaying) -> None:
    with listen() as target:
        port = moving.listen(mapping_to(port_of(target)))
        with connect(port) as client, accept(target) as server:
            client.sendall(b"all I have to say")
            client.shutdown(socket.SHUT_WR)
            assert read_all(server) == b"all I have to say"
            server.sendall(ANSWER)
            server.close()
            assert read_all(client) == ANSWER


def test_a_client_may_go_on_after_the_servers_end(moving: Relaying) -> None:
    with listen() as target:
        port = moving.listen(mapping_to(port_of(target)))
        with connect(port) as client, accept(target) as server:
            server.sendall(b"bye")
            server.shutdown(socket.SHUT_WR)
            assert read_all(client) == b"bye"
            client.sendall(ANSWER)
            client.shutdown(socket.SHUT_WR)
            assert read_all(server) == ANSWER


def test_an_end_without_a_word_is_passed_on(relaying: Relaying) -> None:
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))
        with connect(port) as client, accept(target) as server:
            client.shutdown(socket.SHUT_WR)
            assert read_all(server) == b""
            server.sendall(b"still here")
            assert read_exactly(client, 10) == b"still here"


def test_a_reset_by_the_client_reaches_the_server_as_a_reset(relaying: Relaying) -> None:
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))
        client = connect(port)
        with accept(target) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"
            reset(client)
            with pytest.raises(ConnectionResetError):
                server.recv(1)


def test_a_reset_by_the_server_reaches_the_client_as_a_reset(relaying: Relaying) -> None:
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))
        with connect(port) as client:
            server = accept(target)
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"
            reset(server)
            with pytest.raises(ConnectionResetError):
                client.recv(1)


def test_a_reset_by_a_client_that_had_finished_is_noticed(relaying: Relaying) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target))
        port = relaying.listen(mapping)
        client = connect(port)
        with accept(target) as server:
            client.shutdown(socket.SHUT_WR)
            assert read_all(server) == b""
            reset(client)
            assert eventually(lambda: not relaying.snapshot().mappings[mapping.id].connections)
            # After an end, a reset shows to the server when it sends, not in recv() everywhere.
            assert eventually(lambda: _cannot_send(server))


def _cannot_send(sock: socket.socket) -> bool:
    try:
        sock.send(b"x")
    except OSError:
        return True
    return False


def test_an_urgent_byte_neither_ends_the_connection_nor_keeps_the_loop_busy(
    relaying: Relaying,
) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target))
        port = relaying.listen(mapping)
        with connect(port) as client, accept(target) as server:
            client.sendall(b"before")
            client.send(b"!", socket.MSG_OOB)
            assert eventually(lambda: relaying.snapshot().mappings[mapping.id].bytes_up >= 6)
            before = relaying.turns()
            threading.Event().wait(0.2)  # a span to count turns in
            assert relaying.turns() - before < 30
            client.sendall(b"after")
            client.shutdown(socket.SHUT_WR)
            assert read_all(server) == b"beforeafter"


def test_an_answer_sent_before_the_server_refused_to_read_on_arrives(relaying: Relaying) -> None:
    """A server that answers "too large" and closes, while the client is still sending."""
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))
        with connect(port) as client:
            server = accept(target)
            client.sendall(b"the first part")
            assert read_exactly(server, 14) == b"the first part"
            server.sendall(b"413 too large")
            server.close()
            assert read_exactly(client, 13) == b"413 too large"


def _send_oddly(sock: socket.socket, data: bytes, seed: int) -> None:
    """Write in sizes from one byte to more than any buffer, then end."""
    dice = random.Random(seed)
    view = memoryview(data)
    while view:
        size = dice.choice([1, 1400, 4096, 65536, 65537, 300_000])
        sock.sendall(view[:size])
        view = view[size:]
    sock.shutdown(socket.SHUT_WR)


def _read_oddly(sock: socket.socket, seed: int, digest: list[str]) -> None:
    """Read in odd sizes, now and then from a buffer that stays full for a while."""
    dice = random.Random(seed)
    checksum = hashlib.sha256()
    pause = threading.Event()
    while part := sock.recv(dice.choice([1000, 40_000, 262_144])):
        checksum.update(part)
        if dice.random() < 0.02:
            pause.wait(0.003)  # the slow reader is the subject here, nothing is waited for
    digest.append(checksum.hexdigest())


def test_64_megabytes_both_ways_arrive_intact_at_slow_readers(moving: Relaying) -> None:
    up = random.Random(1).randbytes(64 * MEGABYTE)
    down = random.Random(2).randbytes(64 * MEGABYTE)
    digests: tuple[list[str], list[str]] = ([], [])
    mapping_ = None
    with listen() as target:
        mapping_ = mapping_to(port_of(target))
        port = moving.listen(mapping_)
        with connect(port) as client, accept(target) as server:
            client.settimeout(60)
            server.settimeout(60)
            _together(
                [
                    threading.Thread(target=_send_oddly, args=(client, up, 3)),
                    threading.Thread(target=_send_oddly, args=(server, down, 4)),
                    threading.Thread(target=_read_oddly, args=(server, 5, digests[0])),
                    threading.Thread(target=_read_oddly, args=(client, 6, digests[1])),
                ]
            )
    assert digests[0] == [hashlib.sha256(up).hexdigest()]
    assert digests[1] == [hashlib.sha256(down).hexdigest()]
    assert eventually(lambda: not moving.snapshot().mappings[mapping_.id].connections)
    numbers = moving.snapshot().mappings[mapping_.id]
    assert (numbers.bytes_up, numbers.bytes_down) == (len(up), len(down))


def _together(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
        assert not thread.is_alive()


def test_a_peer_that_does_not_read_stops_the_other_instead_of_filling_memory(
    moving: Relaying,
) -> None:
    with listen() as target:
        port = moving.listen(mapping_to(port_of(target)))
        with connect(port) as client, accept(target) as server:
            client.setblocking(False)
            sent = 0

            def stuck() -> bool:
                nonlocal sent
                try:
                    sent += client.send(bytes(MEGABYTE))
                except BlockingIOError:
                    return True
                return False

            # Until the kernel's buffers on both sides and the relay's one are full.
            assert eventually(stuck)
            assert eventually(lambda: stuck() and stuck())
            assert sent < 64 * MEGABYTE
            client.setblocking(True)
            client.settimeout(10)
            client.shutdown(socket.SHUT_WR)
            assert len(read_all(server)) == sent


def test_a_finished_peer_behind_a_full_one_does_not_spin_the_loop() -> None:
    """Both ends exchanged, bytes still unread: the poller would report a hang-up every turn."""

    class Counting:
        def __init__(self) -> None:
            self.inner = open_poller()
            self.turns = 0
            self.register, self.modify = self.inner.register, self.inner.modify
            self.unregister, self.close = self.inner.unregister, self.inner.close

        def poll(self, timeout: float, limit: int) -> Sequence[tuple[int, int]]:
            self.turns += 1
            return self.inner.poll(timeout, limit)

    poller = Counting()
    with Relaying(poller) as relaying, listen() as target:
        target.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * MEGABYTE)
        port = relaying.listen(mapping_to(port_of(target)))
        with connect(port) as client, accept(target) as server:
            client.shutdown(socket.SHUT_WR)
            assert read_all(server) == b""
            server.setblocking(False)
            sent = 0

            def full() -> bool:
                nonlocal sent
                try:
                    sent += server.send(bytes(MEGABYTE))
                except BlockingIOError:
                    return True
                return False

            assert eventually(full)
            server.close()
            before = poller.turns
            threading.Event().wait(0.3)  # a span to count turns in, not a hope
            assert poller.turns - before < 100  # else it is thousands
            assert len(read_all(client)) == sent


def test_200_downloads_at_once_arrive_whole(relaying: Relaying) -> None:
    body = random.Random(7).randbytes(200_000)
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))

        def serve() -> None:
            for _ in range(200):
                with accept(target) as server:
                    server.sendall(body)

        server_thread = threading.Thread(target=serve)
        server_thread.start()
        clients = [connect(port) for _ in range(200)]
        wrong = sum(read_all(client) != body for client in clients)
        for client in clients:
            client.close()
        server_thread.join(30)
        assert wrong == 0
