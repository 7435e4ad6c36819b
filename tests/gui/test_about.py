"""About: what a report needs, and a licence for everything that is shipped."""

from __future__ import annotations

import re
import sys
import threading
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shiboken6
from PySide6.QtGui import QGuiApplication

import gui.about
from core.version import version
from gui.about import About, version_information
from gui.licences import PACKAGES, Licence, licences
from tests.support import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


@pytest.fixture
def about(qtbot: QtBot, make_desktop: MakeDesktop) -> About:
    desktop = make_desktop()
    desktop.start(hidden=False)
    desktop.actions.about.trigger()
    (about,) = desktop.window.findChildren(About)
    qtbot.waitUntil(lambda: about.parts.count() > 0)
    return about


def test_every_dependency_is_among_the_licences() -> None:
    needed = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["dependencies"]
    if sys.platform == "win32":
        needed = [one for one in needed if "'linux'" not in one]
    names = {re.split(r"[<>=~; ]", one)[0].replace("-", "_").lower() for one in needed}
    assert names <= {name.lower() for name in PACKAGES}


def test_each_part_has_a_version_a_licence_and_a_text() -> None:
    for part in licences():
        assert part.version, part.name
        assert part.licence, part.name
        assert len(part.text) > 40, part.name


def test_the_texts_are_those_of_the_packages() -> None:
    texts = {part.name: part.text for part in licences()}
    assert texts["Portway"].startswith("MIT License")
    assert "Redistribution and use" in texts["msgspec"]
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in texts["Python"]
    assert "LGPL" not in texts["msgspec"]
    assert "Lesser General Public License" in texts["Qt"]


def test_a_bundle_without_metadata_still_names_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "metadata", missing)
    monkeypatch.setattr(metadata, "files", missing)
    parts = {part.name: part for part in licences()}
    assert parts["msgspec"].text == "https://pypi.org/project/msgspec/\n"


def test_the_licences_are_shown_part_by_part(about: About) -> None:
    assert about.parts.count() == 3 + len(PACKAGES)
    assert about.text.toPlainText().startswith(f"Portway {version()}: MIT")
    about.parts.setCurrentRow(2)
    assert about.text.toPlainText().startswith("Qt ")


def test_a_disk_that_is_slower_than_the_person_is_no_fault(
    qtbot: QtBot, make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go, readers = threading.Event(), []

    def read() -> tuple[Licence, ...]:
        readers.append(threading.current_thread())
        assert may_go.wait(PATIENCE)
        return licences()

    monkeypatch.setattr(gui.about, "licences", read)
    desktop = make_desktop()
    desktop.start(hidden=False)
    desktop.actions.about.trigger()
    qtbot.waitUntil(lambda: bool(readers))
    (about,) = desktop.window.findChildren(About)
    about.reject()
    qtbot.waitUntil(lambda: not shiboken6.isValid(about))
    may_go.set()
    readers[0].join(PATIENCE)  # an exception in it would fail this test


def test_version_information_is_copied_and_said_to_be(
    qtbot: QtBot, about: About, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gui.about, "COPIED_MS", 1)
    about.copy.trigger()
    assert about.copy.text() == "Copied"
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == f"Portway {version()}"
    assert "Qt " in lines[1]
    assert QGuiApplication.clipboard().text() == version_information()
    qtbot.waitUntil(lambda: about.copy.text() == "Copy &version information")
