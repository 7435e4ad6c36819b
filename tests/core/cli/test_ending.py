"""How serving ends: signals, transfers under way, impatience; always with the promised status."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest

from tests.core.cli.program import Program
from tests.support import (
    PATIENCE,
    accept,
    connect,
    eventually,
    is_turned_away,
    listen,
    port_of,
    read_all,
)

if sys.platform == "win32":
    pytest.skip("Windows cannot send these signals to a child", allow_module_level=True)

LONG = "3600"  # type: ignore[unreachable, unused-ignore]
"""Seconds to drain that no test waits for."""


def _to(target: socket.socket) -> str:
    return f"127.0.0.1:{port_of(target)}"


def _stopped_listening(relay: Program) -> bool:
    """Asked of the system: a client that just tries may still be let in, and then is waited for."""
    sockets = psutil.Process(relay.child.pid).net_connections("tcp")
    return not any(sock.status == psutil.CONN_LISTEN for sock in sockets)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_ends_it_with_status_0_and_without_a_word(name: str) -> None:
    with Program("forward", "0", "127.0.0.1:9") as relay:
        relay.port()
        relay.signal(getattr(signal, name))
        assert relay.status() == 0
        assert len(relay.out) == 1
        assert relay.err == []


def test_a_signal_is_obeyed_though_the_starting_shell_ignores_ctrl_c() -> None:
    # A shell without job control starts background jobs so.
    ignoring = "signal.signal(signal.SIGINT, signal.SIG_IGN)"
    with Program("forward", "0", "127.0.0.1:9", before=ignoring) as relay:
        relay.port()
        relay.signal(signal.SIGINT)
        assert relay.status() == 0


def test_started_by_nohup_it_stays_when_the_terminal_goes() -> None:
    nohup = "signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    with listen() as target, Program("forward", "0", _to(target), before=nohup) as relay:
        port = relay.port()
        relay.signal(signal.SIGHUP)  # type: ignore[attr-defined,unused-ignore]
        with connect(port), accept(target):
            pass
        assert relay.end() == 0


def test_a_transfer_under_way_is_finished_and_nobody_new_gets_in() -> None:
    content = os.urandom(4 << 20)
    with (
        listen() as target,
        Program("forward", "--drain", LONG, "0", _to(target)) as relay,
        connect(relay.port()) as client,
        accept(target) as server,
    ):
        server.sendall(content[: 1 << 10])
        assert client.recv(1, socket.MSG_PEEK)
        relay.signal(signal.SIGTERM)
        assert eventually(lambda: _stopped_listening(relay))
        with pytest.raises(ConnectionRefusedError):
            connect(relay.port())
        assert relay.child.poll() is None
        client.settimeout(30)
        server.setblocking(False)
        sent, got = 1 << 10, bytearray()
        while sent < len(content):
            try:
                sent += server.send(content[sent:])
            except BlockingIOError:
                got += client.recv(1 << 16)
        server.close()
        got += read_all(client)
        assert got == content
        client.close()
        assert relay.status() == 0


def test_after_the_last_connection_it_does_not_wait_any_longer() -> None:
    with listen() as target, Program("forward", "--drain", LONG, "0", _to(target)) as relay:
        with connect(relay.port()), accept(target):
            relay.signal(signal.SIGTERM)
            assert eventually(lambda: _stopped_listening(relay))
        assert relay.status() == 0


def test_a_connection_that_does_not_end_is_cut_off_after_the_drain_time() -> None:
    with (
        listen() as target,
        Program("forward", "--drain", "0.2", "0", _to(target)) as relay,
        connect(relay.port()) as client,
        accept(target) as server,
    ):
        begun = time.monotonic()
        assert relay.end() == 0
        assert time.monotonic() - begun < 3
        assert client.recv(1) == b""
        assert server.recv(1) == b""


@pytest.mark.parametrize("second", ["SIGTERM", "SIGINT"])
def test_a_second_signal_ends_it_at_once(second: str) -> None:
    with (
        listen() as target,
        Program("forward", "--drain", LONG, "0", _to(target)) as relay,
        connect(relay.port()) as client,
        accept(target),
    ):
        relay.signal(signal.SIGTERM)
        assert eventually(lambda: _stopped_listening(relay))
        assert relay.child.poll() is None
        relay.signal(getattr(signal, second))
        assert relay.status() == 0
        assert client.recv(1) == b""


def test_the_port_is_free_for_the_next_start_at_once() -> None:
    with listen() as target, Program("forward", "--drain", "0", "0", _to(target)) as relay:
        port = relay.port()
        with connect(port) as client, accept(target):
            assert relay.end() == 0
            client.recv(1)
        with Program("forward", str(port), _to(target)) as successor:
            assert successor.port() == port


def test_killed_outright_it_leaves_the_port_to_the_next_start() -> None:
    with listen() as target, Program("forward", "0", _to(target)) as relay:
        port = relay.port()
        with connect(port) as client, accept(target):
            relay.signal(signal.SIGKILL)  # type: ignore[attr-defined,unused-ignore]
            assert relay.status() == -signal.SIGKILL  # type: ignore[attr-defined,unused-ignore]
            assert client.recv(1) == b""
        with Program("forward", str(port), _to(target)) as successor:
            assert successor.port() == port


SENDS_AND_HANGS = """
import socket
with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    peer, _ = listener.accept()
    peer.sendall(b"half of it")
    peer.recv(1)
"""


def test_a_target_killed_in_the_middle_ends_its_connections_and_nothing_else() -> None:
    command = [sys.executable, "-c", SENDS_AND_HANGS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as target:
        assert target.stdout is not None
        port = int(target.stdout.readline())
        with Program("forward", "0", f"127.0.0.1:{port}") as relay:
            with connect(relay.port()) as client:
                assert client.recv(1) == b"h"
                target.kill()
                assert read_all(client) == b"alf of it"
            target.wait(PATIENCE)  # while it dies, it may still take a connection and reset it
            assert is_turned_away(relay.port())
            relay.said(r"portway: .* refused the connection.*", error=True)
            with listen(port=port) as successor, connect(relay.port()), accept(successor):
                pass
            assert relay.end() == 0
