"""Newcomers on the fast path: clients of one question, for which the slow path has no objects."""

from __future__ import annotations

import contextlib
import gc
import os
import select
import sys
from typing import TYPE_CHECKING, Any

import pytest

from core.config.address import PortRange
from core.engine import services
from core.engine.commands import CloseConnection, SetMappings
from core.engine.reactor import poller
from core.engine.status import State
from core.engine.udp import half
from tests.core.engine.conftest import take_fast_path
from tests.core.engine.in_c import in_c
from tests.core.engine.relaying import edited, mapping_to
from tests.core.engine.stepping import Stepping
from tests.core.engine.udp.flows import converse, hears, hears_from, listener_of
from tests.core.engine.udp.peers import free_udp_port, talk_to, udp
from tests.support import port_of

if TYPE_CHECKING:
    import socket

    from core.config.mapping import Mapping

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has a fast path")


def objects(engine: Stepping, mapping: Mapping) -> list[Any]:
    """The sessions that the slow path has; unlike others who look, this makes none."""
    return list(engine.runner(mapping)._sessions.values())


def live(engine: Stepping, mapping: Mapping) -> int:
    return engine.runner(mapping).numbers().connections


def descriptors() -> int:
    gc.collect()
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


def asks(engine: Stepping, client: socket.socket, target: socket.socket, data: bytes = b"?") -> Any:
    """The client says this, which arrives; whence, which is where an answer can be sent to."""
    client.send(data)
    ((heard, relay),) = hears_from(engine, target, 1)
    assert heard == data
    return relay


def shouts(engine: Stepping, port: int, target: socket.socket, source: str) -> None:
    """Somebody asks once and goes."""
    with talk_to(port, source=source) as client:
        asks(engine, client, target)


def test_who_asks_once_is_answered_and_forgotten_and_counted(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    port = engine.listen(mapping)
    before = descriptors()
    for _ in range(50):
        with talk_to(port) as client:
            converse(engine, client, target, b"once")
    with talk_to(port) as client:
        asks(engine, client, target, b"")
    assert descriptors() == before + 51
    engine.wait(59)
    assert objects(engine, mapping) == []
    assert live(engine, mapping) == 51
    engine.wait(3)
    assert objects(engine, mapping) == []
    numbers = engine.runner(mapping).numbers()
    assert (numbers.connections, numbers.accepted) == (0, 51)
    assert (numbers.bytes_up, numbers.bytes_down) == (200, 200)
    assert descriptors() == before
    assert not engine.services.ticking


@pytest.mark.parametrize("size", [0, 3])
def test_an_answer_keeps_a_question_alive_and_late_ones_still_come(
    engine: Stepping, target: socket.socket, size: int
) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    with talk_to(engine.listen(mapping)) as client:
        relay = asks(engine, client, target)
        for _ in range(3):
            engine.wait(50)
            target.sendto(bytes(size), relay)
            assert hears(engine, client) == [bytes(size)]
        engine.wait(50)
        assert live(engine, mapping) == 1
        engine.wait(20)
        assert live(engine, mapping) == 0


@pytest.mark.parametrize("more", [b"more", b""])
def test_who_speaks_on_becomes_known(engine: Stepping, target: socket.socket, more: bytes) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    port = engine.listen(mapping)
    with talk_to(port) as one, talk_to(port) as other:
        converse(engine, other, target, b"once")
        converse(engine, one, target, b"")
        converse(engine, one, target, more)
        assert objects(engine, mapping) == []
        engine.wait(2)
        (session,) = objects(engine, mapping)
        assert session.client[1] == port_of(one)
        assert (session.up, session.down, session.empty) == (
            len(more),
            len(more),
            4 - 2 * bool(more),
        )
        assert not session.asked
        assert session.lent
        numbers = engine.runner(mapping).numbers()
        assert (numbers.connections, numbers.bytes_up) == (2, 4 + len(more))
        converse(engine, one, target, b"and on")
        assert engine.runner(mapping).numbers().accepted == 2


def test_who_hears_much_becomes_known(engine: Stepping, target: socket.socket) -> None:
    """A stream needs more room than a question, and has a way of its own."""
    mapping = mapping_to(port_of(target), protocol="udp")
    with talk_to(engine.listen(mapping)) as client:
        relay = asks(engine, client, target)
        for _ in range(3):
            target.sendto(bytes(30_000), relay)
        assert hears(engine, client, 3) == [bytes(30_000)] * 3
        engine.wait(2)
        (session,) = objects(engine, mapping)
        assert session.lent


def test_several_at_once_of_a_newcomer_come_in_order_and_begin_one_session(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    with talk_to(engine.listen(mapping)) as client:
        said = [b"%d" % i for i in range(5)]
        for data in said:
            client.send(data)
        assert hears(engine, target, 5) == said
        assert engine.runner(mapping).numbers().accepted == 1


def test_the_most_there_may_be_make_room_the_oldest_first(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(half, "MOST_SESSIONS", 20)
    mapping = mapping_to(port_of(target), protocol="udp")
    port = engine.listen(mapping)
    before = descriptors()
    with talk_to(port, source="127.0.0.9") as old, talk_to(port, source="127.0.0.9") as young:
        to_old = asks(engine, old, target)
        to_young = to_old
        for i in range(60):
            shouts(engine, port, target, f"127.0.1.{i + 1}")
            if i == 45:
                to_young = asks(engine, young, target)
        assert objects(engine, mapping) == []
        numbers = engine.runner(mapping).numbers()
        assert (numbers.connections, numbers.accepted, numbers.evicted) == (20, 62, 42)
        assert numbers.bytes_up == 62
        assert descriptors() == before + 20 + 2
        target.sendto(b"late", to_young)
        assert hears(engine, young) == [b"late"]
        target.sendto(b"too late", to_old)
        engine.turn(3, patience=0.01)
        assert not select.select([old], [], [], 0)[0]


@pytest.mark.parametrize("known", [False, True])
def test_a_flood_does_not_evict_who_is_in_conversation(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    monkeypatch.setattr(half, "MOST_SESSIONS", 20)
    mapping = mapping_to(port_of(target), protocol="udp")
    port = engine.listen(mapping)
    with talk_to(port, source="127.0.0.9") as client:
        converse(engine, client, target, b"one")
        relay = asks(engine, client, target, b"two")
        if known:
            engine.wait(2)
        for turn in range(3):
            for i in range(30):
                shouts(engine, port, target, f"127.0.1.{i + 1}")
            target.sendto(b"%d" % turn, relay)
            assert hears(engine, client) == [b"%d" % turn]
            if known:
                engine.wait(5)
        assert len(objects(engine, mapping)) == known
        assert live(engine, mapping) == 20
        if not known:
            return
        engine.wait(30)  # it rests, and may go before all that came later
        shouts(engine, port, target, "127.0.2.1")
        assert objects(engine, mapping) == []
        assert live(engine, mapping) == 20
        assert engine.runner(mapping).numbers().evicted == 72


def test_one_that_rested_and_speaks_again_is_not_evicted(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(half, "MOST_SESSIONS", 5)
    mapping = mapping_to(port_of(target), protocol="udp")
    port = engine.listen(mapping)
    with talk_to(port, source="127.0.0.9") as client:
        converse(engine, client, target, b"one")
        converse(engine, client, target, b"two")
        engine.wait(30)
        (session,) = objects(engine, mapping)
        for i in range(4):
            shouts(engine, port, target, f"127.0.1.{i + 1}")
        for wait in (0, 12):  # the second time it has been looked at, and is known to be in use
            converse(engine, client, target, b"again")
            engine.wait(wait)
            converse(engine, client, target, b"again")
            for i in range(9):
                shouts(engine, port, target, f"127.0.2.{i + 1}")
            assert session in objects(engine, mapping)
        assert live(engine, mapping) == 5


def test_one_host_that_talks_much_makes_room_among_its_own(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(half, "MOST_SESSIONS", 12)
    mapping = mapping_to(port_of(target), protocol="udp")
    port = engine.listen(mapping)
    with contextlib.ExitStack() as opened:
        modest = [opened.enter_context(talk_to(port, source="127.0.0.2")) for _ in range(3)]
        relays = [asks(engine, client, target) for client in modest]
        for _ in range(40):
            shouts(engine, port, target, "127.0.0.3")
        for client, relay in zip(modest, relays, strict=True):
            target.sendto(b"still there", relay)
            assert hears(engine, client) == [b"still there"]
        assert objects(engine, mapping) == []
        assert engine.runner(mapping).numbers().evicted == 31


def test_a_closed_port_makes_newcomers_known_until_somebody_answers(engine: Stepping) -> None:
    port = free_udp_port()
    mapping = mapping_to(port, protocol="udp")
    listening = engine.listen(mapping)
    with talk_to(listening) as client, talk_to(listening) as other, talk_to(listening) as third:
        client.send(b"anybody?")
        engine.until(lambda: engine.status(mapping).state == State.DEGRADED)
        assert len(objects(engine, mapping)) == 1
        other.send(b"anybody else?")
        engine.until(lambda: len(objects(engine, mapping)) == 2)
        assert engine.runner(mapping).numbers().failed >= 1
        with udp(port=port) as target:
            converse(engine, client, target, b"there you are")
            engine.wait(2)
            assert engine.status(mapping).state == State.LISTENING
            converse(engine, third, target, b"once")
            assert len(objects(engine, mapping)) == 2
            assert live(engine, mapping) == 3


def test_a_question_that_is_too_big_is_counted_and_its_client_known(engine: Stepping) -> None:
    """As in a multicast address that leads nowhere: what fails is seen to by who knows how."""
    mapping = mapping_to(80, protocol="udp", target_host="255.255.255.255")
    with talk_to(engine.listen(mapping)) as client:
        client.send(b"?")
        engine.until(lambda: engine.runner(mapping).ledger.drops.unreachable > 0)
    assert engine.runner(mapping).numbers().connections == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"allow": ("127.0.0.0/8",)},
        {"max_connections": 5},
        {"limit_up": 1 << 30},
        {"limit_down": 1 << 30},
        {"proxy_protocol": "v2"},
        {"source_address": "127.0.0.1"},
        {"target_host": "localhost"},
    ],
)
def test_who_has_to_be_looked_at_is_known_at_once(engine: Stepping, fields: Any) -> None:
    with udp() as target:
        mapping = mapping_to(port_of(target), protocol="udp", **fields)
        with talk_to(engine.listen(mapping)) as client:
            client.send(b"?")
            engine.until(lambda: bool(select.select([target], [], [], 0)[0]))
            assert len(objects(engine, mapping)) == 1


def test_an_edit_makes_them_known_and_its_rules_hold_for_them(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    port = engine.listen(mapping)
    with talk_to(port) as client, talk_to(port, source="127.0.0.9") as other, udp() as elsewhere:
        relay = asks(engine, client, target)
        asks(engine, other, target)
        kept_out = edited(mapping, allow=("127.0.0.1/32",))
        engine.submit(SetMappings((kept_out,)))
        (session,) = objects(engine, mapping)
        assert session.client[0] == "127.0.0.1"
        target.sendto(b"for you", relay)
        assert hears(engine, client) == [b"for you"]
        engine.submit(SetMappings((mapping,)))
        asks(engine, other, target)
        assert len(objects(engine, mapping)) == 1
        led_away = edited(mapping, target_ports=PortRange.single(port_of(elsewhere)))
        engine.submit(SetMappings((led_away,)))
        assert live(engine, mapping) == 0
        asks(engine, other, elsewhere)
        asks(engine, client, elsewhere)
        assert objects(engine, mapping) == []
        assert engine.runner(mapping).numbers().accepted == 5


def test_whoever_looks_at_the_list_sees_them_and_can_end_them(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    with talk_to(engine.listen(mapping)) as client:
        converse(engine, client, target, b"once")
        engine.wait(3)
        (shown,) = engine.runner(mapping).connections(engine.now)
        assert shown.client == f"127.0.0.1:{port_of(client)}"
        assert shown.target == f"127.0.0.1:{port_of(target)}"
        assert (shown.bytes_up, shown.bytes_down, shown.state) == (4, 4, "open")
        (session,) = objects(engine, mapping)
        assert engine.now - session.quiet_since > 1
        engine.submit(CloseConnection(shown.connection_id))
        assert live(engine, mapping) == 0
        converse(engine, client, target, b"again")


def test_what_the_system_drops_of_an_answer_is_counted_at_the_end(
    engine: Stepping, target: socket.socket
) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    with talk_to(engine.listen(mapping)) as client:
        relay = asks(engine, client, target)
        for _ in range(2000):  # more than fit into the socket's buffer, while nobody reads
            target.sendto(b"x", relay)
        engine.turn(1000)
        engine.wait(65)
        while select.select([client], [], [], 0)[0]:
            client.recv(10)
        numbers = engine.runner(mapping).numbers()
        assert numbers.connections == 0
        assert numbers.bytes_down + numbers.drops.not_read == 2000
        assert numbers.drops.not_read > 0


def test_without_a_descriptor_left_newcomers_get_other_ones(
    monkeypatch: pytest.MonkeyPatch, target: socket.socket
) -> None:
    take_fast_path(monkeypatch)
    monkeypatch.setattr(half, "MOST_SESSIONS", 1 << 20)
    ceiling = descriptors() + 30
    monkeypatch.setattr(services, "descriptor_ceiling", lambda: ceiling)
    monkeypatch.setattr(poller, "descriptor_ceiling", lambda: ceiling)
    with Stepping(monkeypatch) as engine:
        mapping = mapping_to(port_of(target), protocol="udp")
        port = engine.listen(mapping)
        engine.runner(mapping).udp.most = 1000
        listener_of(engine, mapping).welcome(plain=True)
        for i in range(60):
            with talk_to(port, source=f"127.0.1.{i + 1}") as client:
                for _ in range(3):
                    client.send(b"?")
                    engine.turn(3, patience=0.005)
                    if select.select([target], [], [], 0)[0]:
                        break
                assert hears(engine, target)[0] == b"?"
                while select.select([target], [], [], 0)[0]:
                    target.recv(10)
        numbers = engine.runner(mapping).numbers()
        assert numbers.drops.no_session > 0
        assert numbers.connections < 30
        assert engine.faults == []


def test_a_mapping_that_goes_takes_them_along(engine: Stepping, target: socket.socket) -> None:
    mapping = mapping_to(port_of(target), protocol="udp")
    before = descriptors()
    for _ in range(2):
        port = engine.listen(mapping)
        for _ in range(10):
            shouts(engine, port, target, "127.0.0.1")
        engine.submit(SetMappings(()))
        engine.turn(2)
        assert descriptors() == before
        udp(port=port).close()


def test_what_is_still_young_or_untold_at_the_end_is_closed(target: socket.socket) -> None:
    path = in_c("fast_path").FastPath()
    before = descriptors()
    with udp() as listener, udp() as refused:
        listener.setblocking(False)
        account = path.open_account()
        path.serve_datagrams(listener.fileno(), listener.family, False)
        path.register(listener.fileno(), 1)
        path.welcome(listener.fileno(), account, listener.family, target.getsockname(), 10)
        with talk_to(port_of(listener)) as one, talk_to(port_of(listener)) as other:
            one.send(b"to stay")
            path.poll(1.0, 10)
            gone = refused.getsockname()
            refused.close()
            path.welcome(listener.fileno(), account, listener.family, gone, 10)
            other.send(b"to be refused")
            while path.count_young_flows(account) == 2 or not path.count_young_flows(account):
                path.poll(1.0, 10)
            assert target.recv(100) == b"to stay"
        with pytest.raises(RuntimeError):
            path.close_account(account)
        with pytest.raises(RuntimeError):
            path.leave_datagrams(listener.fileno())
        path.close()
    assert descriptors() == before - 1, "the poller's own has gone, too"


def test_a_newcomer_that_has_to_be_looked_at_makes_no_more_than_the_most(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(half, "MOST_SESSIONS", 10)
    mapping = mapping_to(port_of(target), protocol="udp")
    port = engine.listen(mapping)
    for i in range(10):
        shouts(engine, port, target, f"127.0.1.{i + 1}")
    listener_of(engine, mapping).welcome(plain=False)
    for i in range(3):
        shouts(engine, port, target, f"127.0.2.{i + 1}")
        assert len(objects(engine, mapping)) == i + 1
        assert live(engine, mapping) == 10
    assert engine.runner(mapping).numbers().evicted == 3


def test_where_all_are_known_a_flood_does_not_evict_who_has_just_spoken(
    engine: Stepping, target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(half, "MOST_SESSIONS", 5)
    mapping = mapping_to(port_of(target), protocol="udp", source_address="127.0.0.1")
    port = engine.listen(mapping)
    with talk_to(port, source="127.0.0.9") as client:
        for _ in range(2):
            asks(engine, client, target)
        (session,) = objects(engine, mapping)
        assert session.lent
        for i in range(10):
            shouts(engine, port, target, f"127.0.1.{i + 1}")
        assert session in objects(engine, mapping)
        assert len(objects(engine, mapping)) == 5
