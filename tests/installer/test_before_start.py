"""What runs first in the frozen program, with PyInstaller's part of it stood in for."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from installer.project import HERE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of Linux")

FROZEN = """\
import os, runpy, sys, types
hook, file = sys.argv[1:]
archive = types.SimpleNamespace(_filename=file)
sys.modules["pyimod02_importers"] = types.SimpleNamespace(pyz_archive=archive)
runpy.run_path(hook)
os.replace(f"{file}.dpkg-new", file)
print(open(archive._filename).read(), os.environ.get("LD_LIBRARY_PATH", "unset"))
"""


@pytest.mark.parametrize(("theirs", "left"), [("/opt/theirs", "/opt/theirs"), (None, "unset")])
def test_a_program_upgraded_while_it_runs_reads_on_in_its_own_version(
    tmp_path: Path, theirs: str | None, left: str
) -> None:
    program = tmp_path / "portway"
    program.write_text("running")
    program.with_name("portway.dpkg-new").write_text("newer")
    environment = {**os.environ, "LD_LIBRARY_PATH": "/bundle"}
    if theirs is not None:
        environment["LD_LIBRARY_PATH_ORIG"] = theirs
    done = subprocess.run(
        [sys.executable, "-c", FROZEN, HERE / "before_start.py", program],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    # What it starts finds its own libraries, too, not those of the bundle.
    assert done.stdout.split() == ["running", left]
    assert program.read_text() == "newer"
