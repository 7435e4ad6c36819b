"""The engine's modules in C, for tests of the source: made by dev.py, used here one by one."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest

from core import compiled

if TYPE_CHECKING:
    from types import ModuleType


def in_c(name: str) -> ModuleType:
    """The module of the engine that has this name, compiled; skips the test where there is none."""
    found = list(compiled.folder().glob(f"core/engine/{name}.*"))
    if not found:
        pytest.skip("Linux alone has it in C, and where dev.py found a C compiler")
    spec = importlib.util.spec_from_file_location(f"core.engine.{name.replace('/', '.')}", found[0])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
