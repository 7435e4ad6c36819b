"""Compiles the engine's hot modules for a wheel or a bundle; all else stands in pyproject.toml.

Without mypyc, or without a C compiler, everything works all the same, as plain Python.
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
        return []
    found = mypycify([*HOT, "--config-file", os.devnull, "--ignore-missing-imports"], opt_level="3")
    for source in IN_C:
        name = source.removesuffix(".c").replace("/", ".")
        found.append(Extension(name, [source], extra_compile_args=["-O2", "-Wall", "-Wextra"]))
    for extension in found:
        extension.optional = True
    return list(found)


setup(ext_modules=extensions())
