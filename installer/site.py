"""Portway's own part of a bundle: a wheel made of this checkout, unpacked, its engine compiled."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import zipfile
from typing import TYPE_CHECKING

from core.compiled import HOT, IN_C, PLAIN
from installer.project import ROOT, SITE, WORK, fail, say, tool

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ("core", "gui", "icons", "setup.py", "pyproject.toml", "README.md", "LICENSE")
BUILD = "import setuptools.build_meta as backend; backend.build_wheel('dist')"


def make_site(*, compiled: bool) -> None:
    """Build the wheel from a copy of the sources, so that nothing stale gets in, and unpack it."""
    source = WORK / "source"
    for folder in (source, SITE):
        shutil.rmtree(folder, ignore_errors=True)
    source.mkdir(parents=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "*.ts")
            shutil.copytree(ROOT / part, source / part, ignore=ignore)
        else:
            shutil.copy(ROOT / part, source / part)
    say(f"making the wheel, its engine {'compiled' if compiled else 'in plain Python'}")
    os.environ.pop(PLAIN, None)
    if compiled and os.name == "posix":
        # No debugging symbols, and no trace of where it was compiled.
        os.environ["CFLAGS"] = f"-g0 {shlex.quote(f'-ffile-prefix-map={source}=.')}"
        os.environ["LDFLAGS"] = "-Wl,-s"
    elif not compiled:
        os.environ[PLAIN] = "1"
    tool(sys.executable, "-c", BUILD, cwd=source, log=WORK / "wheel.log")
    (wheel,) = (source / "dist").glob("portway-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(SITE)
    missing = [module for module in (*HOT, *IN_C) if not is_compiled(module)]
    if compiled and missing:
        fail(f"not compiled: {', '.join(missing)}; the reason stands in {WORK / 'wheel.log'}")


def is_compiled(module: str) -> bool:
    """Whether a module, such as `core/engine/runner.py`, has its compiled form beside it."""
    path = SITE / module
    return any(path.parent.glob(f"{path.stem}.*.{'pyd' if os.name == 'nt' else 'so'}"))


def shared_parts() -> list[Path]:
    """What the compiled modules have in common: mypyc puts it beside the packages."""
    return sorted(SITE.glob("*__mypyc.*"))
