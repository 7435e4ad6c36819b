"""What Windows knows of a program with our window: asked of a real one, on the native platform."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gui.windows_identity import APP_ID, KEY, say_who_we_are
from tests.core.cli.program import REPOSITORY
from tests.support import PATIENCE, WINE

if TYPE_CHECKING:
    from pathlib import Path

windows = pytest.mark.skipif(sys.platform != "win32", reason="asks Windows about its own window")

real = pytest.mark.skipif(
    sys.platform != "win32" or WINE, reason="only real Windows has a taskbar and title bars"
)

PROGRAM = """
import ctypes, sys
from ctypes import wintypes
from PySide6.QtCore import Qt
from gui.app import make_application
app = make_application()
from PySide6.QtWidgets import QMainWindow
app.styleHints().setColorScheme(Qt.ColorScheme.Dark)
window = QMainWindow()
window.show()
app.processEvents()
user, shell = ctypes.windll.user32, ctypes.windll.shell32
user.GetThreadDpiAwarenessContext.restype = ctypes.c_void_p
user.AreDpiAwarenessContextsEqual.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
context = user.GetThreadDpiAwarenessContext()  # of a window Wine tells only half of it
print("platform", app.platformName())
print("per monitor v2", user.AreDpiAwarenessContextsEqual(context, ctypes.c_void_p(-4)))
name = ctypes.c_wchar_p()
shell.GetCurrentProcessExplicitAppUserModelID(ctypes.byref(name))
print("app id", name.value)
dark = wintypes.BOOL(0)
ctypes.windll.dwmapi.DwmGetWindowAttribute(
    wintypes.HWND(int(window.winId())), 20, ctypes.byref(dark), 4)
print("dark title", dark.value)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a program of ours with a window says of itself."""
    script: Path = tmp_path_factory.mktemp("native") / "window.py"
    script.write_text(f"import sys; sys.path.insert(0, {str(REPOSITORY)!r})\n{PROGRAM}")
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "QT_QPA_PLATFORM": "windows"},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=6 * PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in done.stdout.splitlines()}


@windows
def test_its_windows_are_sharp_on_every_screen(told: dict[str, str]) -> None:
    assert told["platform"] == "windows"
    assert told["per monitor v2"] == "1"


@real
def test_the_taskbar_knows_it_by_its_own_name(told: dict[str, str]) -> None:
    assert told["app id"] == APP_ID


@real
def test_its_title_bar_is_dark_when_it_is(told: dict[str, str]) -> None:
    assert told["dark title"] == "1"


@windows
def test_notifications_carry_our_name(told: dict[str, str]) -> None:
    assert told
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, KEY) as key:
            assert winreg.QueryValueEx(key, "DisplayName")[0] == "Portway"


@pytest.mark.skipif(sys.platform == "win32", reason="it does something there, see above")
def test_elsewhere_nothing_is_said() -> None:
    before = set(sys.modules)
    say_who_we_are("icon")
    assert "winreg" not in set(sys.modules) - before
