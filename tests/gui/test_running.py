"""`run`, from the command line's request to the exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

import gui.app
from core.config.paths import MAPPINGS_FILE
from core.config.store import Profile, Store
from core.message import PortwayError
from gui.desktop import Desktop
from gui.instance import OneInstance
from tests.gui.examples import mapping
from tests.gui.fake_engine import FakeEngine

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> list[str]:
    """What a person at the screen is told before there is a window."""
    texts: list[str] = []
    monkeypatch.setattr(gui.app, "make_application", lambda: qapp)
    monkeypatch.setattr(QMessageBox, "exec", lambda box: texts.append(box.text()))
    return texts


def test_it_runs_until_it_is_quit_and_frees_the_profile(
    qtbot: QtBot, told: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[Desktop] = []

    class Watched(Desktop):
        """Over a fake engine, and quit as soon as it runs."""

        def start(self, *, hidden: bool) -> None:
            """Start, and quit from within the event loop."""
            super().start(hidden=hidden)
            made.append(self)
            QTimer.singleShot(0, self.actions.quit.trigger)

    plain_init = Desktop.__init__
    monkeypatch.setattr(
        Desktop,
        "__init__",
        lambda self, app, store, loaded: plain_init(self, app, store, loaded, FakeEngine),
    )
    monkeypatch.setattr(gui.app, "Desktop", Watched)
    Store(tmp_path).save(Profile(mappings=(mapping("Web"),)))
    assert gui.app.run(tmp_path, demo=True) == 0
    (desktop,) = made
    assert desktop.ended
    assert "demo" in desktop.window.messages.notes[0].text
    assert told == []
    again = OneInstance(tmp_path)
    assert again.claim().value == "first"
    again.release()
    desktop.window.deleteLater()
    desktop.deleteLater()


def test_a_second_run_ends_at_once_with_success(
    told: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = OneInstance(tmp_path)
    first.claim()
    assert gui.app.run(tmp_path, hidden=True) == 0
    assert told == []
    first.release()


def test_a_first_one_that_does_not_answer_is_told(
    told: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = OneInstance(tmp_path)
    first.claim()
    monkeypatch.setattr("gui.instance.PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr("gui.instance.ANSWER_MS", 50)
    with pytest.raises(PortwayError, match="does not answer"):
        gui.app.run(tmp_path)
    assert "does not answer" in told[0]
    first.release()


def test_a_profile_that_cannot_be_read_is_told_and_left_alone(
    told: list[str], tmp_path: Path
) -> None:
    (tmp_path / MAPPINGS_FILE).mkdir()
    with pytest.raises(PortwayError, match="Cannot read"):
        gui.app.run(tmp_path)
    assert "Cannot read" in told[0]
    assert (tmp_path / MAPPINGS_FILE).is_dir()


def test_a_folder_that_cannot_be_made_is_told(told: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PortwayError, match="Cannot use the folder"):
        gui.app.run(tmp_path / "file" / "profile")
    assert "Cannot use the folder" in told[0]
