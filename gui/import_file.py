"""Mappings from a file: it is chosen here, read by a thread, and understood by the core."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from core.config.exchange import LONGEST_TEXT, ExchangeError, decode, read
from core.message import Message, message
from gui.background import Background

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from core.config.forms.reading import Reading


class ImportFile(QObject):
    """`found` carries what was read, `failed` the sentence that says why there are none."""

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._reading = Background(self)
        self._reading.came.connect(self._tell)

    @Slot()
    def choose(self) -> None:
        """Let the user choose a file."""
        dialog = QFileDialog(self._window, self.tr("Import mappings"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.read)
        dialog.open()

    @Slot(str)
    def read(self, path: str) -> None:
        """Read a file; a network drive may take its time, so a thread waits for it."""
        self._reading.ask(lambda: read_file(Path(path)))

    @Slot(object)
    def _tell(self, outcome: Reading | Message) -> None:
        (self.failed if isinstance(outcome, Message) else self.found).emit(outcome)


def read_file(path: Path) -> Reading | Message:
    """The mappings in a file, or what to say instead. Blocking."""
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_TEXT + 1)
    except OSError as error:
        why = error.strerror or str(error)
        return message("Cannot read {path}: {why}.", path=str(path), why=why)
    text = decode(data)
    if text is None:
        return message("{path} is no text.", path=path.name)
    try:
        return read(text)
    except ExchangeError as error:
        return error.message
