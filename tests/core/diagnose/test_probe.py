"""Trying a target: what each of its addresses answers, and that it can be called off."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest

from core.config.address import Endpoint
from core.config.mapping import Mapping, Protocol, Target
from core.diagnose import probe as module
from core.diagnose.patience import CancelledError, answer_of
from core.diagnose.probe import Finding, LookedUp, Tried, milliseconds, probe
from core.engine.status import TroubleKind
from tests.core.config.mappings import mapping, ports
from tests.support import PATIENCE, WINE, free_port, listen, port_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def to(port: int, host: str = "127.0.0.1", **more: object) -> Mapping:
    return mapping(target_host=host, target_ports=ports(port), **more)


def run(one: Mapping) -> list[Finding]:
    return list(probe(one, threading.Event()))


def knocks(found: list[Finding]) -> list[Tried]:
    return [one for one in found if isinstance(one, Tried)]


def test_a_target_that_listens_is_connected_to() -> None:
    with listen() as target:
        port = port_of(target)
        looked_up, tried = run(to(port))
        assert isinstance(looked_up, LookedUp)
        assert isinstance(tried, Tried)
        assert (looked_up.addresses, looked_up.trouble) == (("127.0.0.1",), None)
        assert (tried.address, tried.trouble) == (f"127.0.0.1:{port}", None)
        assert str(tried.words).startswith(f"127.0.0.1:{port} connected in ")
        client, _ = target.accept()
        client.close()


def test_a_refusal_is_told_as_such() -> None:
    port = free_port()
    (tried,) = knocks(run(to(port)))
    assert tried.trouble is not None
    assert tried.trouble.kind is TroubleKind.TARGET_REFUSED
    assert f"127.0.0.1:{port} refused the connection" in str(tried.words)


@pytest.mark.parametrize("protocol", [Protocol.TCP, Protocol.UDP])
def test_the_own_port_of_the_mapping_is_no_target(
    monkeypatch: pytest.MonkeyPatch, protocol: Protocol
) -> None:
    """Whoever connects there meets Portway, and would take it for the program looked for."""
    monkeypatch.setattr(module, "look_up", lambda _: ("127.0.0.1",))
    with listen() as ourselves:
        port = port_of(ourselves)
        (tried,) = knocks(run(to(port, "pc.test", listen_ports=ports(port), protocol=protocol)))
    assert tried.trouble is not None
    assert "would run in a circle" in str(tried.trouble)


def test_every_address_of_a_name_answers_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with listen() as target:
        addresses = ("::1", "127.0.0.1", "127.0.0.2")
        monkeypatch.setattr(module, "look_up", lambda _: addresses)
        found = run(to(port_of(target), "several.example"))
    assert "several.example is ::1, 127.0.0.1, 127.0.0.2" in str(found[0].words)
    answers = {one.address.rpartition(":")[0]: one.trouble is None for one in knocks(found)}
    assert answers == {"[::1]": False, "127.0.0.1": True, "127.0.0.2": False}


def test_a_name_that_is_not_found_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: str) -> tuple[str, ...]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(module, "look_up", unknown)
    (found,) = run(to(80, "nowhere.example"))
    assert "The name nowhere.example was not found" in str(found.words)


def test_a_name_server_that_does_not_answer_is_waited_for_no_longer_than_the_mapping_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = threading.Event()

    def slow(_: str) -> tuple[str, ...]:
        answer.wait(PATIENCE)
        return ()

    monkeypatch.setattr(module, "look_up", slow)
    (found,) = run(to(80, "slow.example", connect_timeout=0.1))
    answer.set()
    assert "cannot be looked up now" in str(found.words)


@pytest.fixture
def silent() -> Iterator[int]:
    """A port of the loopback that takes no more connections and refuses none."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = port_of(full)
        filling = [socket.socket() for _ in range(4)]
        try:
            for one in filling:
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
            yield port
        finally:
            for one in filling:
                one.close()


def test_silence_is_a_time_out(silent: int) -> None:
    (tried,) = knocks(run(to(silent, connect_timeout=0.2)))
    assert tried.trouble is not None
    assert tried.trouble.kind is TroubleKind.TARGET_TIMED_OUT
    assert tried.seconds >= 0.2


def test_it_ends_soon_when_called_off(silent: int) -> None:
    stop, found = threading.Event(), list[Finding]()
    begun = threading.Event()

    def work() -> None:
        for one in probe(to(silent, connect_timeout=600), stop):
            found.append(one)
            begun.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(PATIENCE)
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert knocks(found) == []


def test_each_further_target_is_tried_too() -> None:
    with listen() as one, listen() as other:
        second = Target("127.0.0.1", ports(port_of(other)))
        found = run(to(port_of(one), more_targets=(second,)))
        both = [port_of(one), port_of(other)]
    assert [tried.trouble for tried in knocks(found)] == [None, None]
    assert [tried.target.ports.first for tried in knocks(found)] == both


def test_it_connects_from_the_source_address_of_the_mapping() -> None:
    with listen() as target:
        run(to(port_of(target), source_address="127.0.0.9"))
        client, address = target.accept()
        client.close()
    assert address[0] == "127.0.0.9"


def test_a_source_address_that_is_not_here_is_told() -> None:
    with listen() as target:
        (tried,) = knocks(run(to(port_of(target), source_address="192.0.2.77")))
    assert tried.trouble is not None
    assert "from the source address of this mapping" in str(tried.trouble.reason)


@pytest.mark.skipif(WINE, reason="a closed port is told by ICMP, which Wine does not")
def test_of_udp_a_closed_port_refuses_and_an_open_one_does_not() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as program:
        program.bind(("127.0.0.1", 0))
        (open_one,) = knocks(run(to(port_of(program), protocol=Protocol.UDP)))
    (closed,) = knocks(run(to(open_one.target.ports.first, protocol=Protocol.UDP)))
    assert (open_one.trouble, open_one.answered) == (None, False)
    assert "did not refuse" in str(open_one.words)
    assert closed.trouble is not None
    assert closed.trouble.kind is TroubleKind.TARGET_REFUSED


def test_of_both_protocols_both_are_tried() -> None:
    with listen() as target:
        found = knocks(run(to(port_of(target), protocol=Protocol.BOTH)))
    assert [one.protocol for one in found] == [Protocol.TCP, Protocol.UDP]


def test_times_show_the_digits_that_tell_something() -> None:
    assert [milliseconds(s) for s in (0.00012, 0.0034, 0.034, 1.5)] == ["0.1", "3.4", "34", "1500"]


def test_waiting_for_an_answer_can_be_given_up() -> None:
    stop, answer = threading.Event(), threading.Event()
    stop.set()
    with pytest.raises(CancelledError):
        answer_of(answer.wait, 600, stop)
    answer.set()


def test_what_the_question_raises_is_raised_where_one_waits() -> None:
    with pytest.raises(ZeroDivisionError):
        answer_of(lambda: 1 // 0, PATIENCE, threading.Event())


@pytest.mark.parametrize(
    ("protocol", "answered", "said"),
    [
        (Protocol.TCP, True, "192.0.2.1:80 connected in 1.5 ms."),
        (Protocol.UDP, True, "UDP 192.0.2.1:80 answered in 1.5 ms."),
        (
            Protocol.UDP,
            False,
            "UDP 192.0.2.1:80 did not refuse; only a program's answers tell that it is there.",
        ),
    ],
)
def test_what_came_of_a_try_is_said_in_words(protocol: Protocol, answered: bool, said: str) -> None:
    target = Endpoint("192.0.2.1", ports(80))
    tried = Tried(target, "192.0.2.1:80", 0.0015, None, protocol, answered)
    assert str(tried.words) == said
