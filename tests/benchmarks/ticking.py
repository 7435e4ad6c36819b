"""The real window, with a 16 ms timer that notes when it was served; measures no traffic.

    python -m tests.benchmarks.ticking FILE ARGUMENTS OF PORTWAY

The first row is selected and its live connections are shown, as somebody would who watches them.
At the end FILE holds the times at which the timer was served: doubles, seconds of the monotonic
clock, which all processes of a Linux machine share.
"""

import array
import sys
import time
from pathlib import Path
from unittest import mock

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from core import compiled

# Before all that imports the engine, as the program does it: else it would run uncompiled.
compiled.adopt()

import gui.app  # noqa: E402
from gui.__main__ import main  # noqa: E402
from gui.table import MappingTable  # noqa: E402

INTERVAL_MS = 16


class Ticks(QTimer):
    """Notes when it was served, and writes it all down at the end."""

    def __init__(self, app: QApplication, file: Path) -> None:
        super().__init__(app)
        self._app = app
        self._file = file
        self._times = array.array("d")
        self.setTimerType(Qt.TimerType.PreciseTimer)
        self.timeout.connect(self._note)
        app.aboutToQuit.connect(self._write)
        self.start(INTERVAL_MS)

    @Slot()
    def _note(self) -> None:
        if not self._times:
            self._show_connections()
        self._times.append(time.monotonic())

    @Slot()
    def _write(self) -> None:
        self.stop()
        self._file.write_bytes(self._times.tobytes())

    def _show_connections(self) -> None:
        for window in self._app.topLevelWidgets():
            for table in window.findChildren(MappingTable):
                table.setCurrentIndex(table.model().index(0, 0))


def run(file: Path, arguments: list[str]) -> int:
    """Run Portway's window with these arguments, ticking."""
    original = gui.app.make_application

    def make_application() -> QApplication:
        app = original()
        Ticks(app, file)
        return app

    with mock.patch.object(gui.app, "make_application", make_application):
        return main(arguments)


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), sys.argv[2:]))
