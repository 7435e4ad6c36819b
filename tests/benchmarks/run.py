"""One run of the benchmarks: options, order, exit status; measures nothing itself.

Status: 0 all measured, 1 some relay failed, 2 cannot run here or wrong options, 130 interrupted.
"""

import argparse
import itertools
import shlex
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import peers, system, table
from tests.benchmarks.compiler import CompilerError, build
from tests.benchmarks.measure import SPARE_CONNECTIONS, Effort, Generators, measure
from tests.benchmarks.peers import Relay, Unavailable
from tests.benchmarks.process import NotStartedError, RelayError
from tests.benchmarks.scenarios import SCENARIOS, Scenario, select
from tests.benchmarks.summary import Results

MOST_IDLE = 10_000
SPARE_FILES = 256  # listeners, pollers, logs, pipes for a few bulk streams


def say(text: str) -> None:
    """Tell progress: to standard error, so that standard output holds the report alone."""
    print(text, file=sys.stderr, flush=True)


def _names(known: Sequence[str], text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
    return names


def _number(least: float, most: float, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {least:g} to {most:g}")
    return value


def _count(least: int, most: int, text: str) -> int:
    return int(_number(least, most, text))


def _extra(text: str) -> Relay:
    try:
        return peers.extra(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measure Portway against other relays and a floor in C, in one run.",
    )
    add = parser.add_argument
    add("--rounds", type=lambda t: _count(1, 100, t), help="interleaved rounds (3)")
    add("--seconds", type=lambda t: _number(0.05, 60, t), help="per measurement (1.5)")
    add(
        "--only",
        type=lambda t: _names(list(SCENARIOS), t),
        default=list(SCENARIOS),
        metavar="LIST",
        help=f"scenarios, of {','.join(SCENARIOS)} (all)",
    )
    add(
        "--relays",
        type=lambda t: _names(peers.NAMES, t),
        default=list(peers.NAMES),
        metavar="LIST",
        help=f"relays, of {','.join(peers.NAMES)} (all that are installed)",
    )
    add(
        "--portway",
        type=shlex.split,
        default=[],
        metavar="COMMAND",
        help="measure this build of Portway instead of the working tree's",
    )
    add(
        "--also",
        type=_extra,
        action="append",
        default=[],
        metavar="NAME=COMMAND",
        help="one more relay; {listen} and {target} stand for its ports; repeatable",
    )
    add(
        "--idle",
        type=lambda t: _count(1, MOST_IDLE, t),
        default=2000,
        metavar="N",
        help="connections of the idle scenario (2000)",
    )
    add(
        "--background-idle",
        type=lambda t: _count(0, MOST_IDLE, t),
        default=0,
        metavar="N",
        help="measure the other scenarios a second time beside N idle connections",
    )
    add("--quick", action="store_true", help="one round of 0.5 s, to see that it works")
    add("--json", action="store_true", help="report as JSON, with every single reading")
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.seconds = options.seconds or (0.5 if options.quick else 1.5)
    return options


def _gather(options: argparse.Namespace, folder: Path) -> list[Relay]:
    """Return the relays of this run; say aloud which are left out and why."""
    relays: list[Relay] = []
    for name in options.relays:
        try:
            if name == "direct":
                relays.append(peers.direct())
            elif name == "floor":
                relays.append(peers.floor(build("floor", folder), build("floor_udp", folder)))
            elif name == "portway":
                relays.append(peers.portway(options.portway))
            else:
                relays.append(peers.PEERS[name]())
        except (Unavailable, CompilerError) as reason:
            say(f"LEFT OUT  {name}: {reason}")
    return [*relays, *options.also]


def _most_idle(wanted: int) -> int:
    """Raise the limit of open files; return how many of `wanted` idle connections it allows."""
    # Relay and generator hold two ends of every connection each, and some files more.
    descriptors = system.raise_descriptor_limit(2 * (wanted + SPARE_CONNECTIONS) + SPARE_FILES)
    most = max((descriptors - SPARE_FILES) // 2 - SPARE_CONNECTIONS, 0)
    if wanted > most:
        say(f"LIMITED  {wanted:,} idle connections to {most:,}: at most {descriptors:,} open files")
    return min(wanted, most)


def _run(
    options: argparse.Namespace,
    relays: Sequence[Relay],
    scenarios: Sequence[Scenario],
    generators: Generators,
) -> Results:
    results = Results(relays, scenarios)
    effort = Effort(options.seconds, warmup=min(0.3, options.seconds / 2))
    hopeless: set[str] = set()
    for turn in range(options.rounds):
        # Each round begins with another relay, so that none always follows the same neighbour.
        shift = turn % max(len(relays), 1)
        order = [*relays[shift:], *relays[:shift]]
        for scenario, relay in itertools.product(scenarios, order):
            if relay.name in hopeless or (relay.kind == "direct" and scenario.mode == "idle"):
                continue
            if scenario.datagrams and not relay.udp:
                continue
            say(f"round {turn + 1}/{options.rounds}  {scenario.key:10}  {relay.name}")
            try:
                results.add(scenario, relay, turn, measure(relay, scenario, effort, generators))
            except (RelayError, OSError) as failed:
                failure = f"{relay.name}, {scenario.key}, round {turn + 1}: {failed}"
                say(f"FAILED  {failure}")
                results.failures.append(failure)
                if isinstance(failed, NotStartedError):
                    hopeless.add(relay.name)
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks and print the report; return the exit status."""
    options = _parse(arguments)
    # An end by SIGTERM cleans up as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    idle = options.idle if "idle" in options.only else 0
    most = _most_idle(max(idle, options.background_idle))
    scenarios = select(options.only, min(idle, most), min(options.background_idle, most))
    machine = system.describe()
    try:
        with tempfile.TemporaryDirectory(prefix="portway-benchmark-") as name:
            folder = Path(name)
            generators = Generators(build("load", folder), build("datagrams", folder))
            results = _run(options, _gather(options, folder), scenarios, generators)
    except CompilerError as reason:
        say(f"The benchmarks need a C compiler for their load generator: {reason}")
        return 2
    except KeyboardInterrupt:
        say("Interrupted; everything that was started has been ended.")
        return 130
    if options.json:
        head: dict[str, Any] = {
            "machine": machine,
            "rounds": options.rounds,
            "seconds": options.seconds,
        }
        print(table.as_json(results, head))
    else:
        print(f"{machine}\nmedians of {options.rounds} rounds of {options.seconds:g} s\n")
        print(table.text(results))
    return 1 if results.failures else 0
