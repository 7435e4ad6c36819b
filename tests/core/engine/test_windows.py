"""What Winsock does otherwise: by fakes everywhere, and on Windows by the system itself."""

from __future__ import annotations

import errno
import socket
import sys
import threading
import time
from typing import Any

import pytest

from core.config.address import PortRange
from core.engine import lean_sockets, listeners, sockets, trouble
from core.engine.sockets import listener_socket, socket_error, unheard_error
from core.engine.status import PortOwner, State, TroubleKind
from core.engine.tcp import forwarder
from core.engine.trouble import RETRIED, connect_trouble, listen_trouble, why
from tests.core.engine.relaying import Relaying, mapping_to
from tests.support import (
    accept,
    connect,
    free_port,
    is_turned_away,
    listen,
    port_of,
    read_exactly,
)

windows = pytest.mark.skipif(sys.platform != "win32", reason="asks Windows itself")


class Socket:
    """A socket as Windows has it, as far as these tests go."""

    def __init__(self, error: OSError | None = None) -> None:
        self.options: set[int] = set()
        self.error = error

    def setsockopt(self, level: int, option: int, value: int) -> None:
        if level == socket.SOL_SOCKET and value:
            self.options.add(option)

    def getsockopt(self, level: int, option: int) -> int:
        assert (level, option) == (socket.SOL_SOCKET, socket.SO_ERROR)
        return 0  # there it tells of connects only

    def recv(self, size: int, flags: int) -> bytes:
        assert (size, flags) == (1, socket.MSG_PEEK)
        if self.error is not None:
            raise self.error
        return b""

    def setblocking(self, flag: bool) -> None:
        assert not flag

    def bind(self, address: Any) -> None: ...

    def listen(self, backlog: int) -> None: ...


@pytest.fixture
def as_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "WINDOWS", True)


@pytest.mark.usefixtures("as_windows")
def test_a_listener_keeps_its_port_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", -5)
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", exclusive, raising=False)
    made = Socket()
    monkeypatch.setattr(socket, "SocketType", lambda *arguments: made)
    listener_socket(socket.AF_INET, ("127.0.0.1", 0), dual=False)
    assert exclusive in made.options
    assert socket.SO_REUSEADDR not in made.options


@pytest.mark.usefixtures("as_windows")
@pytest.mark.parametrize(
    ("error", "number"),
    [
        (None, 0),
        (BlockingIOError(errno.EWOULDBLOCK, "nothing there"), 0),
        (ConnectionResetError(errno.ECONNRESET, "reset"), errno.ECONNRESET),
    ],
)
def test_a_reset_that_select_does_not_tell_of_is_found_by_a_look(
    error: OSError | None, number: int
) -> None:
    sock: Any = Socket(error)
    assert unheard_error(sock) == number


def test_a_port_held_by_one_program_alone_is_in_use_not_reserved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trouble, "MAY_BE_TAKEN", {errno.EADDRINUSE, errno.EACCES})
    refused = PermissionError(errno.EACCES, "access denied")
    taken = listen_trouble(refused, "127.0.0.1:80", PortOwner(4, "System"))
    assert taken.kind == TroubleKind.PORT_IN_USE
    assert "System (process 4)" in str(taken.reason)
    held = listen_trouble(refused, "127.0.0.1:80", None)
    assert held.kind == TroubleKind.PORT_IN_USE  # which is tried again, see RETRIED
    assert held.kind in RETRIED
    assert "has not released it yet" in str(held.reason)
    reserved = listen_trouble(refused, "127.0.0.1:50100", None, PortRange(50000, 50199))
    assert reserved.kind == TroubleKind.NO_PERMISSION
    assert "has reserved the ports 50000-50199" in str(reserved.reason)


def test_a_reserved_port_is_named_in_the_mappings_state(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "access denied")

    asked: list[threading.Thread] = []

    def reserved(port: int, kind: str, address: str) -> PortRange:
        asked.append(threading.current_thread())
        assert (kind, address) == ("tcp", "127.0.0.1")
        return PortRange(port, port + 99)

    monkeypatch.setattr(trouble, "MAY_BE_TAKEN", {errno.EADDRINUSE, errno.EACCES})
    monkeypatch.setattr(listeners, "MAY_BE_TAKEN", {errno.EADDRINUSE, errno.EACCES})
    monkeypatch.setattr(listeners, "listener_socket", refuse)
    monkeypatch.setattr(listeners, "reserved_range", reserved)
    with Relaying() as relaying:
        mapping = mapping_to(9, listen_ports=PortRange.single(50100))
        relaying.set(mapping)
        status = relaying.wait_for_state(mapping, State.ERROR)
    assert status.trouble is not None
    assert "the ports 50100-50199, and 127.0.0.1:50100" in str(status.trouble.reason)
    assert asked[0] is not relaying.engine._thread


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ECONNREFUSED, "refused the connection"),
        (errno.ETIMEDOUT, "did not answer"),
        (errno.EHOSTUNREACH, "no way to"),
        (errno.EACCES, "keeps Portway from"),
        (errno.EADDRNOTAVAIL, "from the source address"),
        (errno.ECONNRESET, "broke the connection off"),
        (errno.ENOBUFS, "too many open connections"),
    ],
)
def test_why_a_target_is_not_reached_is_said_in_words(number: int, words: str) -> None:
    found = connect_trouble(OSError(number, "the system's own words"), "192.0.2.7:80")
    assert words in str(found.reason)
    assert "own words" not in str(found.reason)


def test_a_client_whose_name_is_deleted_does_not_stop_the_listener(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """WinError 64 on accept: the client was gone before (cpython gh-93821)."""
    gone = 3

    def accept_64(sock: Any, family: int) -> Any:
        nonlocal gone
        if gone:
            genuine(sock, family)[0].close()
            gone -= 1  # not when there was nobody to accept
            error = OSError("The specified network name is no longer available")
            error.winerror = 64  # type: ignore[attr-defined,unused-ignore]
            raise error
        return genuine(sock, family)

    genuine = lean_sockets.accept
    monkeypatch.setattr(forwarder, "accept", accept_64)
    with listen() as target, Relaying() as relaying:
        port = relaying.listen(mapping_to(port_of(target)))
        for _ in range(3):
            connect(port).close()
        with connect(port) as client, accept(target) as server:
            client.sendall(b"still")
            assert read_exactly(server, 5) == b"still"
    assert not gone


@windows
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_refusal_by_this_computer_comes_at_once(host: str) -> None:
    """Without asking for it, Windows takes two seconds; Wine never does."""
    with Relaying() as relaying:
        port = relaying.listen(mapping_to(free_port(), target_host=host))
        begun = time.monotonic()
        assert is_turned_away(port)
        assert time.monotonic() - begun < 1.0


@windows
def test_a_localhost_that_listens_on_one_family_is_reached_at_once() -> None:
    with listen("127.0.0.1") as target, Relaying() as relaying:
        port = relaying.listen(mapping_to(port_of(target), target_host="localhost"))
        begun = time.monotonic()
        with connect(port) as client, accept(target) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"
        assert time.monotonic() - begun < 1.0


@windows
@pytest.mark.parametrize(
    ("number", "kind"),
    [(10013, PermissionError), (10061, ConnectionRefusedError), (10054, ConnectionResetError)],
)
def test_winsocks_numbers_become_pythons_errors(number: int, kind: type[OSError]) -> None:
    error = socket_error(number)
    assert type(error) is kind
    assert why(error)
    assert not why(error).endswith(".")


@windows
def test_another_program_cannot_take_our_port() -> None:
    with listen() as target, Relaying() as relaying:
        port = relaying.listen(mapping_to(port_of(target)))
        with socket.socket() as thief:
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with pytest.raises(OSError) as refused:  # noqa: PT011 - which one is up to Windows
                thief.bind(("127.0.0.1", port))
            assert refused.value.errno in (errno.EADDRINUSE, errno.EACCES)
        with connect(port) as client, accept(target) as server:
            client.sendall(b"ours")
            assert read_exactly(server, 4) == b"ours"


def test_a_client_that_was_reset_before_it_was_accepted_is_gone_and_no_fault() -> None:
    class Listener:
        def _accept(self) -> tuple[int, None]:
            return socket.socket().detach(), None  # no address: the connection is over

    listener: Any = Listener()
    with pytest.raises(ConnectionAbortedError):
        lean_sockets.accept(listener, socket.AF_INET)
