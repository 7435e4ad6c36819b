"""The installed program: a wheel has every module and drawing, and starts from anywhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

from core.version import version

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.timeout(300)  # mypyc and the C compiler: a minute, and more beside others


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what packages are made of."""
    source = tmp_path_factory.mktemp("source")
    for name in ("core", "gui", "icons"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    return source


@pytest.fixture(scope="module")
def installed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a wheel of this checkout installs."""
    build = "import setuptools.build_meta as backend; backend.build_wheel('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    (wheel,) = (source / "dist").glob("portway-*.whl")
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_every_module_and_drawing_is_in_it(installed: Path) -> None:
    for package in ("core", "gui"):
        for module in (ROOT / package).rglob("*.py"):
            assert (installed / module.relative_to(ROOT)).is_file(), module
    for drawing in (ROOT / "icons").rglob("*.svg"):
        assert (installed / "gui" / drawing.relative_to(ROOT)).is_file(), drawing


@pytest.mark.skipif(sys.platform != "linux", reason="there is nothing in C elsewhere")
def test_an_archive_of_the_source_has_all_that_is_compiled(source: Path) -> None:
    build = "import setuptools.build_meta as backend; backend.build_sdist('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    (file,) = (source / "dist").glob("portway-*.tar.gz")
    with tarfile.open(file) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    wanted = [path for kind in "ch" for path in (ROOT / "core").rglob(f"*.{kind}")]
    assert wanted
    assert {path.relative_to(ROOT).as_posix() for path in wanted} <= packed


def test_it_starts_from_any_folder_and_knows_its_version(installed: Path, tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(installed)!r})\n"
        "from gui.__main__ import main; main(['--version'])"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"portway {version()}"


def test_its_commands_lead_to_the_program(installed: Path) -> None:
    (names,) = installed.glob("portway-*.dist-info/entry_points.txt")
    commands = ConfigParser()
    commands.read(names)
    assert commands["console_scripts"]["portway"] == "gui.__main__:main"
    assert commands["gui_scripts"]["portway-gui"] == "gui.__main__:main"
