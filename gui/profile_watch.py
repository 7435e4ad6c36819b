"""Has a file of the profile looked at when its folder says that something happened there.

The looking is another thread's, and what follows from it is its caller's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QFileSystemWatcher, QObject, Slot

from core.config.watch import FileWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.kept_file import KeptFile, Outside

Value = TypeVar("Value")

ENDING_SECONDS = 0.2
"""How long the end waits for a disk that may not answer."""


class ProfileWatch(QObject, Generic[Value]):
    """Watches one file and the folder it lies in."""

    def __init__(
        self,
        file: KeptFile[Value],
        report: Callable[[Outside[Value]], None],
        parent: QObject | None = None,
    ) -> None:
        """Prepare. `report` is called from another thread."""
        super().__init__(parent)
        self._file = file
        self._report = report
        self._watch: FileWatch[Value] | None = None
        self._folder = QFileSystemWatcher(self)
        self._folder.directoryChanged.connect(self.poke)
        self._folder.fileChanged.connect(self.poke)

    def start(self) -> None:
        """Begin to watch."""
        self._watch = FileWatch(self._file, self._report)
        self.poke()

    def end(self) -> None:
        """Watch no more."""
        watched = [*self._folder.directories(), *self._folder.files()]
        if watched:
            self._folder.removePaths(watched)
        if self._watch is not None:
            self._watch.close(ENDING_SECONDS)
            self._watch = None

    @Slot()
    def poke(self) -> None:
        """Have a look taken, in another thread."""
        if self._watch is None:
            return
        # A file that was replaced is no longer watched, and a folder may only just have been made.
        folder, file = str(self._file.folder), str(self._file.path)
        missing = {folder, file} - {*self._folder.directories(), *self._folder.files()}
        there = [path for path in sorted(missing) if Path(path).exists()]
        if there:
            self._folder.addPaths(there)
        self._watch.poke()
