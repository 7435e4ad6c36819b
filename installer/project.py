"""What every step of a build shares: the places, the version, the time stamp, running tools."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from core.version import version

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "installer"
WORK = ROOT / "build" / ("windows" if sys.platform == "win32" else "linux")
"""What is made on the way."""
SITE = WORK / "site"
"""Portway as a wheel installs it; all else is packed from here."""
DIST = ROOT / "dist"
"""What people download."""

VERSION = version()
PUBLISHER = "The Portway authors"
SUMMARY = "Port forwarder for the desktop"
HOME_PAGE = "https://portway.invalid/"
"""Until there is one: a name that can never be anybody else's."""


def say(text: str) -> None:
    """Tell whoever builds what is going on."""
    print(f"build: {text}", flush=True)


def fail(text: str) -> NoReturn:
    """End the build; nothing that failed is to be shipped."""
    sys.exit(f"build: FAILED: {text}")


@cache
def epoch() -> int:
    """The one moment that all files bear: of SOURCE_DATE_EPOCH, else of the commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    asked = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        return int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        fail("this is no git checkout, so set SOURCE_DATE_EPOCH (seconds since 1970)")


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What tools run with: nothing in their output may depend on when or where."""
    fixed = {
        "SOURCE_DATE_EPOCH": str(epoch()), "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    return {**os.environ, **fixed, **(more or {})}


def tool(*command: str | Path, cwd: Path | None = None, log: Path | None = None) -> str:
    """Run one tool to its end; gives what it said, or fails the build with it."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=cwd, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, text=True, check=False, encoding="utf-8", errors="replace",
    )  # fmt: skip
    if log is not None:
        log.write_text(done.stdout, encoding="utf-8")
    if done.returncode:
        fail(f"{' '.join(words)}\n{done.stdout[-6000:]}")
    return done.stdout


def set_times(folder: Path) -> None:
    """Give a folder and all in it the one moment, and rights that do not depend on the umask."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_symlink():
            os.utime(path, (epoch(), epoch()), follow_symlinks=False)
            continue
        executable = path.is_dir() or (path.stat().st_mode & 0o100 and ".so" not in path.name)
        path.chmod(0o755 if executable else 0o644)
        os.utime(path, (epoch(), epoch()))
    folder.chmod(0o755)
    os.utime(folder, (epoch(), epoch()))
