"""The channel: requests of our own are answered, everything else is nobody's business."""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config.changes import Add, Change, Remove, Replace, SetAll, Switch
from core.engine.status import State
from core.instance import server as server_module
from core.instance.claim import Instance
from core.instance.client import Live, NotReachedError, ask, greet
from core.instance.lock import Holder, Kind, ProfileLock, holder_of
from core.instance.messages import (
    About,
    Done,
    Failed,
    GetStatus,
    Hello,
    Make,
    MappingStatus,
    Quit,
    Raise,
    Status,
    pack_reply,
    pack_request,
    rates,
    unpack_reply,
    unpack_request,
)
from core.instance.wire import connect, receive
from core.message import PortwayError, message
from tests.core.config.mappings import MAPPINGS, mapping
from tests.support import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from core.instance.messages import Reply, Request

posix = pytest.mark.skipif(sys.platform == "win32", reason="sockets of Linux")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of Linux")
WEB = mapping(name="Web")


class Answers:
    """Answers every request, and remembers them."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        match request:
            case GetStatus():
                about = About(pid=1, kind=Kind.WINDOW, version="0")
                row = MappingStatus(mapping=WEB, state=State.OFF)
                return Status(about=about, taken=1.0, rows=(row,))
            case Make(Remove()):
                raise PortwayError(message("There is no mapping {id} any more.", id="x"))
            case Quit():
                raise RuntimeError("a fault")
            case _:
                return Done()


@contextmanager
def running(
    folder: Path, answer: Callable[[Request], Reply] | None = None
) -> Iterator[tuple[Instance, Answers]]:
    """An instance that holds the profile and answers."""
    lock = ProfileLock(folder)
    assert lock.take()
    instance, answers = Instance(lock, Kind.WINDOW), Answers()
    instance.serve(answer or answers)
    try:
        yield instance, answers
    finally:
        instance.release()


def held(folder: Path) -> Holder:
    holder = holder_of(folder)
    assert holder is not None
    return holder


def live(folder: Path) -> Live:
    found = greet(folder)
    assert found is not None
    return found


# -- what is said ---------------------------------------------------------------------------------


def test_requests_and_their_answers_come_over_whole(tmp_path: Path) -> None:
    with running(tmp_path) as (instance, answers):
        other = live(tmp_path)
        assert other.about == instance.about
        assert other.about.pid == os.getpid()
        assert other.status().rows[0].mapping == WEB
        for change in (
            Add((WEB,)), Replace((WEB,)), Switch(("a", "b"), on=False), SetAll((WEB, mapping())),
        ):  # fmt: skip
            other.change(change)
            assert answers.asked[-1] == Make(change)
        other.raise_window()
        assert answers.asked[-1] == Raise()


def test_a_refusal_comes_over_in_its_own_words(tmp_path: Path) -> None:
    with running(tmp_path), pytest.raises(PortwayError) as caught:
        live(tmp_path).change(Remove(("x",)))
    assert caught.value.message == message("There is no mapping {id} any more.", id="x")


def test_a_fault_in_answering_is_told_and_the_next_request_answered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running(tmp_path):
        with pytest.raises(PortwayError, match="because of a fault"):
            ask(held(tmp_path), Quit())
        live(tmp_path).raise_window()
    assert "RuntimeError: a fault" in caplog.text


@given(st.lists(MAPPINGS, max_size=2).map(tuple), st.booleans())
def test_every_change_is_what_it_was_after_a_round_trip(
    mappings: tuple[object, ...], on: bool
) -> None:
    ids = tuple(str(one) for one in range(3))
    changes: list[Change] = [
        Add(mappings), Replace(mappings), SetAll(mappings), Remove(ids), Switch(ids, on)  # type: ignore[arg-type]
    ]  # fmt: skip
    for change in changes:
        assert unpack_request(pack_request(Make(change), "t"), "t") == Make(change)


def test_ten_thousand_mappings_fit(tmp_path: Path) -> None:
    many = tuple(mapping(name=f"mapping {number}") for number in range(10_000))
    with running(tmp_path) as (_, answers):
        live(tmp_path).change(SetAll(many))
        assert answers.asked[-1] == Make(SetAll(many))


def test_two_states_give_rates() -> None:
    about = About(pid=1, kind=Kind.WINDOW, version="0")

    def state(taken: float, up: int, down: int) -> Status:
        numbers = msgspec.convert({"bytes_up": up, "bytes_down": down}, MappingNumbersType)
        row = MappingStatus(mapping=WEB, state=State.LISTENING, numbers=numbers)
        return Status(about=about, taken=taken, rows=(row,))

    assert rates(state(1.0, 100, 0), state(3.0, 500, 10)) == {WEB.id: (200.0, 5.0)}
    assert rates(state(1.0, 100, 0), state(3.0, 50, 0)) == {WEB.id: (0.0, 0.0)}, "it began anew"
    assert rates(Status(about=about, taken=1.0), state(3.0, 50, 0)) == {WEB.id: (0.0, 0.0)}


MappingNumbersType = type(MappingStatus(mapping=WEB, state=State.OFF).numbers)


# -- beginning and end ----------------------------------------------------------------------------


def test_a_request_to_one_that_is_only_starting_waits_for_it(tmp_path: Path) -> None:
    lock = ProfileLock(tmp_path)
    assert lock.take()
    instance, answers = Instance(lock, Kind.WINDOW), Answers()
    other = live(tmp_path)
    asking = threading.Thread(target=other.raise_window)
    asking.start()
    assert answers.asked == []
    instance.serve(answers)
    asking.join(PATIENCE)
    assert not asking.is_alive()
    assert answers.asked == [Raise()]
    instance.release()


def test_after_the_end_nobody_is_there(tmp_path: Path) -> None:
    with running(tmp_path):
        holder = held(tmp_path)
    assert greet(tmp_path) is None
    with pytest.raises(NotReachedError, match=f"process {holder.pid} does not answer"):
        ask(holder, Hello())


def test_an_answer_under_way_at_the_end_still_arrives(tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(_request: Request) -> Reply:
        begun.set()
        go_on.wait(PATIENCE)
        return Done()

    with running(tmp_path, slowly):
        found: list[Reply] = []
        asking = threading.Thread(target=lambda: found.append(ask(held(tmp_path), Raise())))
        asking.start()
        assert begun.wait(PATIENCE)
        threading.Timer(0.02, go_on.set).start()
    asking.join(PATIENCE)
    assert found == [Done()]


def test_many_at_once_are_all_answered(tmp_path: Path) -> None:
    with running(tmp_path) as (_, answers):
        holder = held(tmp_path)
        threads = [threading.Thread(target=ask, args=(holder, Raise())) for _ in range(60)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert answers.asked == [Raise()] * 60


# -- what is no request of ours -------------------------------------------------------------------

GOOD = pack_request(Raise(), "secret")
NONSENSE = {
    "nothing": b"",
    "zeros": bytes(5000),
    "text": b"raise\n",
    "no frame": b"[]",
    "deep": b"[" * 100_000,
    "no request": b'{"version": 1, "token": "secret", "request": 5}',
}


@pytest.mark.parametrize("what", NONSENSE)
def test_nonsense_is_ignored_and_harms_nothing(tmp_path: Path, what: str) -> None:
    with running(tmp_path) as (_, answers):
        wire = connect(held(tmp_path).address, PATIENCE)
        wire.send_bytes(NONSENSE[what])
        assert receive(wire, 1000, PATIENCE) is None
        wire.close()
        assert answers.asked == []
        live(tmp_path).raise_window()
        assert answers.asked == [Raise()]


@posix
@pytest.mark.parametrize(
    "raw",
    [
        b"\xff" * 40,
        struct.pack("!i", 2_000_000_000) + b"x" * 100,
        struct.pack("!i", -1) + struct.pack("!Q", 1 << 60) + b"x",
        struct.pack("!i", -7),
        b"GET / HTTP/1.0\r\n\r\n",
    ],
)
def test_bytes_that_are_no_frame_are_cut_off_at_once(tmp_path: Path, raw: bytes) -> None:
    with running(tmp_path) as (_, answers):
        wire = connect(held(tmp_path).address, PATIENCE)
        os.write(wire.fileno(), raw)
        assert receive(wire, 1000, PATIENCE) is None
        wire.close()
        live(tmp_path).raise_window()
        assert answers.asked == [Raise()]


@posix
def test_clients_that_say_nothing_hold_up_nobody(tmp_path: Path) -> None:
    with running(tmp_path) as (_, answers):
        address = held(tmp_path).address
        silent = [connect(address, PATIENCE) for _ in range(server_module.AT_A_TIME - 1)]
        os.write(silent[0].fileno(), b"\0\0")  # half of the head of a frame
        live(tmp_path).raise_window()
        assert answers.asked == [Raise()]
        for wire in silent:
            wire.close()


@posix
def test_clients_that_say_nothing_are_cut_off_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "READ_SECONDS", 0.05)
    with running(tmp_path):
        address = held(tmp_path).address
        silent = [connect(address, PATIENCE) for _ in range(server_module.AT_A_TIME * 2)]
        os.write(silent[0].fileno(), b"\0\0")
        live(tmp_path).raise_window()
        for wire in silent:
            assert wire.poll(PATIENCE), "it is not cut off"
            with pytest.raises((EOFError, ConnectionResetError)):
                wire.recv_bytes(1000)
            wire.close()


def test_who_does_not_know_the_token_gets_no_answer(tmp_path: Path) -> None:
    with running(tmp_path) as (_, answers):
        stranger = msgspec.structs.replace(held(tmp_path), token="guessed")
        with pytest.raises(NotReachedError):
            ask(stranger, Raise())
        assert answers.asked == []


def test_the_token_is_another_one_at_each_start(tmp_path: Path) -> None:
    tokens = set()
    for _ in range(3):
        with running(tmp_path):
            tokens.add(held(tmp_path).token)
    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 32


def _of_version(frame: bytes, version: int) -> bytes:
    return json.dumps({**json.loads(frame), "version": version}).encode()


def test_another_version_can_still_raise_and_end_us_and_hears_why_it_can_no_more() -> None:
    for request in (Hello(), Raise(), Quit()):
        assert unpack_request(_of_version(pack_request(request, "t"), 7), "t") == request
    refused = unpack_request(_of_version(pack_request(GetStatus(), "t"), 7), "t")
    assert isinstance(refused, Failed)
    assert "another version" in str(refused.message)
    unknown = b'{"version": 1, "token": "t", "request": {"type": "dance"}}'
    refused = unpack_request(unknown, "t")
    assert isinstance(refused, Failed)
    assert "does not understand" in str(refused.message)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_a_request_or_are_not(data: bytes) -> None:
    assert unpack_request(data, "token") is None
    with pytest.raises(PortwayError):
        unpack_reply(data)


def test_a_reply_with_more_than_we_know_is_understood() -> None:
    frame = json.loads(pack_reply(Done()))
    frame["reply"]["more"] = 1
    assert unpack_reply(json.dumps(frame).encode()) == Done()


# -- where it listens -----------------------------------------------------------------------------


@posix
def test_the_socket_is_the_owners_only_and_gone_at_the_end(tmp_path: Path) -> None:
    with running(tmp_path):
        path = held(tmp_path).address
        assert os.stat(path).st_mode & 0o777 == 0o600  # noqa: PTH116
    assert sorted(os.listdir(tmp_path)) == ["portway.lock"]  # noqa: PTH208


@linux
def test_a_profile_with_a_long_path_can_be_reached_too(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    with running(folder) as (_, answers):
        live(folder).raise_window()
        assert answers.asked == [Raise()]


@linux
def test_where_the_file_system_knows_no_sockets_it_can_be_reached_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Socket(socket.socket):
        def bind(self, address: object) -> None:
            if isinstance(address, str) and not address.startswith("\0"):
                raise PermissionError("as on FAT")
            super().bind(address)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(socket, "socket", Socket)
        lock = ProfileLock(tmp_path)
        assert lock.take()
        instance = Instance(lock, Kind.WINDOW)
    instance.serve(Answers())
    live(tmp_path).raise_window()
    assert held(tmp_path).address.startswith("@")
    instance.release()


@linux
@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root is many users")
@pytest.mark.parametrize("place", ["in the profile", "without a file"])
def test_another_user_is_turned_away(tmp_path: Path, place: str) -> None:
    folder = tmp_path if place == "in the profile" else tmp_path / ("long" * 30)
    with running(folder) as (_, answers):
        holder = held(folder)
        reader, writer = os.pipe()
        child = os.fork()  # type: ignore[attr-defined,unused-ignore]
        if child == 0:
            os.setuid(65534)  # type: ignore[attr-defined,unused-ignore]
            try:
                ask(holder, Raise())
                os.write(writer, b"answered")
            except PortwayError:
                os.write(writer, b"turned away")
            os._exit(0)
        os.waitpid(child, 0)
        assert os.read(reader, 100) == b"turned away"
        os.close(reader)
        os.close(writer)
        live(folder).raise_window()
        assert answers.asked == [Raise()]
