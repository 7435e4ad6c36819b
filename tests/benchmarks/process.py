"""Starts one relay as a child, waits until it accepts, ends it; knows no relay by name."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.system import LOOPBACK, process_tree

START_SECONDS = 10.0
END_SECONDS = 5.0
REPOSITORY = Path(__file__).parents[2]


class RelayError(Exception):
    """What was to be measured through a relay failed."""


class NotStartedError(RelayError):
    """A relay does not start: no use in trying it again."""


def _accepts(port: int, *, udp: bool) -> bool:
    if udp:  # whoever has the port bound reads from it; a datagram to ask would have to be answered
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                return True
        return False
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False


def _await_ready(
    child: subprocess.Popen[bytes], port: int, processes: int, log: Path, *, udp: bool
) -> list[int]:
    """Wait for the port to accept and for all worker processes; return the tree's ids."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if child.poll() is not None:
            said = log.read_text(errors="replace").strip().splitlines()
            reason = said[-1] if said else "it said nothing"
            raise NotStartedError(f"ended at once with status {child.returncode}: {reason}")
        if _accepts(port, udp=udp):
            tree = process_tree(child.pid)
            if len(tree) >= processes:
                return tree
        time.sleep(0.02)
    raise NotStartedError(f"did not accept connections within {START_SECONDS:.0f} s")


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(END_SECONDS)
    # The child leads a process group of its own, so this reaches workers that outlived it, and
    # nobody else.
    if sys.platform != "win32":  # said for type checkers, which run everywhere
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    port: int,
    directory: Path,
    processes: int = 1,
    *,
    udp: bool = False,
) -> Iterator[list[int]]:
    """Run a relay in the foreground while the block runs; yield its process ids.

    `port` is where it will listen, `processes` how many it consists of, `directory` takes its log.
    """
    log = directory / "relay.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=REPOSITORY,
            # Ctrl-C at a terminal goes to the harness alone, which then ends its children.
            process_group=0,
        )
    try:
        yield _await_ready(child, port, processes, log, udp=udp)
    finally:
        _end(child)
