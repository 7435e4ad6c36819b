"""core stands alone: no module of it needs Qt or the window, on any path that can be seen."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import core

REPOSITORY = Path(__file__).parents[2]
SOURCES = sorted(Path(core.__file__).parent.rglob("*.py"))
MODULES = [
    ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
    for path in SOURCES
]
FORBIDDEN = {"PySide6", "shiboken6", "gui"}

IMPORT_ALL = """
import importlib, json, sys
blocked, names = json.loads(sys.argv[1])
for name in blocked:
    sys.modules[name] = None  # importing it raises ImportError (sys.modules)
for name in names:
    importlib.import_module(name)
"""


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY, capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


def test_every_module_of_core_can_be_imported_where_there_is_no_qt() -> None:
    names = [name for name in MODULES if not name.endswith("__main__")]  # that one runs
    assert len(names) > 30
    ended = _run("-W", "error", "-c", IMPORT_ALL, json.dumps([sorted(FORBIDDEN), names]))
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("path", SOURCES, ids=MODULES)
def test_no_module_of_core_names_qt_or_the_window_in_an_import(path: Path) -> None:
    # Also one inside a function, which importing the module would not show.
    for node in ast.walk(ast.parse(path.read_bytes())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            names = [node.module or ""]
        assert not {name.partition(".")[0] for name in names} & FORBIDDEN


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--version"], 0),
        (["--help"], 0),
        (["forward", "--help"], 0),
        (["forward", "8080", "nonsense"], 2),
        (["forward", "192.0.2.1:8080", "127.0.0.1:9"], 1),
        (["--profile", "there-is-none", "run"], 1),
    ],
)
def test_the_desktop_program_loads_no_qt_for_a_command(words: list[str], status: int) -> None:
    block = "import sys; sys.modules.update(PySide6=None, shiboken6=None); sys.argv[0] = 'portway'"
    start = "from gui.__main__ import main; sys.exit(main())"
    ended = _run("-c", f"{block}; {start}", *words)
    assert ended.returncode == status
    assert "Traceback" not in ended.stderr


def test_help_is_there_before_an_engine_is_loaded() -> None:
    ended = _run("-X", "importtime", "-m", "core", "--help")
    assert ended.returncode == 0
    loaded = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
    assert "core.cli.parser" in loaded
    assert not {name for name in loaded if name.startswith(("core.engine", "psutil", "msgspec"))}


def test_lint_holds_this_too(tmp_path: Path) -> None:
    ruff = Path(sys.executable).with_name("ruff")
    if not ruff.exists() and not ruff.with_suffix(".exe").exists():
        pytest.skip("ruff is not installed beside this Python")
    for source in ("from PySide6.QtCore import QObject", "import gui.app", "import asyncio"):
        ended = subprocess.run(
            [ruff, "check", "--no-cache", "--select", "TID251", "--output-format", "concise",
             "--stdin-filename", "core/system/made_up.py", "-"],
            cwd=REPOSITORY, input=source, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert "TID251" in ended.stdout, source
