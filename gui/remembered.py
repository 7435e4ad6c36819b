"""What the window remembers between runs (its place, its columns), in a file of the profile."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings

if TYPE_CHECKING:
    from pathlib import Path

WINDOW_FILE = "window.ini"
GEOMETRY = "window/geometry"
COLUMNS = "list/columns"
FOLDED = "list/folded"
TRAY_HINT = "tray/told"
CLOSE_WITHOUT_TRAY = "window/close-without-tray"
DETAILS = "details/shown"
DETAILS_SPLIT = "details/split"
DETAILS_SPAN = "details/span"
DETAILS_TAB = "details/tab"
LOG_GEOMETRY = "log/geometry"
FIREWALL_DECLINED = "firewall/declined"


class Remembered:
    """Small facts of this screen; losing one costs nobody much.

    Values are kept in memory. `write` and `write_soon` put them on the disk, by a thread of their
    own, since a disk may not answer.
    """

    def __init__(self, profile: Path) -> None:
        self._path = profile / WINDOW_FILE
        self._writing = threading.Lock()
        settings = self._settings()
        self._values: dict[str, object] = {key: settings.value(key) for key in settings.allKeys()}

    def bytes_of(self, key: str) -> QByteArray | None:
        """A state that Qt packed, or None."""
        value = self._values.get(key)
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def text_of(self, key: str) -> str:
        """A remembered text, or nothing."""
        value = self._values.get(key)
        return value if isinstance(value, str) else ""

    def is_set(self, key: str) -> bool:
        """A remembered yes."""
        return self._values.get(key) in (True, "true")

    def is_unset(self, key: str) -> bool:
        """A remembered no."""
        return self._values.get(key) in (False, "false")

    def number(self, key: str) -> int | None:
        """A whole number, or None."""
        try:
            return int(str(self._values.get(key)))
        except ValueError:
            return None

    def keep(self, key: str, value: object) -> None:
        """Remember a value until the next write, and after it."""
        self._values[key] = value

    def write_soon(self) -> threading.Thread:
        """Write the file; returns at once. A failure is silent, as nothing of worth is lost."""
        thread = threading.Thread(target=self._write, name="portway-window", daemon=True)
        thread.start()
        return thread

    def write(self, timeout: float) -> bool:
        """Write the file; false if the disk does not answer in time."""
        thread = self.write_soon()
        thread.join(timeout)
        return not thread.is_alive()

    def _write(self) -> None:
        with self._writing:  # one after the other, so that the newest values are written last
            # QSettings would let others read it, but leaves a file that is there as it is.
            with contextlib.suppress(OSError):
                self._path.touch(mode=0o600)
            settings = self._settings()
            for key, value in self._values.copy().items():
                settings.setValue(key, value)
            settings.sync()

    def _settings(self) -> QSettings:
        return QSettings(str(self._path), QSettings.Format.IniFormat)
