"""When the frozen program counts as proven, and when its window comes soon enough."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from installer.prove import Proof, judge, self_test

if TYPE_CHECKING:
    from pathlib import Path

WELL = "ok      program: x\nok      window: shown\nok      relay: x\nPortway works.\n"


def start(clock: float, processor: float) -> Proof:
    return Proof(0, WELL, clock, processor)


def test_the_best_start_counts() -> None:
    assert judge([start(9, 9), start(0.5, 0.4)], 1.0, busy=False) == 0.5


def test_too_slow_is_too_slow() -> None:
    with pytest.raises(SystemExit, match="the budget is 1 s"):
        judge([start(1.1, 0.4)], 1.0, busy=False)


def test_on_a_busy_machine_the_processor_s_time_counts() -> None:
    assert judge([start(5, 0.9)], 1.0, busy=True) == 5
    with pytest.raises(SystemExit, match="the budget is 1 s"):
        judge([start(5, 1.1)], 1.0, busy=True)


@pytest.mark.parametrize(
    "proof",
    [
        Proof(1, WELL, 0.5, 0.5),
        Proof(0, WELL, 0.0, 0.0),
        Proof(0, WELL.replace("ok      relay", "FAILED  relay"), 0.5, 0.5),
        Proof(0, "ok      program: x\nPortway works.\n", 0.5, 0.5),
    ],
)
def test_whatever_is_missing_the_program_is_not_proven(proof: Proof) -> None:
    assert not proof.complete
    assert start(0.5, 0.5).complete


@pytest.mark.skipif(sys.platform == "win32", reason="a script in place of the program")
def test_the_window_is_timed_when_its_line_comes(tmp_path: Path) -> None:
    program = tmp_path / "portway"
    lines = WELL.replace("shown", "shown on xcb").splitlines()
    program.write_text("#!/bin/sh\n" + "".join(f"echo '{line}'\n" for line in lines))
    program.chmod(0o755)
    proof = self_test(program, {})
    assert proof.complete
    assert 0 < proof.window_after < 20
