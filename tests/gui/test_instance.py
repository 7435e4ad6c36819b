"""One Portway per profile: the second start raises the first."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from PySide6.QtNetwork import QLocalSocket

from gui.instance import LOCK_FILE, OneInstance, Outcome, server_name

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

CLAIM_AND_WAIT = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from gui.instance import OneInstance
app = QCoreApplication([])
one = OneInstance(Path(sys.argv[1]))
print(one.claim().value, flush=True)
app.exec()
"""

CLAIM = CLAIM_AND_WAIT.replace("app.exec()", "")


def start(script: str, profile: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(profile)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait(10)
    assert process.stdout is not None
    process.stdout.close()


def test_a_second_start_raises_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    one = OneInstance(tmp_path)
    assert one.claim() is Outcome.FIRST
    with qtbot.waitSignal(one.raise_wanted, timeout=10_000):
        second = start(CLAIM, tmp_path)
    assert first_line(second) == "raised"
    end(second)
    one.release()


def test_a_hidden_second_start_raises_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    one, other = OneInstance(tmp_path), OneInstance(tmp_path)
    assert one.claim() is Outcome.FIRST
    with qtbot.assertNotEmitted(one.raise_wanted, wait=50):
        assert other.claim(raise_other=False) is Outcome.RAISED
    one.release()


def test_the_lock_of_a_killed_one_is_taken_over(qtbot: QtBot, tmp_path: Path) -> None:
    killed = start(CLAIM_AND_WAIT, tmp_path)
    assert first_line(killed) == "first"
    end(killed)
    assert (tmp_path / LOCK_FILE).exists()
    one = OneInstance(tmp_path)
    assert one.claim() is Outcome.FIRST
    with qtbot.waitSignal(one.raise_wanted, timeout=10_000):
        second = start(CLAIM, tmp_path)
    assert first_line(second) == "raised"
    end(second)
    one.release()


def test_a_profile_is_free_again_after_the_end(qtbot: QtBot, tmp_path: Path) -> None:
    one = OneInstance(tmp_path)
    assert one.claim() is Outcome.FIRST
    one.release()
    other = OneInstance(tmp_path)
    assert other.claim() is Outcome.FIRST
    other.release()


def test_two_profiles_know_nothing_of_each_other(qtbot: QtBot, tmp_path: Path) -> None:
    one, other = OneInstance(tmp_path / "a"), OneInstance(tmp_path / "b")
    assert one.claim() is Outcome.FIRST
    assert other.claim() is Outcome.FIRST
    one.release()
    other.release()


def test_nonsense_on_the_socket_raises_nothing_and_harms_nothing(
    qtbot: QtBot, tmp_path: Path
) -> None:
    one = OneInstance(tmp_path)
    assert one.claim() is Outcome.FIRST
    stranger = QLocalSocket()
    with qtbot.assertNotEmitted(one.raise_wanted):
        stranger.connectToServer(server_name(tmp_path))
        assert stranger.waitForConnected(5000)
        stranger.write(b"\x00" * 5000)
        stranger.flush()
        qtbot.waitUntil(lambda: stranger.state() is QLocalSocket.LocalSocketState.UnconnectedState)
    with qtbot.waitSignal(one.raise_wanted, timeout=10_000):
        second = start(CLAIM, tmp_path)
    end(second)
    one.release()
