"""Finds a C compiler and builds this folder's two C programs; knows nothing of what they do."""

import os
import shutil
import subprocess
from pathlib import Path

SOURCES = Path(__file__).parent


class CompilerError(Exception):
    """There is no C compiler, or it refused a source."""


def find_compiler() -> str | None:
    """Return the C compiler to use: `$CC` if that is a program, else the first one found."""
    for name in (os.environ.get("CC", ""), "cc", "gcc", "clang"):
        if name and (path := shutil.which(name)):
            return path
    return None


def build(program: str, directory: Path) -> Path:
    """Compile PROGRAM.c into `directory` and return the executable's path."""
    compiler = find_compiler()
    if compiler is None:
        raise CompilerError("no C compiler found (looked for $CC, cc, gcc, clang)")
    target = directory / program
    source = SOURCES / f"{program}.c"
    done = subprocess.run(
        [compiler, "-O2", "-std=gnu11", "-o", target, source],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise CompilerError(f"{compiler} cannot build {source.name}:\n{done.stderr.strip()}")
    return target
