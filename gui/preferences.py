"""The settings while the program runs: kept, saved, and told to whoever follows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, Signal

from core.config.saver import Saver
from core.config.settings import SettingsFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.config.store import StoreError


class Preferences(QObject):
    """Each change is saved at once and in the background, and told by `changed`."""

    changed = Signal(object)
    """The new `Settings`."""

    def __init__(
        self,
        folder: Path,
        failed: Callable[[StoreError | None], None],
        parent: QObject | None = None,
    ) -> None:
        """Read them. `failed` is called from the saver's thread, as for any `Saver`."""
        super().__init__(parent)
        file = SettingsFile(folder)
        found = file.read()
        self.settings = found.value
        self.notices = found.notices
        """What the user must be told about how they were found."""
        self._saver = Saver(file, failed)

    def change(self, **fields: Any) -> None:
        """Set some fields, unless they are so already."""
        after = msgspec.structs.replace(self.settings, **fields)
        if after != self.settings:
            self.settings = after
            self._saver.save(after)
            self.changed.emit(after)

    def flush(self, timeout: float) -> bool:
        """Wait until they are saved; false if they are not."""
        return self._saver.flush(timeout)

    def end(self, timeout: float) -> bool:
        """Save what waits; false if the disk does not answer in time."""
        return self._saver.close(timeout)
