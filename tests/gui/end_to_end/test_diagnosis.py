"""Diagnosing with the real program: a key opens the steps, and their report names what is down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.config.store import Profile, Store
from tests.gui.examples import mapping
from tests.gui.virtual_screen import missing, virtual_screen
from tests.support import eventually, free_port

if TYPE_CHECKING:
    from pathlib import Path

    from tests.gui.virtual_screen import VirtualScreen

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=f"needs {', '.join(missing())} to be installed"),
    pytest.mark.timeout(120),
]


READ = """
import pathlib, sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
pathlib.Path(sys.argv[1]).write_text(app.clipboard().text(), "utf-8")
"""


def clipboard(screen: VirtualScreen, folder: Path) -> str:
    """What another program would paste."""
    file = folder / "clipboard.txt"
    assert screen.python("-c", READ, str(file)).wait(20) == 0
    return file.read_text("utf-8")


def test_a_target_that_is_down_is_named_in_the_report(tmp_path: Path) -> None:
    port, dead = free_port(), free_port()
    down = mapping("Down", port, dead, target_host="127.0.0.1")
    Store(tmp_path).save(Profile(mappings=(down,)))
    with virtual_screen() as screen:
        program = screen.portway(tmp_path)
        screen.wait_for_window("Portway")
        screen.key("F8")
        window = screen.wait_for_window("Diagnose a mapping")

        def reported() -> bool:
            screen.key("alt+c")
            return "First bytes" in clipboard(screen, tmp_path)

        assert eventually(reported, 30)
        screen.photograph(tmp_path / "diagnosis.png", window)
        report = clipboard(screen, tmp_path)
        assert f"✗ Failed: Connection to 127.0.0.1:{dead}" in report
        assert "✓ OK: Listener" in report
        screen.key("Escape")
        screen.wait_until_gone("Diagnose a mapping")
        screen.wait_for_window("Portway")
        screen.key("ctrl+q")
        assert program.wait(10) == 0
