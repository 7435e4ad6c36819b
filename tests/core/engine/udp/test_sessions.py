"""The life of UDP sessions: silence, floods, caps, descriptors, draining."""

from __future__ import annotations

import contextlib
import gc
import os
import select
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from core.engine.commands import SetMappings, Shutdown
from core.engine.reactor.poller import SelectPoller
from core.engine.udp import half
from core.engine.udp.crowd import LOOKS
from tests.core.engine.conftest import take_fast_path
from tests.core.engine.relaying import Relaying, edited, mapping_to
from tests.core.engine.stepping import Stepping
from tests.core.engine.udp.conftest import FAST
from tests.core.engine.udp.peers import Echo, talk_to, udp
from tests.support import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.config.mapping import Mapping
    from core.engine.udp.session import Session

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX descriptors")


@pytest.fixture(params=["slow", *FAST])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stepping]:
    """An engine that takes its turns when it is told to, with or without a fast path."""
    if request.param == "fast":
        take_fast_path(monkeypatch)
    with Stepping(monkeypatch) as engine:
        yield engine
        assert not engine.faults


class Conversation:
    """A client, the target's socket, and what lies between them."""

    def __init__(self, engine: Stepping, client: socket.socket, target: socket.socket) -> None:
        self.engine, self.client, self.target = engine, client, target
        self.relay: tuple[str, int] | None = None

    def ask(self, data: bytes = b"?") -> None:
        self.client.send(data)
        self.engine.until(lambda: _readable(self.target))
        heard, self.relay = self.target.recvfrom(1 << 16)
        assert heard == data

    def answer(self, data: bytes = b"!") -> None:
        assert self.relay is not None
        self.target.sendto(data, self.relay)
        self.engine.until(lambda: _readable(self.client))
        assert self.client.recv(1 << 16) == data


def _readable(sock: socket.socket) -> bool:
    return bool(select.select([sock], [], [], 0)[0])


def _live(engine: Stepping, mapping: Mapping) -> list[Session]:
    return engine.runner(mapping).udp.sessions


@pytest.mark.parametrize("size", [0, 100])
@pytest.mark.parametrize("speaker", ["client", "target"])
def test_either_direction_keeps_a_session_alive_and_silence_ends_it(
    engine: Stepping, speaker: str, size: int
) -> None:
    with udp() as target:
        mapping = mapping_to(target.getsockname()[1], protocol="udp")
        with talk_to(engine.listen(mapping)) as client:
            talk = Conversation(engine, client, target)
            talk.ask()
            for _ in range(10):
                engine.wait(50)
                if speaker == "client":
                    talk.ask(bytes(size))
                else:
                    talk.answer(bytes(size))
            assert len(_live(engine, mapping)) == 1
            assert engine.runner(mapping).ledger.accepted == 1
            engine.wait(59)
            assert len(_live(engine, mapping)) == 1
            engine.wait(10)
            assert _live(engine, mapping) == []
            talk.ask(b"a new one")
            talk.answer()


def test_the_time_out_is_the_mappings_and_an_edit_of_it_counts(engine: Stepping) -> None:
    with udp() as target:
        mapping = mapping_to(target.getsockname()[1], protocol="udp", udp_timeout=600.0)
        with talk_to(engine.listen(mapping)) as client:
            talk = Conversation(engine, client, target)
            talk.ask()
            engine.wait(500)
            assert len(_live(engine, mapping)) == 1
            engine.submit(SetMappings((edited(mapping, udp_timeout=5.0),)))
            engine.wait(10)
            assert _live(engine, mapping) == []


def test_a_flood_of_newcomers_does_not_evict_a_session_in_use(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(half, "MOST_SESSIONS", 20)
    with udp() as target:
        mapping = mapping_to(target.getsockname()[1], protocol="udp")
        port = engine.listen(mapping)
        with talk_to(port) as client:
            talk = Conversation(engine, client, target)
            talk.ask()
            talk.answer()
            talk.ask()
            (busy,) = _live(engine, mapping)
            for turn in range(5):
                for _ in range(40):
                    _shout(engine, port, target)
                engine.wait(1)
                talk.answer(b"%d" % turn)  # it pauses for longer than the flood takes to fill up
            assert busy in _live(engine, mapping)
            assert len(_live(engine, mapping)) == 20
            ledger = engine.runner(mapping).ledger
            assert ledger.evicted == ledger.accepted - 20 > 100
            engine.wait(30)  # a conversation that rests may go
            for _ in range(40):
                _shout(engine, port, target)
            assert busy not in _live(engine, mapping)


def _shout(engine: Stepping, port: int, target: socket.socket, source: str = "127.0.0.1") -> None:
    with talk_to(port, source=source) as stranger:
        stranger.send(b"me!")
        engine.until(lambda: _readable(target))
        target.recv(100)


def test_a_one_way_flow_counts_as_in_use(engine: Stepping, monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs and streams are never answered."""
    monkeypatch.setattr(half, "MOST_SESSIONS", 5)
    with udp() as target:
        mapping = mapping_to(target.getsockname()[1], protocol="udp")
        port = engine.listen(mapping)
        with talk_to(port) as client:
            talk = Conversation(engine, client, target)
            for _ in range(3):
                talk.ask(b"a line")
            (flow,) = _live(engine, mapping)
            for _ in range(30):
                _shout(engine, port, target)
            assert flow in _live(engine, mapping)


def test_one_host_that_talks_much_makes_room_among_its_own(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may even hold conversations on every port it has."""
    monkeypatch.setattr(half, "MOST_SESSIONS", 12)
    with udp() as target:
        mapping = mapping_to(target.getsockname()[1], protocol="udp")
        port = engine.listen(mapping)
        quiet = [talk_to(port, source="127.0.0.2") for _ in range(3)]
        greedy = []
        try:
            for client in quiet:
                Conversation(engine, client, target).ask()
            modest = _live(engine, mapping)
            for _ in range(40):
                greedy.append(talk_to(port, source="127.0.0.3"))
                talk = Conversation(engine, greedy[-1], target)
                talk.ask()
                talk.answer()
                talk.ask()
            assert set(modest) <= set(_live(engine, mapping))
            assert len(_live(engine, mapping)) == 12
        finally:
            for client in quiet + greedy:
                client.close()


def test_when_all_are_in_use_somebody_goes_all_the_same_and_soon(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = LOOKS + 10
    monkeypatch.setattr(half, "MOST_SESSIONS", most)
    with udp() as target:
        mapping = mapping_to(target.getsockname()[1], protocol="udp")
        port = engine.listen(mapping)
        clients = []
        try:
            for i in range(most):
                clients.append(talk_to(port, source=f"127.0.1.{i + 1}"))
                talk = Conversation(engine, clients[-1], target)
                talk.ask()
                talk.ask()
            _shout(engine, port, target, "127.0.2.1")
            assert len(_live(engine, mapping)) == most
            assert engine.runner(mapping).ledger.evicted == 1
        finally:
            for client in clients:
                client.close()


@pytest.mark.parametrize("path", ["slow", *FAST])
def test_thousands_of_one_shot_clients_leave_little_behind(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Some 4,096 of them at most are remembered, with a descriptor each."""
    if path == "fast":
        take_fast_path(monkeypatch)
    clients = 6_000 if sys.platform == "win32" else 20_000  # making sockets takes Wine long
    with Relaying() as relaying, udp() as target:
        mapping = mapping_to(target.getsockname()[1], protocol="udp")
        port = relaying.listen(mapping)
        before = _descriptors()
        for batch in range(clients // 100):
            sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(100)]
            for i, sock in enumerate(sockets):
                sock.bind((f"127.1.{batch}.{i + 1}", 0))
                sock.sendto(b"once", ("127.0.0.1", port))
            for _ in sockets:
                target.recv(100)
            for sock in sockets:
                sock.close()
        numbers = relaying.snapshot().mappings[mapping.id]
        most = relaying.engine._services.runners[mapping.id].udp.most
        assert numbers.accepted == clients
        assert numbers.connections == most <= half.MOST_SESSIONS
        assert numbers.evicted == clients - most > 0
        assert eventually(lambda: _descriptors() - before <= most)


def _descriptors() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    except OSError:  # only Linux lets us look
        return 0


@posix
def test_the_cap_leaves_descriptors_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.engine import services

    monkeypatch.setattr(services, "descriptor_ceiling", lambda: 100)
    with Relaying() as relaying, Echo() as target:
        mapping, other = (mapping_to(target.port, protocol="udp") for _ in range(2))
        port = relaying.listen(mapping, other)
        assert relaying.engine._services.runners[mapping.id].udp.most == 50
        for _ in range(120):
            with talk_to(port) as client:
                client.settimeout(0.3)
                client.send(b"?")
                assert client.recv(10) == b"?"
        assert relaying.snapshot().mappings[mapping.id].connections == 50


@posix
def test_without_a_descriptor_left_a_client_gets_another_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from core.engine import services

    monkeypatch.setattr(services, "descriptor_ceiling", lambda: 150)
    monkeypatch.setattr(half, "MOST_SESSIONS", 1 << 20)
    with Relaying() as relaying, Echo() as target:
        mapping = mapping_to(target.port, protocol="udp")
        port = relaying.listen(mapping)
        relaying.engine._services.runners[mapping.id].udp.most = 1000
        clients = [talk_to(port) for _ in range(80)]
        try:
            for client in clients:

                def answered(client: socket.socket = client) -> bool:
                    client.settimeout(0.05)
                    client.send(b"?")
                    try:
                        return client.recv(10) == b"?"
                    except TimeoutError:
                        return False

                assert eventually(answered)
            numbers = relaying.snapshot().mappings[mapping.id]
            assert numbers.drops.no_session > 0
            assert numbers.connections < 80
        finally:
            for client in clients:
                client.close()


def test_with_select_the_sessions_leave_room_for_others() -> None:
    with Relaying(SelectPoller()) as relaying, Echo() as target:
        mapping = mapping_to(target.port, protocol="udp")
        port = relaying.listen(mapping)
        for _ in range(half.MOST_WITH_SELECT + 20):
            with talk_to(port) as client:
                client.send(b"?")
                assert client.recv(10) == b"?"
        numbers = relaying.snapshot().mappings[mapping.id]
        assert numbers.connections == half.MOST_WITH_SELECT
        assert numbers.evicted == numbers.accepted - half.MOST_WITH_SELECT > 0


def test_draining_lets_the_answer_to_a_question_through_and_no_new_client_in(
    engine: Stepping,
) -> None:
    with udp() as target:
        mapping = mapping_to(target.getsockname()[1], protocol="udp")
        port = engine.listen(mapping)
        with contextlib.ExitStack() as opened:
            asking, answered, resting, late = (
                opened.enter_context(talk_to(port)) for _ in range(4)
            )  # fmt: skip
            Conversation(engine, resting, target).ask()
            engine.wait(5)
            done = Conversation(engine, answered, target)
            done.ask()
            done.answer()
            talk = Conversation(engine, asking, target)
            talk.ask()
            engine.submit(Shutdown(10.0))
            assert len(_live(engine, mapping)) == 2, "what has been answered is not waited for"
            engine.wait(0.9, step=0.3)
            late.send(b"me too")
            engine.turn(5)
            assert not _readable(target)
            talk.answer()
            engine.wait(0.2, step=0.1)
            assert len(_live(engine, mapping)) < 2, "nor what has been answered since"
            engine.wait(1.5, step=0.3)
            assert _live(engine, mapping) == [], "nor long for what is silent"
            udp(port=port).close()


def test_an_answer_leaves_although_its_session_ends_in_the_same_turn(engine: Stepping) -> None:
    """It waits in a batch then, with the address it is to go to."""
    with udp() as target:
        mapping = mapping_to(target.getsockname()[1], protocol="udp")
        port = engine.listen(mapping)
        for ending in ("session", "mapping"):
            with talk_to(port) as client:
                talk = Conversation(engine, client, target)
                talk.ask()
                (session,) = _live(engine, mapping)
                assert talk.relay is not None
                target.sendto(b"the last word", talk.relay)
                assert select.select([session.sock], [], [], 10)[0]
                session.handler()(1)
                if ending == "session":
                    session.end_session(reset=False)
                else:
                    engine.runner(mapping).stop()
                del session
                gc.collect()
                engine.turn()
                assert client.recv(100) == b"the last word"


def test_a_limit_lets_the_first_datagram_through_at_once(engine: Stepping) -> None:
    """On a clock that stands still, as that of Windows does for 16 ms, nothing has come in yet."""
    with udp() as target:
        mapping = mapping_to(target.getsockname()[1], protocol="udp", limit_up=1000)
        with talk_to(engine.listen(mapping)) as client:
            client.send(bytes(500))
            engine.turn(3, patience=0.05)
            assert target.recv(1000) == bytes(500)
            client.send(b"too much")
            engine.turn(3, patience=0.05)
            assert not _readable(target)
            assert engine.runner(mapping).ledger.drops.over_limit == 1
