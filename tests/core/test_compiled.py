"""The engine compiled: taken where it was made from this very source, else left alone."""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core import compiled, engine

ROOT = Path(compiled.__file__).resolve().parent.parent
WHICH = (
    "from core import compiled; compiled.adopt()\n"
    "from core.engine.tcp import side; print(side.__file__)"
)


def _comes_from(tree: Path, **environment: str) -> Path:
    """The file that a Portway started from this tree takes its hottest module from."""
    done = subprocess.run(
        [sys.executable, "-c", WHICH],
        cwd=tree,
        # Windows' own code page may lack letters of our folder.
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONUTF8": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return Path(done.stdout.strip())


needs_mypyc = pytest.mark.skipif(
    not any(compiled.folder().glob("core/engine/tcp/side.*")),
    reason="`dev.py test` found no C compiler",
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the source."""
    shutil.copytree(ROOT / "core", tmp_path / "core")
    return tmp_path


def test_every_module_to_be_compiled_is_there() -> None:
    for module in compiled.HOT:
        assert (ROOT / module).is_file()


def test_what_derives_from_a_compiled_class_is_compiled_too() -> None:
    """The others would raise a TypeError when they are made."""
    found = pkgutil.walk_packages(engine.__path__, "core.engine.")
    packages = [engine, *(importlib.import_module(module.name) for module in found)]
    hot = {module.removesuffix(".py").replace("/", ".") for module in compiled.HOT}
    for package in packages:
        for kind in vars(package).values():
            if isinstance(kind, type) and any(base.__module__ in hot for base in kind.__bases__):
                assert kind.__module__ in hot, kind


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_what_is_compiled_passes_the_compilers_look_at_types(system: str, tmp_path: Path) -> None:
    """As mypyc does; at the first complaint there would be no package for that system."""
    pytest.importorskip("mypy", reason="the lab for Windows has none")
    options = ["--config-file", os.devnull, "--ignore-missing-imports", "--platform", system]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", tmp_path, *options, *compiled.HOT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_byte_changed_in_the_engine_asks_for_another_folder(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "_ROOT", tree)
    before = compiled.folder()
    with (tree / "core" / "engine" / "tcp" / "side.py").open("a") as module:
        module.write("#\n")
    assert compiled.folder() != before


def test_with_nothing_compiled_the_source_runs(tree: Path) -> None:
    with (tree / "core" / "engine" / "engine.py").open("a") as module:
        module.write("# not what was compiled\n")
    assert _comes_from(tree) == tree / "core" / "engine" / "tcp" / "side.py"


@needs_mypyc
def test_what_was_compiled_from_this_source_runs_unless_told_not_to() -> None:
    module = _comes_from(ROOT)
    assert module.is_relative_to(compiled.folder())
    assert module.suffix in (".so", ".pyd")
    plain = _comes_from(ROOT, **{compiled.PLAIN: "1"})
    assert plain == ROOT / "core" / "engine" / "tcp" / "side.py"


# Those that reach into the engine with substitutes of their own need the source.
OUTSIDE = (
    "test_accepting",
    "test_limits",
    "test_moving_bytes",
    "udp/test_both",
    "udp/test_passing",
)


@needs_mypyc
@pytest.mark.timeout(180)
def test_compiled_it_does_the_same() -> None:
    stories = [f"tests/core/engine/{name}.py" for name in OUTSIDE]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.core.adopting", *stories],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
