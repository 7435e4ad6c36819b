"""`forward` as the real program: its lines, its listeners, real traffic through them."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import os
import socket
import threading
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from core.engine.sockets import has_ipv6
from tests.core.cli.program import Program, run
from tests.support import (
    accept,
    connect,
    eventually,
    free_port,
    is_turned_away,
    listen,
    port_of,
    read_all,
    read_exactly,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX descriptors")
needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")


def _to(target: socket.socket) -> str:
    return f"127.0.0.1:{port_of(target)}"


def _passes(port: int, target: socket.socket, host: str = "127.0.0.1") -> bool:
    with connect(port, host) as client, accept(target) as server:
        client.sendall(b"there")
        server.sendall(b"back")
        return read_exactly(server, 5) == b"there" and read_exactly(client, 4) == b"back"


def _free_run(size: int) -> int:
    """The first of so many free ports in a row."""
    for first in range(31_000, 60_000, size):
        with contextlib.ExitStack() as opened:
            try:
                for port in range(first, first + size):
                    opened.enter_context(listen(port=port))
            except OSError:
                continue
        return first
    pytest.fail("no free run of ports")


def test_a_port_of_this_computer_leads_to_the_target() -> None:
    port = free_port()
    with listen() as target, Program("forward", str(port), _to(target)) as relay:
        relay.said(f"listening tcp 127.0.0.1:{port} -> 127.0.0.1:{port_of(target)}")
        assert _passes(port, target)


def test_of_port_0_the_real_port_is_printed() -> None:
    with listen() as target, Program("forward", "0", _to(target)) as relay:
        port = relay.port()
        assert port != 0
        assert _passes(port, target)


def test_a_target_by_name_is_looked_up() -> None:
    with listen() as target, Program("forward", "0", f"localhost:{port_of(target)}") as relay:
        relay.said(rf"listening tcp 127\.0\.0\.1:\d+ -> localhost:{port_of(target)}")
        assert _passes(relay.port(), target)


@needs_ipv6
def test_ipv6_addresses_are_printed_in_brackets() -> None:
    with (
        listen("::1") as target,
        Program("forward", "[::1]:0", f"[::1]:{port_of(target)}") as relay,
    ):
        found = relay.said(rf"listening tcp \[::1\]:(\d+) -> \[::1\]:{port_of(target)}")
        assert _passes(int(found[1]), target, "::1")


@needs_ipv6
def test_a_star_listens_on_every_address() -> None:
    with listen() as target, Program("forward", "*:0", _to(target)) as relay:
        port = int(relay.said(r"listening tcp \*:(\d+) -> .*")[1])
        assert _passes(port, target, "127.0.0.1")
        assert _passes(port, target, "::1")


def test_a_range_is_one_line_and_each_port_leads_to_its_own() -> None:
    first, others = _free_run(20), _free_run(40) + 20
    with listen(port=others + 19) as target:
        place = f"{first}-{first + 19}", f"127.0.0.1:{others}-{others + 19}"
        with Program("forward", *place) as relay:
            relay.said(f"listening tcp 127.0.0.1:{place[0]} -> {place[1]}")
            assert _passes(first + 19, target)
            relay.end()
        assert len(relay.out) == 1


def test_a_range_without_its_first_port_listens_on_the_rest_and_says_both() -> None:
    first = _free_run(5)
    with (
        listen() as target,
        listen(port=first),
        Program("forward", f"{first}-{first + 4}", _to(target)) as relay,
    ):
        relay.said(f"listening tcp 127.0.0.1:{first}-{first + 4} -> .*")
        relay.said(f"portway: .*127.0.0.1:{first} is in use by .*", error=True)
        assert _passes(first + 1, target)


def test_the_form_of_ssh_may_be_repeated() -> None:
    ports = free_port(), free_port()
    with listen() as one, listen() as two:
        targets = port_of(one), port_of(two)
        with Program(
            "forward",
            "-L", f"{ports[0]}:127.0.0.1:{targets[0]}",
            "-L", f"127.0.0.1:{ports[1]}:127.0.0.1:{targets[1]}",
        ) as relay:  # fmt: skip
            for port, target in zip(ports, targets, strict=True):
                relay.said(f"listening tcp 127.0.0.1:{port} -> 127.0.0.1:{target}")
            assert _passes(ports[0], one)
            assert _passes(ports[1], two)


@posix
def test_started_without_any_standard_stream_it_relays() -> None:
    port = free_port()
    with listen() as target:
        place = str(port), _to(target)
        with Program("forward", *place, before="os.closerange(0, 3)") as relay:
            assert eventually(lambda: not _refuses(port))
            accept(target).close()
            assert _passes(port, target)
            assert relay.end() == 0


def _refuses(port: int) -> bool:
    try:
        connect(port).close()
    except ConnectionRefusedError:
        return True
    return False


# -- real traffic ---------------------------------------------------------------------------------


@contextlib.contextmanager
def _web_server(folder: Path) -> Iterator[int]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *rest: Any) -> None:
            super().__init__(*rest, directory=str(folder))

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_downloads_through_a_forward_are_what_the_server_has(tmp_path: Path) -> None:
    content = os.urandom(8 << 20)
    (tmp_path / "file").write_bytes(content)
    with _web_server(tmp_path) as web, Program("forward", "0", f"127.0.0.1:{web}") as relay:
        url = f"http://127.0.0.1:{relay.port()}/file"
        sums: list[str] = []

        def download() -> None:
            with urllib.request.urlopen(url, timeout=30) as answer:
                sums.append(hashlib.sha256(answer.read()).hexdigest())

        downloads = [threading.Thread(target=download) for _ in range(4)]
        for thread in downloads:
            thread.start()
        for thread in downloads:
            thread.join()
        assert sums == [hashlib.sha256(content).hexdigest()] * 4
        assert relay.end() == 0
    assert relay.err == []


def test_an_answer_after_the_client_has_finished_arrives() -> None:
    with (
        listen() as target,
        Program("forward", "0", _to(target)) as relay,
        connect(relay.port()) as client,
        accept(target) as server,
    ):
        client.sendall(b"question")
        client.shutdown(socket.SHUT_WR)
        assert read_all(server) == b"question"
        server.sendall(b"answer")
        server.close()
        assert read_all(client) == b"answer"


# -- options --------------------------------------------------------------------------------------


def test_only_networks_that_are_allowed_get_in() -> None:
    with listen() as target:
        to = _to(target)
        with Program("forward", "--allow", "192.0.2.0/24", "0", to) as relay:
            assert is_turned_away(relay.port())
        with Program("forward", "--allow", "127.0.0.0/8", "0", to) as relay:
            assert _passes(relay.port(), target)


def test_no_more_connections_than_allowed() -> None:
    with (
        listen() as target,
        Program("forward", "--max-connections", "1", "0", _to(target)) as relay,
        connect(relay.port()),
        accept(target),
    ):
        assert is_turned_away(relay.port())


def test_a_silent_connection_ends_after_the_idle_time() -> None:
    with (
        listen() as target,
        Program("forward", "--idle-timeout", "0.2", "0", _to(target)) as relay,
        connect(relay.port()) as client,
        accept(target),
    ):
        assert client.recv(1) == b""


@pytest.mark.skipif(os.name == "nt", reason="there, not all of 127.0.0.0/8 can be connected from")
def test_the_target_sees_the_chosen_source_address() -> None:
    with (
        listen() as target,
        Program("forward", "--source", "127.0.0.7", "0", _to(target)) as relay,
        connect(relay.port()),
        accept(target) as server,
    ):
        assert server.getpeername()[0] == "127.0.0.7"


# -- what goes wrong ------------------------------------------------------------------------------


def test_a_port_in_use_ends_with_1_and_names_who_has_it() -> None:
    with listen() as squatter:
        port = port_of(squatter)
        relay = run("forward", str(port), "127.0.0.1:9")
    assert relay.status() == 1
    assert relay.out == []
    (line,) = relay.err
    assert f"127.0.0.1:{port} is in use by" in line
    assert f"(process {os.getpid()})" in line
    assert "choose another port" in line


def test_where_one_of_two_can_listen_it_goes_on() -> None:
    with listen() as target, listen() as squatter:
        to, taken = f"127.0.0.1:{port_of(target)}", port_of(squatter)
        with Program("forward", "-L", f"{taken}:{to}", "-L", f"{free_port()}:{to}") as relay:
            assert _passes(relay.port(), target)
            relay.said(f"portway: .*127.0.0.1:{taken} is in use by .*", error=True)
            squatter.close()
            relay.said(f"listening tcp 127.0.0.1:{taken} -> .*")  # it tried again by itself
            assert _passes(taken, target)
            assert relay.end() == 0


def test_two_forwards_of_one_port_are_one_and_an_error() -> None:
    port = free_port()
    with Program("forward", "-L", f"{port}:h:1", "-L", f"{port}:h:2") as relay:
        relay.said(f"listening tcp 127.0.0.1:{port} -> h:1")
        relay.said(f"portway: .* is already used by your mapping “.*{port}”.*", error=True)


def test_an_address_of_another_machine_ends_with_1() -> None:
    relay = run("forward", "192.0.2.1:8080", "127.0.0.1:9")  # RFC 5737: never anybody's
    assert relay.status() == 1
    assert relay.out == []
    (line,) = relay.err
    assert "192.0.2.1:8080 is not an address of this computer" in line


def test_a_target_that_refuses_is_told_and_the_listener_stays() -> None:
    port = free_port()
    with Program("forward", "0", f"127.0.0.1:{port}") as relay:
        assert is_turned_away(relay.port())
        relay.said(rf"portway: .*127\.0\.0\.1:{port} refused the connection.*", error=True)
        with listen(port=port) as target:
            assert _passes(relay.port(), target)
        assert relay.end() == 0


# -- JSON -----------------------------------------------------------------------------------------


def test_with_json_every_line_is_an_object() -> None:
    refusing = free_port()
    with listen() as squatter:
        taken = port_of(squatter)
        to = f"127.0.0.1:{refusing}"
        with Program("forward", "--json", "-L", f"0:{to}", "-L", f"{taken}:{to}") as relay:
            relay.said(r"\{.*")
            port = int(relay.objects[0]["listen"].rpartition(":")[2])
            assert is_turned_away(port)
            relay.said(r'.*"connection-failed".*', error=True)
            relay.said(r'.*"port-in-use".*', error=True)
            assert relay.end() == 0
    (listening,) = relay.objects
    assert listening["event"] == "listening"
    assert listening["protocol"] == "tcp"
    assert listening["listen"] == f"127.0.0.1:{port}"
    assert listening["bound"] == [f"127.0.0.1:{port}"]
    assert listening["target"] == to
    by_kind = {error["kind"]: error for error in relay.errors}
    in_use = by_kind["port-in-use"]
    assert in_use["event"] == "error"
    assert in_use["address"] == f"127.0.0.1:{taken}"
    assert in_use["owner"]["pid"] == os.getpid()
    assert in_use["reason"]
    assert in_use["remedy"]
    failed = by_kind["target-refused"]
    assert failed["event"] == "connection-failed"
    assert failed["count"] == 1
    assert failed["client"].startswith("127.0.0.1:")
