"""Compiles the engine's hot modules for a wheel or a bundle; all else stands in pyproject.toml.

Without mypyc the modules in C are compiled alone, and without a C compiler nothing is: everything
works all the same, as plain Python.
"""

import os
import sys
from pathlib import Path

from setuptools import Extension, setup

sys.path.insert(0, str(Path(__file__).parent))
from core.compiled import HOT, IN_C, PLAIN


def extensions() -> list[Extension]:
    """The compiled modules; none for an installation that is to follow edits of the source."""
    if os.environ.get(PLAIN) or "editable_wheel" in sys.argv:
        return []
    try:
        from mypyc.build import mypycify
    except ImportError:
        found = []
    else:
        options = ["--config-file", os.devnull, "--ignore-missing-imports"]
        found = mypycify([*HOT, *options], opt_level="3")
    for source in IN_C:
        name = source.removesuffix(".c").replace("/", ".")
        # Named, they are in an archive of the source, too.
        headers = [header.as_posix() for header in sorted(Path(source).parent.glob("*.h"))]
        options = ["-O2", "-Wall", "-Wextra"]
        found.append(Extension(name, [source], depends=headers, extra_compile_args=options))
    for extension in found:
        extension.optional = True
    return list(found)


setup(ext_modules=extensions())
