"""The desktop application from its first step to its exit status; its parts are elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QMessageBox

from core.config.store import Store
from core.message import PortwayError, message
from core.system.limits import (
    calm_the_collector,
    hand_over_sooner,
    raise_descriptor_limit,
)
from core.version import version
from gui import wording
from gui.appearance import Appearance
from gui.desktop import Desktop
from gui.instance import OneInstance, Outcome
from gui.language import Language
from gui.list_clipboard import leave_plain_text
from gui.process_signals import ProcessSignals
from gui.resources import picture_icon

if TYPE_CHECKING:
    from pathlib import Path


def make_application() -> QApplication:
    """The Qt application, with the names that desktops know it by."""
    QApplication.setApplicationName("portway")
    QApplication.setApplicationDisplayName("Portway")
    QApplication.setOrganizationName("portway")
    QApplication.setApplicationVersion(version())
    QApplication.setDesktopFileName("portway")
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(picture_icon("portway"))
    Appearance(app)
    Language(app).use()
    return app


def run(profile: Path, *, hidden: bool = False, demo: bool = False) -> int:
    """Run the desktop application until it is quit; give the exit status.

    Raises `PortwayError` when it cannot start, after telling the person at the screen.
    """
    raise_descriptor_limit()
    app = make_application()
    try:
        instance = _claim(profile, hidden=hidden)
        if instance is None:
            return 0
        loaded = Store(profile).load()
    except PortwayError as error:
        _tell_why(error)
        raise
    desktop = Desktop(app, Store(profile), loaded)
    signals = ProcessSignals(app)
    signals.end_wanted.connect(desktop.quit)
    instance.raise_wanted.connect(desktop.raise_window)
    if demo:
        desktop.say_demo()
    desktop.faults.catch()
    try:
        desktop.start(hidden=hidden)
        calm_the_collector()
        hand_over_sooner()
        status = app.exec()
    finally:
        desktop.faults.release()
    leave_plain_text()
    desktop.end()
    signals.stop()
    instance.release()
    return status


def _claim(profile: Path, *, hidden: bool) -> OneInstance | None:
    """Become the one instance of this profile; None if another one was raised instead."""
    try:
        instance = OneInstance(profile)
        outcome = instance.claim(raise_other=not hidden)
    except OSError as error:
        text = "Cannot use the folder {path}: {why}."
        raise PortwayError(message(text, path=str(profile), why=error.strerror)) from error
    if outcome is Outcome.NO_ANSWER:
        text = "Portway is already running with the profile {path}, but it does not answer."
        raise PortwayError(message(text, path=str(profile)))
    return instance if outcome is Outcome.FIRST else None


def _tell_why(error: PortwayError) -> None:
    """Say why there is no window; without a console the error alone would go unseen."""
    box = QMessageBox(QMessageBox.Icon.Critical, "Portway", wording.say(error.message))
    box.setIconPixmap(picture_icon("portway").pixmap(QSize(48, 48)))
    box.exec()
