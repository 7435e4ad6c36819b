"""The settings while the program runs: kept, saved, and told to whoever follows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, Signal

from core.config.kept_file import ChangedOutsideError
from core.config.saver import Saver
from core.config.settings import Settings, SettingsFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.config.kept_file import Outside, StoreError


class Preferences(QObject):
    """Each change is saved at once and in the background, and told by `changed`."""

    changed = Signal(object)
    """The new `Settings`."""

    def __init__(
        self,
        folder: Path,
        failed: Callable[[StoreError | None], None],
        changed_outside: Callable[[Outside[Settings]], None],
        parent: QObject | None = None,
    ) -> None:
        """Read them. `failed` is called from the saver's thread, as for any `Saver`.

        So is `changed_outside`, when a save comes upon what another program wrote. It waits until
        that is taken over.
        """
        super().__init__(parent)
        self.file = SettingsFile(folder)
        found = self.file.read()
        self.settings = found.value
        self.notices = found.notices
        """What the user must be told about how they were found."""

        def on_saving(error: StoreError | None) -> None:
            if isinstance(error, ChangedOutsideError):
                changed_outside(error.outside)
            else:
                failed(error)

        self._saver = Saver(self.file, on_saving)

    def change(self, **fields: Any) -> None:
        """Set some fields, unless they are so already."""
        after = msgspec.structs.replace(self.settings, **fields)
        if after != self.settings:
            self.settings = after
            self._saver.save(after)
            self.changed.emit(after)

    def take_over(self, after: Settings, outside: Outside[Settings]) -> None:
        """Become what takes account of another program's file."""
        self._saver.save(after, outside)
        if after != self.settings:
            self.settings = after
            self.changed.emit(after)

    def flush(self, timeout: float) -> bool:
        """Wait until they are saved; false if they are not."""
        return self._saver.flush(timeout)

    def end(self, timeout: float) -> bool:
        """Save what waits; false if the disk does not answer in time."""
        return self._saver.close(timeout)
