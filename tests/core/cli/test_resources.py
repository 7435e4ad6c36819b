"""Descriptors and processor time of the real program: too few of them, and none lost."""

from __future__ import annotations

import contextlib
import selectors
import sys
import threading
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.core.cli.echo import Echo
from tests.core.cli.program import Program
from tests.support import PATIENCE, connect, eventually, free_run, read_exactly

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

if sys.platform == "win32":
    pytest.skip("Windows has no limit of descriptors to run into", allow_module_level=True)

CLIENTS = 200  # type: ignore[unreachable, unused-ignore]


def _limit(soft: int, hard: int) -> str:
    return f"resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))"


def _word(number: int) -> bytes:
    return b"client %04d" % number


def _cpu_seconds(relay: Program) -> float:
    times = psutil.Process(relay.child.pid).cpu_times()
    return float(times.user + times.system)


def _descriptors(relay: Program) -> int:
    return int(psutil.Process(relay.child.pid).num_fds())  # type: ignore[attr-defined,unused-ignore]


@contextlib.contextmanager
def _clients(port: int) -> Iterator[dict[int, socket.socket]]:
    """Many that have connected and asked; whether they were accepted is another matter."""
    clients: dict[int, socket.socket] = {}
    try:
        for number in range(CLIENTS):
            clients[number] = connect(port)
            clients[number].sendall(_word(number))
        yield clients
    finally:
        for client in clients.values():
            client.close()


def test_with_too_few_descriptors_all_clients_are_served_in_the_end() -> None:
    limit = _limit(96, 96)
    with Echo() as target, Program("forward", "0", target.address, before=limit) as relay:
        port = relay.port()
        with _clients(port) as clients:
            relay.said(r"portway: .*too many open connections.*", error=True)
            # All that can be served is; nobody leaves. The others wait in the backlog, and the
            # listener must look after them now and then, not all the time.
            before = _cpu_seconds(relay)
            threading.Event().wait(1.0)
            assert _cpu_seconds(relay) - before < 0.15
            assert _descriptors(relay) < 96 - 8, "nothing is left to save or to look up with"
            _each_leaves_with_its_answer(clients)
        with connect(port) as late:
            late.sendall(b"late")
            assert read_exactly(late, 4) == b"late"
        assert relay.end() == 0
        assert len(relay.err) < 10, "the same trouble was told again and again"


def _each_leaves_with_its_answer(clients: dict[int, socket.socket]) -> None:
    with selectors.DefaultSelector() as selector:
        for number, client in clients.items():
            selector.register(client, selectors.EVENT_READ, number)
        while selector.get_map():
            ready = selector.select(PATIENCE)
            assert ready, f"{len(selector.get_map())} clients never got an answer"
            for key, _ in ready:
                client = clients[key.data]
                assert read_exactly(client, len(_word(0))) == _word(key.data)
                selector.unregister(client)
                client.close()


def test_a_low_soft_limit_is_raised_to_what_the_system_allows() -> None:
    limit = _limit(96, 1024)
    with Echo() as target, Program("forward", "0", target.address, before=limit) as relay:
        with _clients(relay.port()) as clients:
            for number, client in clients.items():
                assert read_exactly(client, len(_word(0))) == _word(number)
        assert relay.end() == 0
        assert relay.err == []


def test_a_range_that_needs_more_descriptors_than_there_are_says_so() -> None:
    first = free_run(200)
    with Program(
        "forward", f"{first}-{first + 199}", "127.0.0.1:9", before=_limit(96, 96)
    ) as relay:
        said = relay.said(r"portway: .*", error=True)
        assert "too many open connections" in said[0]
        relay.port()


def test_thousands_of_short_connections_leave_nothing_behind() -> None:
    with Echo() as target, Program("forward", "0", target.address) as relay:
        port = relay.port()

        def visit() -> None:
            with connect(port) as client:
                client.sendall(b"x")
                assert client.recv(1) == b"x"

        visit()  # what is made once, at the first client, is there now
        before = _descriptors(relay)
        for _ in range(3000):
            visit()
        assert eventually(lambda: _descriptors(relay) <= before)
        assert relay.end() == 0
        assert relay.err == []


def test_at_rest_it_uses_no_processor_time() -> None:
    with (
        Echo() as target,
        Program("forward", "0", target.address) as relay,
        connect(relay.port()) as client,
    ):
        client.sendall(b"x")
        assert client.recv(1) == b"x"
        before = _cpu_seconds(relay)
        threading.Event().wait(0.5)
        assert _cpu_seconds(relay) - before <= 0.02
