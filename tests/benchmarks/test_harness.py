"""Does the harness itself work: a quick run against the floor; asserts no speed of anything."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.benchmarks import peers
from tests.benchmarks.compiler import build, find_compiler
from tests.benchmarks.process import REPOSITORY, running
from tests.benchmarks.scenarios import BULK, Reading, select
from tests.benchmarks.summary import Results, compare
from tests.benchmarks.system import free_port
from tests.benchmarks.table import text

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the benchmarks need Linux: epoll, splice, /proc"
)
needs_compiler = pytest.mark.skipif(find_compiler() is None, reason="there is no C compiler")
RUN = [sys.executable, "-m", "tests.benchmarks"]
FLOOR_ONLY = ["--relays", "floor", "--rounds", "1", "--idle", "50"]


def _relay(name: str, kind: peers.Kind) -> peers.Relay:
    return peers.Relay(name, kind, lambda wiring: [])


def _reading(gigabytes: float) -> Reading:
    return Reading(1.0, 0, int(gigabytes * 1e9), 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 0)


@needs_compiler
def test_one_quick_round_measures_every_scenario(tmp_path: Path) -> None:
    done = subprocess.run(
        [*RUN, *FLOOR_ONLY, "--seconds", "0.3", "--background-idle", "20", "--json"],
        cwd=REPOSITORY,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["failures"] == []
    scenarios = report["scenarios"]
    assert list(scenarios) == [
        "short",
        "short+idle",
        "paced",
        "paced+idle",
        "rtt",
        "rtt+idle",
        "bulk",
        "bulk+idle",
        "idle",
        "udp",
        "udp-one",
        "udp-runs",
        "udp-many",
        "udp-once",
    ]
    for scenario in scenarios.values():
        medians = scenario["relays"]["floor"]["medians"]
        assert next(iter(medians.values())) >= 0, medians
    assert scenarios["idle"]["relays"]["floor"]["medians"]["fds/conn"] == 2
    assert list(tmp_path.iterdir()) == []


@needs_compiler
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing_behind(tmp_path: Path, ending: signal.Signals) -> None:
    # Who runs in a shell's background ignores SIGINT, and so would all that it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    harness = subprocess.Popen(
        [*RUN, *FLOOR_ONLY, "--seconds", "20", "--only", "rtt"],
        cwd=REPOSITORY,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    signal.signal(signal.SIGINT, before)
    try:
        _eventually(lambda: {"floor", "load"} <= _programs_under(tmp_path))
        harness.send_signal(ending)
        assert harness.wait(15) == 130
    finally:
        harness.kill()
        harness.wait()
    assert _programs_under(tmp_path) == set()
    assert list(tmp_path.iterdir()) == []


def _programs_under(folder: Path) -> set[str]:
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            program = (entry / "exe").readlink()
        except OSError:  # no process, or not ours, or gone
            continue
        if program.is_relative_to(folder):
            found.add(program.name)
    return found


def _eventually(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this did not come true in time"
        time.sleep(0.02)


@pytest.fixture
def through_floor(tmp_path: Path) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Yield both ends of one connection through the floor: a client's and the target's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wiring = peers.Wiring(free_port(), listener.getsockname()[1], 1, tmp_path)
        relay = peers.floor(build("floor", tmp_path), tmp_path)
        with running(relay.command(wiring), wiring.listen, tmp_path):
            listener.settimeout(10)
            listener.accept()[0].close()  # the connection that asked whether it accepts
            with socket.create_connection(("127.0.0.1", wiring.listen), 10) as client:
                target = listener.accept()[0]
                target.settimeout(10)
                with target:
                    yield client, target


def _read_all(end: socket.socket) -> bytes:
    parts = bytearray()
    while part := end.recv(65536):
        parts += part
    return bytes(parts)


@needs_compiler
def test_the_floor_answers_after_half_close_and_moves_bulk_intact(
    through_floor: tuple[socket.socket, socket.socket],
) -> None:
    client, target = through_floor
    sent = os.urandom(8_000_000)

    def request() -> None:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)

    sender = threading.Thread(target=request)
    sender.start()
    time.sleep(0.2)  # a reader this late has every buffer on the way full, and the pipe in use
    assert _read_all(target) == sent
    sender.join(10)
    target.sendall(b"answer")
    target.close()
    assert _read_all(client) == b"answer"


@needs_compiler
def test_the_floor_passes_a_reset_on(through_floor: tuple[socket.socket, socket.socket]) -> None:
    client, target = through_floor
    target.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    target.close()
    with pytest.raises(ConnectionResetError):
        client.recv(1)


def test_ratios_are_taken_within_each_round() -> None:
    mine = _relay("portway", "portway")
    peer, other = _relay("slow", "peer"), _relay("quick", "peer")
    results = Results([mine, peer, other], [BULK])
    for turn, mood in enumerate((1.0, 0.1, 0.5)):  # how much the machine lets everyone have
        results.add(BULK, mine, turn, _reading(4 * mood))
        results.add(BULK, peer, turn, _reading(1 * mood))
        results.add(BULK, other, turn, _reading(2 * mood))
    (line,) = compare(results, BULK)
    ratio, whom = line.ratios["GB/s"]
    assert (round(ratio, 6), whom) == (2.0, "quick")
    assert "= portway / best peer" in text(results)


def test_background_idle_gives_each_scenario_but_idle_a_twin() -> None:
    keys = [scenario.key for scenario in select(["short", "idle"], idle=10, background=5)]
    assert keys == ["short", "short+idle", "idle"]


def test_an_extra_relay_gets_its_ports(tmp_path: Path) -> None:
    relay = peers.extra("mine=relay -p {listen} 127.0.0.1:{target}")
    command = relay.command(peers.Wiring(1, 2, 0, tmp_path))
    assert command == ["relay", "-p", "1", "127.0.0.1:2"]


def test_an_extra_relay_without_ports_is_refused() -> None:
    with pytest.raises(ValueError, match="listen"):
        peers.extra("mine=relay")
