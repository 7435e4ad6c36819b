"""The real program without a screen: it copies its list, and ends in the way it is told.

python -m tests.gui.copy_and_quit PROFILE WAY. It says what is on the clipboard before.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

import gui.app
from core.instance.claim import claim_for_window
from gui.desktop import Desktop

WAY = sys.argv[2]


class Copying(Desktop):
    """Does what a person would, once it runs."""

    def start(self, *, hidden: bool) -> None:
        """Start, and go on from within the event loop."""
        super().start(hidden=hidden)
        QTimer.singleShot(0, self.copy_and_quit)

    def copy_and_quit(self) -> None:
        """Copy all, and quit."""
        self.window.table.selectAll()
        self.actions.copy.trigger()
        sys.stdout.write(QGuiApplication.clipboard().text())
        match WAY:
            case "quit":
                self.actions.quit.trigger()
            case "session":
                QGuiApplication.quit()  # as when the session or the last window ends it
            case _:
                os.kill(os.getpid(), signal.Signals[WAY])


vars(gui.app)["Desktop"] = Copying
instance = claim_for_window(Path(sys.argv[1]))
assert instance is not None
sys.exit(gui.app.run(instance))
