"""What Portway's modules import, read from their source: a compiled module does not tell."""

from __future__ import annotations

import ast
from importlib.util import find_spec
from typing import TYPE_CHECKING

from installer.contents import OTHER_SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def imported(source: str) -> Iterator[str]:
    """The absolute imports of a module, those of its `TYPE_CHECKING` blocks left out."""
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=orelse):
                waiting += orelse
                continue
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield module
                # Each may be a module of its own; who collects drops those that are none.
                yield from (f"{module}.{name.name}" for name in names)
        waiting += ast.iter_child_nodes(node)


def own_modules(site: Path) -> list[str]:
    """The names of all modules of `core` and `gui` in this folder."""
    return sorted(
        ".".join(path.relative_to(site).with_suffix("").parts).removesuffix(".__init__")
        for package in ("core", "gui")
        for path in (site / package).rglob("*.py")
    )


def absent(site: Path, platform: str) -> list[str]:
    """What our modules import and the Python that builds has not.

    It would be left out, and the first to hear of it a user who comes to that module.
    """
    paths = [path for part in ("core", "gui") for path in (site / part).rglob("*.py")]
    modules = [path.relative_to(site).as_posix() for path in paths]
    tops = {name.partition(".")[0] for name in wanted_by(site, modules)}
    own = {"core", "gui"} | OTHER_SYSTEM[platform]
    return sorted(name for name in tops - own if find_spec(name) is None)


def wanted_by(site: Path, modules: list[str]) -> list[str]:
    """Everything those modules import, for the ones whose imports nobody else can see."""
    found: set[str] = set()
    for module in modules:
        found.update(imported((site / module).read_text(encoding="utf-8")))
    return sorted(found)
