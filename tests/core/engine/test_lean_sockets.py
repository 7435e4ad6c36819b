"""Sockets for the relay: what is promised of them holds in Python and in C."""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

from core.engine import lean_sockets as plain
from core.engine.sockets import IN_PROGRESS, has_ipv6, listener_socket
from tests.core.engine.in_c import in_c
from tests.support import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FAMILIES = [
    pytest.param(socket.AF_INET, "127.0.0.1", id="IPv4"),
    pytest.param(
        *(socket.AF_INET6, "::1"),
        id="IPv6",
        marks=pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6"),
    ),
]


@pytest.fixture(params=["python", "c"])
def lean(request: pytest.FixtureRequest) -> Any:
    return in_c("lean_sockets") if request.param == "c" else plain


class Joined:
    """A listener, a stream that connected to it, and what it accepted."""

    def __init__(self, lean: Any, family: int = socket.AF_INET, host: str = "127.0.0.1") -> None:
        self.listener = listener_socket(family, (host, 0), dual=False)
        self.address = self.listener.getsockname()
        self.client = lean.stream_socket(family)
        number = self.client.connect_ex(self.address[:2])
        assert number == 0 or number in IN_PROGRESS
        assert select.select([self.listener], [], [], 5)[0]
        self.server, self.peer = lean.accept(self.listener, family)
        assert select.select([], [self.client], [], 5)[1]

    def close(self) -> None:
        for sock in (self.client, self.server, self.listener):
            sock.close()


@pytest.fixture
def joined(lean: Any) -> Iterator[Joined]:
    made = Joined(lean)
    yield made
    made.close()


@pytest.mark.parametrize(("family", "host"), FAMILIES)
def test_who_connected_is_told_as_the_socket_module_tells_it(
    lean: Any, family: int, host: str
) -> None:
    joined = Joined(lean, family, host)
    try:
        assert joined.peer == joined.client.getsockname()
        assert joined.peer[0] == host
        assert joined.client.getpeername() == joined.address
        assert joined.server.getsockname() == joined.address
    finally:
        joined.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has one loopback address by default")
@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.20.255", "127.255.100.9"])
def test_every_form_of_number_in_an_address_is_written_right(lean: Any, host: str) -> None:
    with contextlib.closing(listener_socket(socket.AF_INET, (host, 0), dual=False)) as listener:
        client = lean.stream_socket(socket.AF_INET)
        client.bind((host, 0))
        client.connect_ex(listener.getsockname())
        assert select.select([listener], [], [], 5)[0]
        server, peer = lean.accept(listener, socket.AF_INET)
        assert peer == client.getsockname()
        assert peer[0] == host
        client.close()
        server.close()


def test_bytes_go_both_ways_until_each_side_has_ended(joined: Joined) -> None:
    buffer = memoryview(bytearray(16))
    for source, destination in (
        (joined.client, joined.server),
        (joined.server, joined.client),
    ):
        assert source.send(memoryview(b"to and fro")[:6]) == 6
        assert select.select([destination], [], [], 5)[0]
        assert destination.recv_into(buffer) == 6
        assert bytes(buffer[:6]) == b"to and"
        source.shutdown(socket.SHUT_WR)
        assert select.select([destination], [], [], 5)[0]
        assert destination.recv_into(buffer) == 0


def test_nothing_ever_waits(lean: Any, joined: Joined) -> None:
    with pytest.raises(BlockingIOError):
        joined.server.recv_into(bytearray(1))
    with pytest.raises(BlockingIOError):
        lean.accept(joined.listener, socket.AF_INET)
    block = bytes(1 << 20)

    def full() -> bool:
        try:
            joined.client.send(block)
        except BlockingIOError:
            return True
        return False

    assert eventually(full)


def test_small_messages_are_sent_at_once(joined: Joined) -> None:
    for sock in (joined.client, joined.server):
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.skipif(sys.platform == "win32", reason="handles have another way there")
def test_no_child_process_inherits_one(joined: Joined) -> None:
    import fcntl

    for sock in (joined.client, joined.server):
        assert fcntl.fcntl(sock.fileno(), fcntl.F_GETFD) & fcntl.FD_CLOEXEC


def test_a_reset_is_an_error_of_its_own_kind(joined: Joined) -> None:
    linger = b"\1\0\0\0" if sys.platform == "win32" else b"\1\0\0\0\0\0\0\0"
    joined.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    joined.client.close()
    assert select.select([joined.server], [], [], 5)[0]
    with pytest.raises(ConnectionResetError):
        joined.server.recv_into(bytearray(1))
    with pytest.raises(BrokenPipeError if sys.platform != "win32" else ConnectionError):
        joined.server.send(b"x")  # and no signal ends the process


def test_closing_twice_is_harmless_and_no_other_number_is_touched(joined: Joined) -> None:
    joined.client.close()
    with socket.socket() as other:  # likely to get the number that became free
        joined.client.close()
        assert joined.client.fileno() == -1
        assert other.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) == socket.SOCK_STREAM
    with pytest.raises(OSError) as refused:  # noqa: PT011 - the number is looked at
        joined.client.send(b"x")
    assert refused.value.errno in (errno.EBADF, errno.ENOTSOCK, 10038)


def test_a_detached_descriptor_lives_on(joined: Joined) -> None:
    number = joined.client.detach()
    assert joined.client.fileno() == -1
    with socket.socket(fileno=number) as kept:
        assert kept.getpeername() == joined.address


@pytest.mark.parametrize("address", [("127.0.0.1", 65536), ("127.0.0.1",)])
def test_nonsense_is_refused_and_the_socket_is_as_good_as_before(
    lean: Any, joined: Joined, address: tuple[Any, ...]
) -> None:
    _refuses(lean, joined, address)


def test_a_name_is_no_address(joined: Joined) -> None:
    # Python's own would look it up.
    _refuses(in_c("lean_sockets"), joined, ("no.literal.example", 80))


def _refuses(lean: Any, joined: Joined, address: tuple[Any, ...]) -> None:
    sock = lean.stream_socket(socket.AF_INET)
    with pytest.raises((OSError, OverflowError, TypeError)):
        sock.connect_ex(address)
    number = sock.connect_ex(joined.address)
    assert number == 0 or number in IN_PROGRESS
    sock.close()


def test_what_it_is_seldom_asked_for_does_not_cost_it_its_descriptor(joined: Joined) -> None:
    with pytest.raises(OSError, match=r".*"):
        joined.client.bind(joined.address)
    joined.client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    assert joined.client.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    joined.server.send(b"!")
    assert select.select([joined.client], [], [], 5)[0]
    assert joined.client.recv(1, socket.MSG_PEEK) == b"!"
    assert joined.client.recv(1) == b"!"


def test_a_forgotten_one_is_complained_of_and_closed(lean: Any) -> None:
    sock = lean.stream_socket(socket.AF_INET)
    number = sock.fileno()
    with pytest.warns(ResourceWarning, match="unclosed"):
        del sock
    with pytest.raises(OSError, match=r".*"):
        socket.socket(fileno=number)


def test_without_descriptors_it_says_so(lean: Any) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such limit")
    import resource

    limits = resource.getrlimit(resource.RLIMIT_NOFILE)

    def refused(ask: Callable[[], object]) -> int | None:
        with pytest.raises(OSError, match="files") as told:
            ask()
        return told.value.errno

    with (
        contextlib.closing(listener_socket(socket.AF_INET, ("127.0.0.1", 0), dual=False)) as here,
        socket.create_connection(here.getsockname()),
    ):
        with socket.socket() as lowest:
            number = lowest.fileno()
        resource.setrlimit(resource.RLIMIT_NOFILE, (number, limits[1]))
        try:
            assert refused(lambda: lean.stream_socket(socket.AF_INET)) == errno.EMFILE
            assert refused(lambda: lean.accept(here, socket.AF_INET)) == errno.EMFILE
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_datagrams_go_to_the_one_peer_and_stay_whole(lean: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        peer.settimeout(5)
        sock = lean.datagram_socket(socket.AF_INET)
        buffer = bytearray(65535)
        try:
            sock.connect(peer.getsockname())
            with pytest.raises(BlockingIOError):
                sock.recv_into(buffer)
            for size in (0, 1, 65507):
                assert sock.send(bytes(size)) == size
                data, address = peer.recvfrom(65535)
                assert (len(data), address) == (size, sock.getsockname())
                peer.sendto(data, address)
                assert select.select([sock], [], [], 5)[0]
                assert sock.recv_into(buffer) == size
            with pytest.raises(OSError) as refused:  # noqa: PT011 - the number is looked at
                sock.send(bytes(65508))
            assert refused.value.errno == errno.EMSGSIZE
            if sys.platform != "win32":  # which has no sendmsg()
                assert sock.sendmsg([b"in ", b"parts"]) == 8
                assert peer.recv(100) == b"in parts"
        finally:
            sock.close()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells of a closed port by an error")
def test_a_closed_port_is_told_by_the_next_call(lean: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        address = peer.getsockname()
    sock = lean.datagram_socket(socket.AF_INET)
    try:
        sock.connect(address)
        sock.send(b"?")
        assert select.select([sock], [], [], 5)[0]
        with pytest.raises(ConnectionRefusedError):
            sock.recv_into(bytearray(1))
        assert sock.send(b"?") == 1  # told once
    finally:
        sock.close()


def test_a_peer_of_the_wrong_family_is_an_error_not_a_connection(lean: Any) -> None:
    sock = lean.datagram_socket(socket.AF_INET)
    with pytest.raises(OSError, match=r".*"):
        sock.connect(("::1", 80))
    sock.close()
