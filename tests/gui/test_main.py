"""The way in: no command without a window loads Qt, and a window gets what was asked for."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import gui.app
from core.cli.main import DesktopRequest
from gui import __main__ as way_in

if TYPE_CHECKING:
    from pathlib import Path

    from core.instance.claim import Instance

WITHOUT_QT = """
import sys
sys.modules["PySide6"] = None  # importing it raises ImportError
from gui.__main__ import main
try:
    status = main(sys.argv[1:])
except SystemExit as end:
    status = end.code
sys.exit(status)
"""


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["forward", "--help"]])
def test_commands_without_a_window_load_no_qt(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_QT, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


ALL_OF_IT = """
import sys
import gui.__main__, gui.app
print(*sys.modules)
"""


def test_who_only_sits_in_the_tray_does_not_load_what_nobody_uses_there() -> None:
    """Each of these, or what it brings along, takes half a MiB to 4 MiB for as long as we run."""
    done = subprocess.run(
        [sys.executable, "-c", ALL_OF_IT], capture_output=True, text=True, check=True, timeout=30
    )
    spared = {"hashlib", "email", "asyncio", "core.config.exchange", "core.diagnose.walk"}
    spared |= {"jeepney", "core.system.notification_service"}
    spared |= {"gui.about", "gui.editor", "gui.diagnosis", "gui.log_view", "gui.settings_dialog"}
    if sys.platform != "win32":
        spared.add("gui.firewall")
    assert not spared & set(done.stdout.split())


@pytest.mark.parametrize(("hidden", "demo"), [(False, False), (True, False), (False, True)])
def test_the_window_gets_what_the_command_line_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, hidden: bool, demo: bool
) -> None:
    asked: list[object] = []

    def run(instance: Instance, **more: bool) -> int:
        asked.append((instance.folder, more))
        instance.release()
        return 7

    monkeypatch.setattr(gui.app, "run", run)
    assert way_in._desktop(DesktopRequest(tmp_path, hidden, demo)) == 7
    assert asked == [(tmp_path, {"hidden": hidden, "demo": demo})]
