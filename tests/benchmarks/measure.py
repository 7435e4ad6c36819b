"""One measurement: a fresh relay, a fresh target, one run of the load generator; no statistics."""

import contextlib
import dataclasses
import json
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.peers import Relay, Wiring
from tests.benchmarks.process import RelayError, running
from tests.benchmarks.scenarios import Reading, Scenario
from tests.benchmarks.system import LOOPBACK, free_port

SPARE_CONNECTIONS = 256  # beyond the idle ones: those of the load, and some that are just closing
OPENING_SECONDS = 60.0  # as in load.c


@dataclass(frozen=True)
class Effort:
    """How long one measurement takes: `warmup` uncounted seconds, then `seconds` counted ones.

    A scenario may ask for a longer warm-up.
    """

    seconds: float
    warmup: float


@dataclass(frozen=True)
class Generators:
    """The two load generators, compiled: for connections and for datagrams."""

    connections: Path
    datagrams: Path


@contextlib.contextmanager
def listening(*, udp: bool) -> Iterator[socket.socket]:
    """Yield the target's socket: it listens before the relay starts, the generator inherits it."""
    kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as target:
        target.bind((LOOPBACK, free_port()))
        if not udp:
            target.listen(4096)
        yield target


def generate(
    generators: Generators,
    scenario: Scenario,
    effort: Effort,
    target: socket.socket,
    port: int,
    pids: list[int],
) -> Reading:
    """Run the load generator once: through `port`, to `target`, with the relay's `pids` watched."""
    warmup = max(effort.warmup, scenario.warmup)
    command = [
        f"port={port}",
        f"seconds={effort.seconds}",
        f"warmup={warmup}",
        f"pids={','.join(map(str, pids))}",
    ]
    if scenario.datagrams:
        own = [str(generators.datagrams), f"target={target.fileno()}", *scenario.options]
    else:
        own = [
            str(generators.connections),
            f"scenario={scenario.mode}",
            f"listener={target.fileno()}",
            f"connections={scenario.connections}",
            f"rate={scenario.rate}",
            f"idle={scenario.background}",
        ]
    command = own + command
    try:
        done = subprocess.run(
            command,
            pass_fds=[target.fileno()],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=2 * OPENING_SECONDS + effort.seconds + warmup,
            process_group=0,
            check=False,
        )
    except subprocess.TimeoutExpired as stuck:
        raise RelayError("the load generator did not end in time") from stuck
    if done.returncode:
        reason = done.stderr.strip() or f"the load generator ended with {done.returncode}"
        raise RelayError(reason)
    fields = json.loads(done.stdout)
    known = {field.name for field in dataclasses.fields(Reading)}
    reading = Reading(**{name: value for name, value in fields.items() if name in known})
    if reading.errors:
        raise RelayError(f"{reading.errors} connections failed or came back wrong")
    if scenario.mode != "idle" and not reading.units and not reading.bytes:
        raise RelayError("nothing came through")
    return reading


def measure(relay: Relay, scenario: Scenario, effort: Effort, generators: Generators) -> Reading:
    """Measure one relay in one scenario; raise RelayError if it fails.

    Everything is fresh each time, so that no measurement inherits memory, connections or a tuned
    buffer from the one before.
    """
    with (
        tempfile.TemporaryDirectory(prefix="portway-benchmark-") as folder,
        listening(udp=scenario.datagrams) as target,
    ):
        target_port: int = target.getsockname()[1]
        if relay.kind == "direct":
            return generate(generators, scenario, effort, target, target_port, [])
        connections = scenario.background + (4096 if scenario.datagrams else SPARE_CONNECTIONS)
        once = "once=1" in scenario.options
        wiring = Wiring(
            free_port(), target_port, connections, Path(folder), scenario.datagrams, once
        )
        command = relay.command(wiring)
        with running(
            command, wiring.listen, wiring.directory, relay.processes, udp=wiring.udp
        ) as pids:
            return generate(generators, scenario, effort, target, wiring.listen, pids)
