"""`--quit` ends the Portway of a profile, window and all, and says whether there was one."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from core.instance.client import greet
from tests.core.cli.program import REPOSITORY, run
from tests.support import PATIENCE, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def window(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The desktop program on a profile of its own, its channel open."""
    command = [sys.executable, "-m", "gui", "--profile", str(tmp_path)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, stderr=subprocess.DEVNULL
    ) as child:
        try:
            assert eventually(lambda: greet(tmp_path) is not None, seconds=PATIENCE)
            yield child
        finally:
            child.kill()


def test_without_a_running_one_there_is_nothing_to_do(tmp_path: Path) -> None:
    done = run("--profile", str(tmp_path), "--quit")
    assert done.child.returncode == 0
    assert done.out == ["Portway is not running."]
    assert list(tmp_path.glob("mappings*")) == []


@pytest.mark.parametrize("module", ["core", "gui"])
def test_a_running_one_has_ended_when_it_returns(
    module: str, window: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    done = run("--profile", str(tmp_path), "--quit", module=module)
    assert done.child.returncode == 0, done.err
    (line,) = done.out
    assert line == f"Portway, process {window.pid}, has ended."
    assert window.wait(PATIENCE) == 0
