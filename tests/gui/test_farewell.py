"""The uninstaller's question: an accident removes nothing, and only a tick removes the mappings."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QMessageBox, QPushButton

import gui.__main__
from core.cli.main import main
from gui.farewell import CANCEL, KEEP, REMOVE, Farewell
from gui.language import use

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def answered(farewell: Farewell, how: Callable[[QMessageBox], object]) -> str:
    QTimer.singleShot(0, farewell.box, lambda: how(farewell.box))
    return farewell.ask()


def press(text: str) -> Callable[[QMessageBox], None]:
    def pressed(box: QMessageBox) -> None:
        next(one for one in box.findChildren(QPushButton) if one.text() == text).click()

    return pressed


def test_removing_keeps_the_mappings_unless_told_otherwise(qtbot: QtBot, tmp_path: Path) -> None:
    farewell = Farewell(tmp_path)
    qtbot.addWidget(farewell.box)
    check = farewell.box.checkBox()
    assert isinstance(check, QCheckBox)
    assert not check.isChecked()
    assert str(tmp_path) in check.text()
    assert answered(farewell, press("Remove")) == KEEP
    check.setChecked(True)
    assert answered(farewell, press("Remove")) == REMOVE


@pytest.mark.parametrize("how", [press("Cancel"), QMessageBox.close, QMessageBox.reject])
def test_any_other_way_out_removes_nothing(
    qtbot: QtBot, tmp_path: Path, how: Callable[[QMessageBox], object]
) -> None:
    farewell = Farewell(tmp_path)
    qtbot.addWidget(farewell.box)
    check = farewell.box.checkBox()
    assert isinstance(check, QCheckBox)
    check.setChecked(True)
    assert answered(farewell, how) == CANCEL


def test_enter_on_the_question_removes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    farewell = Farewell(tmp_path)
    qtbot.addWidget(farewell.box)
    default = farewell.box.defaultButton()
    assert isinstance(default, QPushButton)
    assert default.text() == "Cancel"


def test_without_mappings_nothing_is_asked_about_them(qtbot: QtBot, tmp_path: Path) -> None:
    farewell = Farewell(tmp_path / "never")
    qtbot.addWidget(farewell.box)
    assert farewell.box.checkBox() is None
    assert answered(farewell, press("Remove")) == KEEP


@pytest.mark.usefixtures("speaking_english_again")
def test_it_asks_in_chinese(qtbot: QtBot, tmp_path: Path) -> None:
    use("zh_CN")
    farewell = Farewell(tmp_path)
    qtbot.addWidget(farewell.box)
    assert farewell.box.windowTitle() == "卸载 Portway"
    assert answered(farewell, press("移除")) == KEEP


def test_the_uninstaller_reads_one_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def ask(profile: Path) -> str:
        asked.append(profile)
        return REMOVE

    monkeypatch.setattr("gui.farewell.ask", ask)
    monkeypatch.setattr("core.cli.main.has_screen", lambda: True)
    assert gui.__main__.main(["--profile", str(tmp_path), "ask-uninstall"]) == 0
    assert asked == [tmp_path]
    assert capsys.readouterr().out == "remove\n"
    assert main(["ask-uninstall"]) == 1  # nothing is said where nobody can be asked


def test_the_question_waits_for_an_answer_from_a_person(tmp_path: Path) -> None:
    """The whole program on a screen of its own: it is there until somebody answers."""
    code = (
        "from PySide6.QtCore import QTimer; from PySide6.QtWidgets import QApplication; "
        "import gui.farewell as f; make = f.make_application; "
        "f.make_application = lambda: (app := make(), "
        "QTimer.singleShot(0, lambda: QApplication.activeModalWidget().reject())); "
        "import sys; from gui.__main__ import main; "
        "sys.exit(main(['--profile', sys.argv[1], 'ask-uninstall']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "cancel\n"), done.stderr
