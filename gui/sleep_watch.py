"""Hears from the log-in service of Linux that the computer goes to sleep, and that it is awake."""

from __future__ import annotations

import sys

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection

SERVICE = "org.freedesktop.login1"
PATH = "/org/freedesktop/login1"
INTERFACE = "org.freedesktop.login1.Manager"


class SleepWatch(QObject):
    """Silent where there is no such service; the engine notices a wake-up by the clock as well."""

    falling_asleep = Signal()
    awake = Signal()

    def begin(self) -> None:
        """Listen from now on. Without a bus this returns at once."""
        if sys.platform == "linux":
            # The stub asks for bytes, which the call itself refuses.
            QDBusConnection.systemBus().connect(  # type: ignore[call-overload]
                SERVICE, PATH, INTERFACE, "PrepareForSleep", self, SLOT("take(bool)")
            )

    @Slot(bool)
    def take(self, sleeps: bool) -> None:
        """Pass on what it says."""
        if sleeps:
            self.falling_asleep.emit()
        else:
            self.awake.emit()
