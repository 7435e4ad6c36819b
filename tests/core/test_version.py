"""There is one version, and every form of the program knows it."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import core.version
from core.version import version

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder above an installed core, of version 9.8.7."""
    monkeypatch.setattr(core.version, "__file__", str(tmp_path / "core" / "version.py"))
    monkeypatch.setattr(metadata, "version", lambda name: {"portway": "9.8.7"}[name])
    version.cache_clear()
    yield tmp_path
    version.cache_clear()


def test_a_checkout_has_the_version_of_its_project_file() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    assert version() == project["project"]["version"]


def test_an_installed_copy_has_the_version_of_its_package(installed: Path) -> None:
    assert list(installed.iterdir()) == []
    assert version() == "9.8.7"


@pytest.mark.parametrize(
    "stray", ['[project]\nname = "other"\nversion = "1"', "[tool.ruff]", "[project]\nversion = '1'"]
)
def test_another_projects_file_beside_an_installed_copy_does_not_matter(
    installed: Path, stray: str
) -> None:
    (installed / "pyproject.toml").write_text(stray)
    assert version() == "9.8.7"
