"""`run`, from the command line's request to the exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

import gui.app
from core.cli.main import DesktopRequest
from core.config.paths import MAPPINGS_FILE
from core.config.store import Profile, Store
from core.instance.claim import Instance, claim, claim_for_serving, claim_for_window
from core.instance.lock import Kind
from core.instance.messages import Done, Raise, Reply, Request
from core.message import PortwayError
from gui import __main__ as way_in
from gui.desktop import Desktop
from tests.gui.examples import mapping
from tests.gui.fake_engine import FakeEngine
from tests.support import PATIENCE

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> list[str]:
    """What a person at the screen is told before there is a window."""
    texts: list[str] = []
    monkeypatch.setattr(gui.app, "make_application", lambda: qapp)
    monkeypatch.setattr(QMessageBox, "exec", lambda box: texts.append(box.text()))
    return texts


def use(monkeypatch: pytest.MonkeyPatch, kind: type[Desktop]) -> None:
    """Have this desktop run, over a fake engine."""
    plain_init = Desktop.__init__
    monkeypatch.setattr(
        Desktop,
        "__init__",
        lambda self, app, store, loaded: plain_init(self, app, store, loaded, FakeEngine),
    )
    monkeypatch.setattr(gui.app, "Desktop", kind)


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

    use(monkeypatch, Watched)
    Store(tmp_path).save(Profile(mappings=(mapping("Web"),)))
    (tmp_path / ".mappings-0123456789abcdef.tmp").touch()  # of a save that was killed
    (tmp_path / MAPPINGS_FILE).chmod(0o644)  # as an editor leaves it
    instance = claim_for_window(tmp_path)
    assert instance is not None
    assert gui.app.run(instance, demo=True) == 0
    assert not list(tmp_path.glob(".mappings-*"))
    if os.name == "posix":
        assert (tmp_path / MAPPINGS_FILE).stat().st_mode & 0o077 == 0
    (desktop,) = made
    assert desktop.ended
    assert "demo" in desktop.window.messages.notes[0].text
    assert told == []
    again = claim(tmp_path, Kind.WINDOW)
    assert isinstance(again, Instance)
    again.release()
    desktop.window.deleteLater()
    desktop.deleteLater()


@pytest.mark.usefixtures("told")
def test_an_exception_while_it_runs_is_told_and_it_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[Desktop] = []

    class Broken(Desktop):
        """Has a fault in a slot, and is quit once the window says so."""

        def start(self, *, hidden: bool) -> None:
            """Start, and go wrong from within the event loop."""
            super().start(hidden=hidden)
            made.append(self)
            self.faults.found.connect(self.actions.quit.trigger, Qt.ConnectionType.QueuedConnection)
            QTimer.singleShot(0, self.go_wrong)
            QTimer.singleShot(int(PATIENCE * 1000), self, self.actions.quit.trigger)

        def go_wrong(self) -> None:
            """Raise what nobody expects."""
            raise RuntimeError("not expected")

    use(monkeypatch, Broken)
    hook = sys.excepthook
    instance = claim_for_window(tmp_path)
    assert instance is not None
    assert gui.app.run(instance) == 0
    (desktop,) = made
    assert [note.key for note in desktop.window.messages.notes] == ["fault"]
    assert "not expected" in desktop.troubles.report
    assert sys.excepthook is hook
    desktop.window.deleteLater()
    desktop.deleteLater()


def test_a_second_start_raises_the_first_and_ends_at_once_with_success(
    told: list[str], tmp_path: Path
) -> None:
    asked: list[Request] = []
    first = claim_for_window(tmp_path)
    assert first is not None

    def answer(request: Request) -> Reply:
        asked.append(request)
        return Done()

    first.serve(answer)
    assert way_in._desktop(DesktopRequest(tmp_path)) == 0
    assert asked == [Raise()]
    assert way_in._desktop(DesktopRequest(tmp_path, hidden=True)) == 0
    assert asked == [Raise()]
    assert told == []
    first.release()


def test_one_without_a_window_in_the_way_is_told(told: list[str], tmp_path: Path) -> None:
    first = claim_for_serving(tmp_path)
    with pytest.raises(PortwayError, match="“portway run” serves the profile"):
        way_in._desktop(DesktopRequest(tmp_path))
    assert "“portway run” serves the profile" in told[0]
    first.release()


def test_a_profile_that_cannot_be_read_is_told_and_left_alone(
    told: list[str], tmp_path: Path
) -> None:
    (tmp_path / MAPPINGS_FILE).mkdir()
    with pytest.raises(PortwayError, match="Cannot read"):
        way_in._desktop(DesktopRequest(tmp_path))
    assert "Cannot read" in told[0]
    assert (tmp_path / MAPPINGS_FILE).is_dir()
    claim_for_serving(tmp_path).release()


def test_a_folder_that_cannot_be_made_is_told(told: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PortwayError, match="Cannot use the folder"):
        way_in._desktop(DesktopRequest(tmp_path / "file" / "profile"))
    assert "Cannot use the folder" in told[0]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "way",
    [
        "quit",
        "session",
        pytest.param(
            "SIGTERM",
            marks=pytest.mark.skipif(os.name == "nt", reason="on Windows it just ends a process"),
        ),
    ],
)
def test_after_a_copy_it_ends_with_status_0(tmp_path: Path, way: str) -> None:
    """What Python left on a clipboard was freed after Python was gone, and crashed."""
    Store(tmp_path).save(Profile(mappings=(mapping("Web", enabled=False),)))
    done = subprocess.run(
        [sys.executable, "-m", "tests.gui.copy_and_quit", str(tmp_path), way],
        cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True,
        text=True, check=False, timeout=100,
    )  # fmt: skip
    assert "example.org:80" in done.stdout, f"nothing was copied: {done.stderr}"
    assert done.returncode == 0, done.stderr
