"""`python -m tests.benchmarks.beside_window`: what an open window costs the engine, and vice versa.

The same 1,000 mappings run headless and with the window open on a virtual screen; the load goes
through the first one, beside 2,000 connections that stay open and are listed in the window. Status:
0 measured, 1 something failed, 2 cannot run here.
"""

import argparse
import array
import contextlib
import dataclasses
import itertools
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.config.store import Profile, Store
from tests.benchmarks import system
from tests.benchmarks.compiler import CompilerError, build
from tests.benchmarks.measure import Effort, Generators, generate, listening
from tests.benchmarks.peers import Command, Relay, Wiring
from tests.benchmarks.process import RelayError, running
from tests.benchmarks.run import say
from tests.benchmarks.scenarios import BULK, PACED, RTT, SHORT, Reading, Scenario
from tests.benchmarks.summary import Results
from tests.benchmarks.table import text
from tests.gui.virtual_screen import VirtualScreen, missing

MAPPINGS = 1000
LIVE = 2000
TICKS = "ticks"
SETTLING_SECONDS = 2.0
"""For the window to be painted: it listens before it is."""


class Ticks:
    """How long the window's 16 ms timer had to wait, by scenario."""

    def __init__(self) -> None:
        self._gaps: dict[str, list[list[float]]] = {}

    def add(self, scenario: Scenario, file: Path, since: float, until: float) -> None:
        """Take the gaps of one measurement out of what the window wrote down."""
        times = array.array("d")
        times.frombytes(file.read_bytes())
        then = [moment for moment in times if since <= moment <= until]
        gaps = sorted(1e3 * (b - a) for a, b in itertools.pairwise(then))
        if not gaps:
            raise RelayError("the window's timer was never served")
        self._gaps.setdefault(scenario.key, []).append(gaps)

    def text(self) -> str:
        """Return the medians of the rounds, a line for each scenario."""
        lines = ["the window's 16 ms timer, ms between two of its turns"]
        for key, rounds in self._gaps.items():
            p50 = median(gaps[len(gaps) // 2] for gaps in rounds)
            p99 = median(gaps[len(gaps) * 99 // 100] for gaps in rounds)
            worst = max(gaps[-1] for gaps in rounds)
            lines.append(f"  {key:12} p50 {p50:5.1f}   p99 {p99:5.1f}   worst {worst:5.1f}")
        return "\n".join(lines)


def _mappings(wiring: Wiring) -> tuple[Mapping, ...]:
    ports = {wiring.listen: None}  # a set that keeps its order: the load's port is the first row
    while len(ports) < MAPPINGS:
        ports[system.free_port()] = None
    return tuple(
        Mapping(
            name=f"mapping {number:04}",
            listen_ports=PortRange.single(port),
            target_host=system.LOOPBACK,
            target_ports=PortRange.single(wiring.target),
        )
        for number, port in enumerate(ports)
    )


def _relay(name: str, start: Sequence[str]) -> Relay:
    def command(wiring: Wiring) -> Command:
        profile = wiring.directory / "profile"
        Store(profile).save(Profile(mappings=_mappings(wiring)))
        places = {"PROFILE": str(profile), "TICKS": str(wiring.directory / TICKS)}
        return [places.get(word, word) for word in start]

    return Relay(name, "portway" if name == "window" else "extra", command)


def _relays(screen: VirtualScreen) -> tuple[Relay, Relay]:
    """Return Portway headless and in a window on this screen."""
    module = [sys.executable, "-m"]
    on_screen = ["env", f"DISPLAY={screen.display}", "QT_QPA_PLATFORM=xcb"]
    window = [*on_screen, *module, "tests.benchmarks.ticking", "TICKS", "--profile", "PROFILE"]
    return (
        _relay("headless", [*module, "core", "--profile", "PROFILE", "run"]),
        _relay("window", window),
    )


def _measure(
    relay: Relay, scenario: Scenario, effort: Effort, generators: Generators, ticks: Ticks
) -> Reading:
    with (
        tempfile.TemporaryDirectory(prefix="portway-benchmark-") as name,
        listening(udp=False) as target,
    ):
        folder = Path(name)
        wiring = Wiring(system.free_port(), target.getsockname()[1], LIVE, folder)
        with running(relay.command(wiring), wiring.listen, folder) as pids:
            time.sleep(SETTLING_SECONDS)
            reading = generate(generators, scenario, effort, target, wiring.listen, pids)
            until = time.monotonic()
        if (folder / TICKS).exists():
            ticks.add(scenario, folder / TICKS, until - effort.seconds, until)
        return reading


def _run(rounds: int, seconds: float, relays: Sequence[Relay], generators: Generators) -> int:
    scenarios = [
        dataclasses.replace(scenario, background=LIVE, title=f"{scenario.title}, {LIVE:,} others")
        for scenario in (SHORT, PACED, RTT, BULK)
    ]
    results, ticks = Results(relays, scenarios), Ticks()
    for turn in range(rounds):
        for scenario in scenarios:
            for relay in relays if turn % 2 else reversed(relays):
                say(f"round {turn + 1}/{rounds}  {scenario.key:10}  {relay.name}")
                try:
                    effort = Effort(seconds, warmup=0.5)
                    reading = _measure(relay, scenario, effort, generators, ticks)
                except (RelayError, OSError) as failed:
                    results.failures.append(f"{relay.name}, {scenario.key}: {failed}")
                    say(f"FAILED  {results.failures[-1]}")
                else:
                    results.add(scenario, relay, turn, reading)
    print(f"{system.describe()}\n{MAPPINGS:,} mappings, {LIVE:,} live connections; medians of")
    print(f"{rounds} rounds of {seconds:g} s\n\n{text(results)}\n\n{ticks.text()}")
    return 1 if results.failures else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.beside_window")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (3)")
    parser.add_argument("--seconds", type=float, default=4, help="per measurement (4)")
    options = parser.parse_args(arguments)
    if lacking := missing():
        say(f"A virtual screen is needed, and these programs: {', '.join(lacking)}")
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    system.raise_descriptor_limit(4 * LIVE)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="portway-benchmark-") as name,
            contextlib.closing(VirtualScreen()) as screen,
        ):
            folder = Path(name)
            generators = Generators(build("load", folder), build("datagrams", folder))
            return _run(options.rounds, options.seconds, _relays(screen), generators)
    except CompilerError as reason:
        say(f"The benchmarks need a C compiler for their load generator: {reason}")
        return 2
    except KeyboardInterrupt:
        say("Interrupted; everything that was started has been ended.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
