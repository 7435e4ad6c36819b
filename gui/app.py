"""The desktop application from its first step to its exit status; its parts are elsewhere."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QMessageBox

from core.config.store import Store
from core.config.tidy import tidy
from core.message import PortwayError
from core.system.limits import (
    calm_the_collector,
    hand_over_sooner,
    raise_descriptor_limit,
)
from core.version import version
from gui import wording
from gui.appearance import Appearance
from gui.desktop import Desktop
from gui.language import Language
from gui.list_clipboard import leave_plain_text
from gui.process_signals import ProcessSignals
from gui.requests import Requests
from gui.resources import picture_icon
from gui.windows_identity import say_who_we_are

if TYPE_CHECKING:
    from core.instance.claim import Instance


def make_application() -> QApplication:
    """The Qt application, with the names that desktops know it by."""
    QApplication.setApplicationName("portway")
    QApplication.setApplicationDisplayName("Portway")
    QApplication.setOrganizationName("portway")
    QApplication.setApplicationVersion(version())
    QApplication.setDesktopFileName("portway")
    say_who_we_are()
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(picture_icon("portway"))
    Appearance(app)
    Language(app).use()
    return app


def run(instance: Instance, *, hidden: bool = False, demo: bool = False) -> int:
    """Run the desktop application until it is quit; give the exit status.

    The profile is ours, and is released at the end. Raises `PortwayError` when it cannot start,
    after telling the person at the screen.
    """
    try:
        return _run(instance, hidden=hidden, demo=demo)
    finally:
        instance.release()


def _run(instance: Instance, *, hidden: bool, demo: bool) -> int:
    raise_descriptor_limit()
    app = make_application()
    tidy(instance.folder)
    store = Store(instance.folder)
    try:
        loaded = store.load()
    except PortwayError as error:
        _tell_why(error)
        raise
    desktop = Desktop(app, store, loaded)
    signals = ProcessSignals(app)
    signals.end_wanted.connect(desktop.quit)
    status_of = partial(desktop.bridge.live.status, instance.about, desktop.keeper.submit)
    requests = Requests(desktop.list.take, status_of, desktop)
    requests.raise_wanted.connect(desktop.raise_window)
    requests.quit_wanted.connect(desktop.quit)
    if demo:
        desktop.say_demo()
    desktop.faults.catch()
    try:
        desktop.start(hidden=hidden)
        instance.serve(requests.answer)
        calm_the_collector()
        hand_over_sooner()
        status = app.exec()
    finally:
        requests.close()
        desktop.faults.release()
    leave_plain_text()
    desktop.end()
    signals.stop()
    return status


def refuse(error: PortwayError) -> None:
    """Say why there will be no window; without a console the error alone would go unseen."""
    make_application()
    _tell_why(error)


def _tell_why(error: PortwayError) -> None:
    box = QMessageBox(QMessageBox.Icon.Critical, "Portway", wording.say(error.message))
    box.setIconPixmap(picture_icon("portway").pixmap(QSize(48, 48)))
    box.exec()
