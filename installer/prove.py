"""The frozen program proves itself before it is packed, and how soon its window is there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    window_after: float | None
    """Seconds from the start to the window on the screen."""

    @property
    def complete(self) -> bool:
        """Whether it showed a window, relayed, and ended well."""
        kinds = [line.split(":")[0] for line in self.text.splitlines()]
        wanted = ["ok      program", "ok      window", "ok      relay", "Portway works."]
        return self.status == 0 and kinds == wanted and self.window_after is not None


def self_test(program: Path, more: dict[str, str]) -> Proof:
    """Run it once, its lines timed as they come."""
    began = time.perf_counter()
    lines, window_after = [], None
    with subprocess.Popen(
        [program, "--self-test"], env={**os.environ, **more}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
    ) as child:  # fmt: skip
        assert child.stdout is not None
        for line in child.stdout:
            lines.append(line)
            if line.startswith("ok      window: shown"):
                window_after = time.perf_counter() - began
        status = child.wait(PATIENCE)
    return Proof(status, "".join(lines), window_after)


def prove(bundle: Path) -> float:
    """Fail the build unless the program works and its window comes in time; gives the seconds."""
    windows = sys.platform == "win32"
    program = bundle / (CONSOLE if windows else "portway")
    times = []
    with screen() as more:
        for _ in range(STARTS):
            proof = self_test(program, more)
            if not proof.complete or proof.window_after is None:
                fail(f"the frozen program, status {proof.status}, said:\n{proof.text}")
            times.append(proof.window_after)
        if windows:  # the one without a console can only tell by its status
            command = [str(bundle / "Portway.exe"), "--self-test"]
            done = subprocess.run(command, check=False, timeout=PATIENCE)
            if done.returncode:
                fail(f"Portway.exe --self-test ended with status {done.returncode}")
    say(proof.text.replace("\n", "\n       ").rstrip())
    best, limit = min(times), START_SECONDS[sys.platform]
    said = f"the window is there after {best:.2f} s at best, {max(times):.2f} s at worst"
    if best > limit:
        fail(f"{said}; the budget is {limit:g} s")
    say(f"{said} of {STARTS} starts; the budget is {limit:g} s")
    return best
