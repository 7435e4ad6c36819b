"""`portway --self-test` where there is a screen: the real window on a throw-away profile."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication

from core.cli.self_test import PATIENCE
from core.config.store import Store
from core.engine.events import StateChanged
from core.engine.status import State
from gui.app import make_application
from gui.desktop import Desktop

if TYPE_CHECKING:
    from pathlib import Path

    from core.cli.self_test import SelfTest

LOOK_MS = 10


class _Watch(QObject):
    """Waits until the window is on the screen and the mapping listens, has it tested, quits."""

    def __init__(self, desktop: Desktop, test: SelfTest) -> None:
        super().__init__(desktop)
        self._desktop = desktop
        self._test = test
        self._shown = False
        self._port = 0
        self._request: threading.Thread | None = None
        self._looks_left = int(PATIENCE * 1000 / LOOK_MS)
        desktop.bridge.state_changed.connect(self._on_state)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    @Slot(StateChanged)
    def _on_state(self, event: StateChanged) -> None:
        if event.status.state == State.LISTENING:
            self._port = event.status.listening[0][1]
        elif event.status.trouble is not None:
            self._test.say("relay", str(event.status.trouble), good=False)
            self._quit()

    @Slot()
    def _look(self) -> None:
        self._looks_left -= 1
        if not self._shown and self._desktop.window.windowHandle().isExposed():
            self._shown = True
            size = self._desktop.window.size()
            where = f"on {QGuiApplication.platformName()}"
            self._test.say("window", f"shown {where}, {size.width()} × {size.height()}")  # noqa: RUF001
        if self._shown and self._port and self._request is None:
            # In a thread of its own: the window goes on living meanwhile, as for any user.
            self._request = threading.Thread(target=self._test.relay, args=(self._port,))
            self._request.start()
        if self._request is not None and not self._request.is_alive():
            self._request.join()
            self._quit()
        elif self._looks_left == 0 and self._request is None:
            missing = "its mapping did not listen" if self._shown else "it was not shown"
            self._test.say("window", f"{missing} within {PATIENCE:g} seconds", good=False)
            self._quit()

    def _quit(self) -> None:
        self._timer.stop()
        self._desktop.quit()


def run(profile: Path, test: SelfTest) -> int:
    """Show the window of this profile, have a request relayed, end; 0 if it came to its end."""
    app = make_application()
    store = Store(profile)
    desktop = Desktop(app, store, store.load())
    desktop.start(hidden=False)
    watch = _Watch(desktop, test)
    app.exec()
    desktop.end()
    watch.deleteLater()
    return 0
