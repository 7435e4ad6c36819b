"""What Winsock does otherwise: by fakes everywhere, and on Windows by the system itself."""

from __future__ import annotations

import errno
import socket
import sys
from typing import Any

import pytest

from core.engine import sockets, trouble
from core.engine.sockets import listener_socket, socket_error, unheard_error
from core.engine.status import PortOwner, TroubleKind
from core.engine.tcp import streams
from core.engine.trouble import listen_trouble, why
from tests.core.engine.relaying import Relaying, mapping_to
from tests.support import accept, connect, listen, port_of, read_exactly

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
    reserved = listen_trouble(refused, "127.0.0.1:80", None)
    assert reserved.kind == TroubleKind.NO_PERMISSION


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
        streams.accept(listener, socket.AF_INET)
