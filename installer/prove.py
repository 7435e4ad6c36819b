"""The frozen program proves itself before it is packed, and how soon its window is there."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil

from core.compiled import HOT, IN_C
from installer.budget import START_SECONDS
from installer.bundle import CONSOLE
from installer.project import fail, say
from installer.screen import screen

if TYPE_CHECKING:
    from pathlib import Path

STARTS = 5
"""The best counts: what disturbs a machine only ever makes a start slower."""
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Proof:
    """What one `--self-test` said."""

    status: int
    text: str
    window_after: float
    """Seconds from the start to the window on the screen; 0 without one."""
    processor: float
    """So much of that time its process ran; the rest it waited, for the disk or for its turn."""

    @property
    def complete(self) -> bool:
        """Whether it showed a window, relayed, and ended well."""
        kinds = [line.split(":")[0] for line in self.text.splitlines()]
        wanted = ["ok      program", "ok      window", "ok      relay", "Portway works."]
        return self.status == 0 and kinds == wanted and self.window_after > 0


def self_test(program: Path, more: dict[str, str]) -> Proof:
    """Run it once, its lines timed as they come."""
    began = time.perf_counter()
    lines, window_after, processor = [], 0.0, 0.0
    with subprocess.Popen(
        [program, "--self-test"], env={**os.environ, **more}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
    ) as child:  # fmt: skip
        assert child.stdout is not None
        for line in child.stdout:
            lines.append(line)
            if line.startswith("ok      window: shown"):
                window_after = time.perf_counter() - began
                processor = sum(psutil.Process(child.pid).cpu_times()[:2])
        status = child.wait(PATIENCE)
    return Proof(status, "".join(lines), window_after, processor)


def prove(bundle: Path, *, compiled: bool) -> float:
    """Fail the build unless the program works, and its window comes in time; gives the seconds.

    Its engine must be in the form that was asked for: a bundle that falls back works, too, slower.
    """
    engine = f"compiled, {len((*HOT, *IN_C))} modules" if compiled else "in plain Python"
    windows = sys.platform == "win32"
    program = bundle / (CONSOLE if windows else "portway")
    proofs = []
    with screen() as more:
        for _ in range(STARTS):
            proof = self_test(program, more)
            if not proof.complete:
                fail(f"the frozen program, status {proof.status}, said:\n{proof.text}")
            if f"engine {engine}," not in proof.text:
                fail(f"its engine is not {engine}:\n{proof.text}")
            proofs.append(proof)
        if windows:  # the one without a console can only tell by its status
            command = [str(bundle / "Portway.exe"), "--self-test"]
            done = subprocess.run(command, check=False, timeout=PATIENCE)
            if done.returncode:
                fail(f"Portway.exe --self-test ended with status {done.returncode}")
    say(proof.text.replace("\n", "\n       ").rstrip())
    return judge(proofs, START_SECONDS[sys.platform], busy=is_busy())


def is_busy() -> bool:
    """Whether others want all that this machine has."""
    if sys.platform == "win32":  # it counts nobody who waits: is anything of a second left over?
        before = _idle_and_all()
        time.sleep(1)
        idle, every = (now - then for now, then in zip(_idle_and_all(), before, strict=True))
        return idle < every / 10
    return psutil.getloadavg()[0] > (psutil.cpu_count() or 1)


def _idle_and_all() -> tuple[int, int]:
    """How long the processors of this Windows have had nothing to do, and how long they were on.

    psutil asks for counters that may be switched off, and that Wine has not.
    """
    idle, kernel, user = (ctypes.c_uint64() for _ in range(3))
    windows: Any = ctypes
    windows.windll.kernel32.GetSystemTimes(*map(ctypes.byref, (idle, kernel, user)))
    return idle.value, kernel.value + user.value  # being idle counts as the kernel's


def judge(proofs: list[Proof], limit: float, *, busy: bool) -> float:
    """Fail the build if even the best start was too slow; gives its seconds.

    On a busy machine the clock measures the others, so there the processor's time counts.
    """
    clock = min(proof.window_after for proof in proofs)
    processor = min(proof.processor for proof in proofs)
    said = (
        f"the window is there after {clock:.2f} s, {processor:.2f} s of them of the processor, the "
        f"best of {len(proofs)} starts; the budget is {limit:g} s"
    )
    if clock > limit and not (busy and processor <= limit):
        fail(said)
    say(f"{said}{' (this machine is busy)' if clock > limit else ''}")
    return clock
