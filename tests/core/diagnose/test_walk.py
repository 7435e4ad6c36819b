"""Diagnosing real mappings of a real engine: each step says what is so, and what helps."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from core.config.address import PortRange
from core.config.mapping import Mapping, Protocol, Target
from core.diagnose import first_bytes, outside, probe
from core.diagnose.steps import Begun, Step, Verdict, as_text, summary
from core.diagnose.walk import diagnose
from core.engine.status import OFF, State, Status
from core.system.firewall import Firewall
from core.system.listening import Listening, listening
from core.system.own_addresses import LocalAddress
from core.system.windows_firewall import Access
from tests.core.engine.relaying import Relaying, edited, mapping_to
from tests.support import PATIENCE, connect, free_port, free_run, listen, port_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quiet target is one that is quiet for a moment."""
    monkeypatch.setattr(first_bytes, "QUIET_SECONDS", 0.3)


@pytest.fixture
def relaying() -> Iterator[Relaying]:
    with Relaying() as relaying:
        yield relaying


def walk(mapping: Mapping, status: Status, *others: Mapping) -> list[Step]:
    steps: list[Step] = []
    titles: list[str] = []
    for one in diagnose(mapping, status, others, threading.Event()):
        if isinstance(one, Begun):
            titles.append(str(one.title))
        else:
            steps.append(one)
    assert titles[0] == "Listener"
    assert titles[-1] == "First bytes through the listener"
    return steps


def verdicts(steps: list[Step]) -> dict[str, Verdict]:
    return {str(step.title).split(" ")[0]: step.verdict for step in steps}


def step_of(steps: list[Step], title: str) -> Step:
    return next(step for step in steps if str(step.title).startswith(title))


class Program:
    """A target that does one thing with each connection, until the end."""

    def __init__(self, act: Callable[[socket.socket], None]) -> None:
        self._act = act
        self._listener = listen()
        self.port = port_of(self._listener)
        self._open: list[socket.socket] = []
        self._ending = False
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending = True
        with contextlib.suppress(OSError), connect(self.port):
            self._thread.join(PATIENCE)
        self._listener.close()
        for sock in self._open:
            sock.close()

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(sock)
            if self._ending:
                return
            self._act(sock)


def keep_quiet(_: socket.socket) -> None:
    """Wait for the client."""


def greet(sock: socket.socket) -> None:
    sock.sendall(b"SSH-2.0-Test\r\n\x00")


def hang_up(sock: socket.socket) -> None:
    sock.close()


def test_of_a_mapping_that_works_every_step_is_ticked_or_not_needed(relaying: Relaying) -> None:
    with Program(keep_quiet) as target:
        mapping = mapping_to(target.port)
        relaying.listen(mapping)
        steps = walk(mapping, relaying.status(mapping))
    assert verdicts(steps) == {
        "Listener": Verdict.OK,
        "Owner": Verdict.OK,
        "Reachable": Verdict.SKIPPED,
        "Firewall": Verdict.SKIPPED,
        "Name": Verdict.SKIPPED,
        "Connection": Verdict.OK,
        "First": Verdict.OK,
    }
    assert "stays open" in str(steps[-1].found)
    assert str(summary(steps)) == "Everything works."


def test_a_mapping_that_leads_back_by_another_one_is_told_at_the_target(
    relaying: Relaying,
) -> None:
    one, other = free_port(), free_port()
    mapping = mapping_to(other, listen_ports=PortRange.single(one))
    back = mapping_to(one, listen_ports=PortRange.single(other), name="back")
    relaying.listen(mapping, back)
    relaying.wait_for_state(back, State.LISTENING)
    steps = walk(mapping, relaying.status(mapping), mapping, back)
    assert verdicts(steps)["Connection"] is Verdict.FAILED
    assert "by your mapping “back”" in " ".join(str(step.found) for step in steps)
    off = edited(back, enabled=False)
    assert "back" not in " ".join(str(step.found) for step in walk(mapping, OFF, mapping, off))


OTHER_PROGRAM = """
import socket
with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        listener.accept()[0].close()
"""


def test_a_mapping_that_waits_for_its_port_leads_nobody_back(relaying: Relaying) -> None:
    command = [sys.executable, "-c", OTHER_PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        one, other = free_port(), int(program.stdout.readline())
        mapping = mapping_to(other, listen_ports=PortRange.single(one))
        waits = mapping_to(one, listen_ports=PortRange.single(other), name="waits")
        relaying.listen(mapping, waits)
        relaying.wait_for_state(waits, State.WAITING)
        steps = walk(mapping, relaying.status(mapping), mapping, waits)
        program.kill()
    assert verdicts(steps)["Connection"] is Verdict.OK


def test_a_target_that_speaks_first_is_quoted(relaying: Relaying) -> None:
    with Program(greet) as target:
        mapping = mapping_to(target.port)
        relaying.listen(mapping)
        steps = walk(mapping, relaying.status(mapping))
    assert "“SSH-2.0-Test··" in str(steps[-1].found)


def test_a_target_that_hangs_up_is_told_from_one_that_waits(relaying: Relaying) -> None:
    with Program(hang_up) as target:
        mapping = mapping_to(target.port)
        relaying.listen(mapping)
        steps = walk(mapping, relaying.status(mapping))
    assert steps[-1].verdict is Verdict.FAILED
    assert "ended at once" in str(steps[-1].found)
    assert "steps marked “Failed”" in str(summary(steps))


def test_a_target_that_is_down_is_crossed_and_what_follows_is_skipped(relaying: Relaying) -> None:
    mapping = mapping_to(free_port())
    relaying.listen(mapping)
    steps = walk(mapping, relaying.status(mapping))
    refused = step_of(steps, "Connection")
    assert refused.verdict is Verdict.FAILED
    assert "refused" in str(refused.found)
    assert refused.remedy is not None
    assert "Nothing on this computer listens on port" in str(refused.remedy.text)
    assert steps[-1].verdict is Verdict.SKIPPED


def test_a_port_that_is_taken_names_its_owner_and_a_free_one(relaying: Relaying) -> None:
    first = free_run(4)
    with listen(port=first):
        mapping = mapping_to(free_port(), listen_ports=PortRange.single(first))
        relaying.set(mapping)
        status = relaying.wait_for_state(mapping, State.WAITING)
        steps = walk(mapping, status)
    listener = step_of(steps, "Listener")
    assert listener.verdict is Verdict.FAILED
    assert "is in use by" in str(listener.found)
    assert listener.remedy is not None
    (change,) = listener.remedy.changes
    assert change.apply(mapping).listen_ports == PortRange.single(first + 1)


def test_another_program_on_the_port_is_crossed(monkeypatch: pytest.MonkeyPatch) -> None:
    first = free_run(4)
    mapping = mapping_to(9, listen_ports=PortRange.single(first))
    with listen(port=first):
        monkeypatch.setattr("core.diagnose.walk.os.getpid", lambda: -1)
        owner = step_of(walk(mapping, OFF), "Owner")
    assert owner.verdict is Verdict.FAILED
    assert f"holds TCP {first}" in str(owner.found)


def test_a_range_is_looked_at_to_its_end_by_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    first = free_run(6)
    mapping = mapping_to(9, listen_ports=PortRange(first, first + 3))
    looks: list[str] = []

    def look(kind: str) -> tuple[Listening, ...]:
        looks.append(kind)
        return listening(kind)

    monkeypatch.setattr("core.diagnose.walk.listening", look)
    with listen(port=first + 2):
        assert "Portway itself holds" in str(step_of(walk(mapping, OFF), "Owner").found)
        monkeypatch.setattr("core.diagnose.walk.os.getpid", lambda: -1)
        looks.clear()
        owner = step_of(walk(mapping, OFF), "Owner")
        assert looks == ["tcp"]
        assert owner.verdict is Verdict.FAILED
        assert f"holds TCP {first + 2}" in str(owner.found)
        with listen(port=first + 3):
            owner = step_of(walk(mapping, OFF), "Owner")
    assert f"hold 2 of these ports; the first is TCP {first + 2}, of" in str(owner.found)
    free = step_of(walk(mapping, OFF), "Owner")
    assert str(free.found) == f"TCP {first}-{first + 3} is free."


@pytest.mark.parametrize(
    ("status", "verdict", "said"),
    [
        (
            Status(State.LISTENING, listening=(("127.0.0.1", 8080), ("::1", 8080))),
            Verdict.OK,
            "Portway listens on 127.0.0.1:8080, [::1]:8080.",
        ),
        (Status(State.LISTENING), Verdict.OK, "Portway listens on 127.0.0.1:0."),
        (Status(State.STARTING), Verdict.UNSURE, "It does not listen yet: it is starting."),
        (
            Status(State.STARTING, listening=(("127.0.0.1", 8080),)),
            Verdict.OK,
            "Portway listens on 127.0.0.1:8080.",
        ),
    ],
)
def test_the_listener_is_told_as_the_engine_knows_it(
    monkeypatch: pytest.MonkeyPatch, status: Status, verdict: Verdict, said: str
) -> None:
    monkeypatch.setattr("core.diagnose.walk.listening", lambda _kind: ())
    listener = step_of(walk(mapping_to(9), status), "Listener")
    assert (listener.verdict, str(listener.found)) == (verdict, said)


@pytest.mark.parametrize(
    ("pid", "name", "said"),
    [
        (0, "", "A program of another user, which this system does not name, holds TCP 8080."),
        (7, "", "a program (process 7) holds TCP 8080."),
        (7, "nginx", "nginx (process 7) holds TCP 8080."),
    ],
)
def test_the_owner_is_named_as_far_as_it_is_known(
    monkeypatch: pytest.MonkeyPatch, pid: int, name: str, said: str
) -> None:
    held = (Listening("tcp", "0.0.0.0", 8080, pid, name),)
    monkeypatch.setattr("core.diagnose.walk.listening", lambda _kind: held)
    mapping = mapping_to(9, listen_ports=PortRange.single(8080))
    assert str(step_of(walk(mapping, OFF), "Owner").found) == said


def test_called_off_after_the_owner_nothing_more_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()

    def look(_kind: str) -> tuple[Listening, ...]:
        stop.set()
        return ()

    asked: list[Mapping] = []

    def ask(mapping: Mapping) -> Iterator[Step]:
        asked.append(mapping)
        yield from ()

    monkeypatch.setattr("core.diagnose.walk.listening", look)
    monkeypatch.setattr("core.diagnose.walk.reachable", ask)
    list(diagnose(mapping_to(9), OFF, (), stop))
    assert asked == []


def test_a_mapping_that_is_off_is_told_to_be_switched_on() -> None:
    with Program(keep_quiet) as target:
        mapping = mapping_to(target.port, listen_ports=PortRange.single(free_port()))
        steps = walk(edited(mapping, enabled=False), OFF)
    listener = step_of(steps, "Listener")
    assert (listener.verdict, str(listener.found)) == (
        Verdict.FAILED,
        "This mapping is switched off; it does not listen.",
    )
    assert "is free" in str(step_of(steps, "Owner").found)
    assert step_of(steps, "Connection").verdict is Verdict.OK
    assert steps[-1].verdict is Verdict.SKIPPED


def on_a_network(monkeypatch: pytest.MonkeyPatch, *found: Firewall) -> None:
    here = (LocalAddress("192.0.2.5", "wlan0"), LocalAddress("2001:db8::5", "wlan0"))
    monkeypatch.setattr(outside, "local_addresses", lambda: here)
    monkeypatch.setattr(outside, "firewalls", lambda *_: found)
    monkeypatch.setattr(sys, "platform", "linux")  # on Windows there is only one firewall


def walked(*, status: Status = OFF, **fields: Any) -> list[Step]:
    values = {"listen_ports": PortRange.single(free_port()), **fields}
    return walk(mapping_to(free_port(), **values), status)


def test_a_public_listener_says_where_others_find_it(monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_network(monkeypatch)
    steps = walked(listen_host="*", listen_ports=PortRange.single(8081))
    network = step_of(steps, "Reachable")
    assert network.verdict is Verdict.OK
    assert "192.0.2.5:8081, [2001:db8::5]:8081" in str(network.found)
    assert step_of(steps, "Firewall").verdict is Verdict.OK


def test_an_interface_means_its_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_network(monkeypatch)
    assert "192.0.2.5" in str(step_of(walked(listen_host="wlan0"), "Reachable").found)
    elsewhere = step_of(walked(listen_host="192.0.2.99"), "Reachable")
    assert elsewhere.verdict is Verdict.FAILED
    four = step_of(walked(listen_host="0.0.0.0"), "Reachable")
    assert "2001:db8" not in str(four.found)


def test_the_list_of_those_let_in_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_network(monkeypatch)
    network = step_of(walked(listen_host="*", allow=("10.0.0.0/8",)), "Reachable")
    assert network.verdict is Verdict.UNSURE
    assert network.remedy is not None
    assert "10.0.0.0/8" in str(network.remedy.text)


@pytest.mark.parametrize(
    ("found", "verdict", "says"),
    [
        (Access.OPEN, Verdict.OK, "lets others in"),
        (Access.CLOSED, Verdict.FAILED, "has no rule"),
        (Access.BLOCKED, Verdict.FAILED, "A rule of Windows' firewall blocks"),
        (Access.UNKNOWN, Verdict.UNSURE, "may keep other computers out"),
    ],
)
def test_windows_firewall_is_asked_itself(
    monkeypatch: pytest.MonkeyPatch, found: Access, verdict: Verdict, says: str
) -> None:
    monkeypatch.setattr(outside, "read_policy", lambda: None)
    monkeypatch.setattr(outside, "access", lambda *_: found)
    monkeypatch.setattr(sys, "platform", "win32")
    web = mapping_to(80, listen_host="*", listen_ports=PortRange.single(8080))
    step = list(outside.firewall(web))[-1]
    assert isinstance(step, Step)
    assert step.verdict is verdict
    assert says in str(step.found)
    lines = [command.line for command in step.remedy.commands] if step.remedy else []
    by_hand = found in (Access.CLOSED, Access.UNKNOWN)
    assert [line.split(" name=")[0] for line in lines] == (
        ["netsh advfirewall firewall add rule"] if by_hand else []
    )


def test_a_firewall_is_named_with_its_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    on_a_network(monkeypatch, Firewall("ufw", "sudo ufw status", ("sudo ufw allow 8080/tcp",)))
    step = step_of(walked(listen_host="*"), "Firewall")
    assert step.verdict is Verdict.UNSURE
    assert step.remedy is not None
    assert [command.line for command in step.remedy.commands] == [
        "sudo ufw status",
        "sudo ufw allow 8080/tcp",
    ]


def test_a_name_that_is_not_found_is_crossed(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: str) -> tuple[str, ...]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(probe, "look_up", unknown)
    steps = walked(target_host="nowhere.invalid")
    name = step_of(steps, "Name")
    assert name.verdict is Verdict.FAILED
    assert name.remedy is not None
    assert "nowhere.invalid" in str(name.remedy.text)


def test_of_two_targets_one_that_answers_is_enough(relaying: Relaying) -> None:
    with Program(keep_quiet) as target:
        more = (Target("127.0.0.1", PortRange.single(target.port)),)
        mapping = mapping_to(free_port(), more_targets=more)
        relaying.listen(mapping)
        steps = walk(mapping, relaying.status(mapping))
    connections = [step for step in steps if str(step.title).startswith("Connection")]
    assert [step.verdict for step in connections] == [Verdict.FAILED, Verdict.OK]
    assert steps[-1].verdict is Verdict.OK


def test_who_is_not_let_in_is_not_told_that_it_failed(relaying: Relaying) -> None:
    with Program(keep_quiet) as target:
        mapping = mapping_to(target.port, allow=("10.0.0.0/8",))
        relaying.listen(mapping)
        last = walk(mapping, relaying.status(mapping))[-1]
    assert last.verdict is Verdict.SKIPPED
    assert "not among those" in str(last.found)


def test_udp_is_tried_as_far_as_it_can_be() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as program:
        program.bind(("127.0.0.1", 0))
        mapping = mapping_to(
            port_of(program), protocol=Protocol.UDP, listen_ports=PortRange.single(free_port())
        )
        steps = walk(mapping, Status(State.LISTENING))
    assert step_of(steps, "Connection").verdict is Verdict.UNSURE
    assert "UDP has no connections" in str(steps[-1].found)
    assert "Not sure" in str(summary(steps))


def test_it_ends_soon_when_called_off(relaying: Relaying, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_bytes, "QUIET_SECONDS", 600)
    stop, last = threading.Event(), threading.Event()
    with Program(keep_quiet) as target:
        mapping = mapping_to(target.port)
        relaying.listen(mapping)
        status = relaying.status(mapping)

        def work() -> None:
            for one in diagnose(mapping, status, (), stop):
                if isinstance(one, Begun) and str(one.title).startswith("First bytes"):
                    last.set()

        thread = threading.Thread(target=work)
        thread.start()
        assert last.wait(PATIENCE)
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_called_off_at_the_start_it_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    stop.set()
    steps = list(diagnose(mapping_to(9), OFF, (), stop))
    assert not any("Target" in str(one.title) for one in steps)


def test_the_text_tells_it_all_line_by_line(relaying: Relaying) -> None:
    mapping = mapping_to(free_port(), name="Web")
    relaying.listen(mapping)
    text = as_text(mapping, walk(mapping, relaying.status(mapping)))
    assert text.startswith(f"Web: 127.0.0.1:0 -> {mapping.target}\n\n✓ OK: Listener. Portway")
    assert "✗ Failed: Connection to 127.0.0.1" in text
    assert "\n    Nothing on this computer" in text
    assert "- Skipped: First bytes" in text


def test_the_text_can_speak_another_language() -> None:
    mapping = mapping_to(9, name="Web")
    steps = walk(mapping, OFF)
    text = as_text(mapping, steps, lambda words: f"<{words.template}>")
    assert text.count("<{mark} {verdict}: {title}. {found}>") == len(steps)
    assert "<Switch it on.>" in text or "<Wait a moment and diagnose it again.>" in text
