"""The pool of pipes: bounded, kept empty, and able to say no."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from typing import TYPE_CHECKING

import pytest

from core.engine.tcp import side
from core.engine.tcp.pipes import PipePool
from tests.core.engine.relaying import Relaying, mapping_to
from tests.support import accept, connect, eventually, listen, port_of, read_exactly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(not hasattr(os, "splice"), reason="splice is Linux's")
MEGABYTE = 1 << 20


@pytest.fixture
def pool() -> Iterator[PipePool]:
    pool = PipePool(most=2)
    yield pool
    pool.close()


def test_no_more_pipes_are_lent_than_the_pool_may_have(pool: PipePool) -> None:
    first, second = pool.take(), pool.take()
    assert first is not None
    assert second is not None
    assert pool.take() is None
    pool.give_back(first)
    assert pool.take() is first
    pool.give_back(first)
    pool.give_back(second)


def test_a_pipe_with_bytes_in_it_is_not_lent_again(pool: PipePool) -> None:
    pipe = pool.take()
    assert pipe is not None
    pipe.held = os.write(pipe.writer, b"left over")
    pool.give_back(pipe)
    fresh = pool.take()
    assert fresh is not None
    with pytest.raises(BlockingIOError):
        os.read(fresh.reader, 1)
    pool.give_back(fresh)


def test_without_descriptors_there_is_no_pipe_and_no_error(
    pool: PipePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(flags: int) -> tuple[int, int]:
        raise OSError(errno.EMFILE, "too many open files")

    monkeypatch.setattr(os, "pipe2", refuse)
    assert pool.take() is None
    assert pool.lent == 0


def test_a_refused_size_is_no_reason_to_do_without(
    pool: PipePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    genuine = fcntl.fcntl

    def refuse(fd: int, command: int, argument: int = 0) -> int:
        if command == fcntl.F_SETPIPE_SZ:
            raise PermissionError(errno.EPERM, "over the quota")
        return int(genuine(fd, command, argument))

    monkeypatch.setattr(fcntl, "fcntl", refuse)
    pipe = pool.take()
    assert pipe is not None
    assert pipe.size >= 4096
    pool.give_back(pipe)


def _stream(relaying: Relaying, size: int) -> bytes:
    data = os.urandom(size)
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target)))
        with connect(port) as client, accept(target) as server:
            server.settimeout(20)
            received = bytearray()
            client.setblocking(False)
            sent = 0
            while len(received) < size:
                with contextlib.suppress(BlockingIOError):
                    sent += client.send(data[sent : sent + 300_000])
                part = server.recv(100_000)
                assert part
                received += part
            assert bytes(received) == data
            client.setblocking(True)
            client.settimeout(10)
            client.sendall(b"small again")
            assert read_exactly(server, 11) == b"small again"
    return data


def test_a_splice_that_is_refused_falls_back_to_copying_without_losing_a_byte(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Reading into the pipe works three times; then the target's socket cannot be spliced to."""
    genuine: Callable[[int, int, int], int] = os.splice  # type: ignore[attr-defined,unused-ignore]
    calls = {"into": 0, "refused": 0}

    def splice(source: int, destination: int, count: int) -> int:
        if os.fstat(destination).st_mode & 0o170000 == 0o140000:  # to a socket
            calls["into"] += 1
            if calls["into"] > 3:
                calls["refused"] += 1
                raise OSError(errno.EINVAL, "cannot be spliced")
        return genuine(source, destination, count)

    monkeypatch.setattr(os, "splice", splice)
    monkeypatch.setattr(side, "FULL_READS_TO_SPLICE", 1)
    pipes = PipePool()
    with Relaying(pipes=pipes) as relaying:
        _stream(relaying, 8 * MEGABYTE)
        assert calls["refused"] >= 1
    assert pipes.lent == 0


def test_a_connection_that_went_quiet_gives_its_pipe_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side, "FULL_READS_TO_SPLICE", 1)
    pipes = PipePool()
    with Relaying(pipes=pipes) as relaying:
        data = os.urandom(2 * MEGABYTE)
        with listen() as target:
            port = relaying.listen(mapping_to(port_of(target)))
            with connect(port) as client, accept(target) as server:
                server.sendall(b"x")
                assert client.recv(1) == b"x"
                sender = threading.Thread(target=client.sendall, args=(data,))
                sender.start()
                assert read_exactly(server, len(data)) == data
                sender.join()
                assert eventually(lambda: pipes.lent == 0)  # the tick took it back
                client.sendall(b"still open")
                assert read_exactly(server, 10) == b"still open"
