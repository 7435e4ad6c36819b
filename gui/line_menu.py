"""A menu kept in step with lines that change while it may be open, on the screen or in a tray."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Lines = Sequence["Line | QAction | None"]


SUBMENU = "submenu"
BREAK = "break"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the menu; `key` says what it is about, and stays while its text changes."""

    key: tuple[str, str]
    text: str = ""
    on: bool | None = None
    """Whether it is checked; None if it is no switch."""
    lines: tuple[Line, ...] = ()
    """Of a submenu."""

    @property
    def shape(self) -> object:
        """What must be the same for the line to be shown by changing texts and marks alone."""
        return self.key, self.on is None, tuple(line.shape for line in self.lines)


class LineMenu(QMenu):
    """Asks for its lines whenever it is told that they may have changed, and when it opens.

    Trays of D-Bus show a copy of it, and some never say that they are about to: so it is always
    as it should be. Lines of the same shape are changed in place, so that a copy that is open
    stays so.
    """

    chosen = Signal(str, str, bool)
    """A line was clicked: the two parts of its key, and whether it is checked now."""

    _outdated = Signal()

    def __init__(self, lines: Callable[[], Lines]) -> None:
        super().__init__()
        self._ask = lines
        self._shape: list[object] = []
        self._entries: list[QAction] = []
        """Those of ours, in order, submenus before what is in them."""
        self._submenus: list[QMenu] = []
        self.aboutToShow.connect(self.refresh)
        self.aboutToHide.connect(self._on_hidden)
        self._outdated.connect(self.refresh, Qt.ConnectionType.QueuedConnection)
        self._late = False

    @Slot()
    def refresh(self) -> None:
        """Show the lines of now."""
        lines = self._ask()
        shape = [line.shape if isinstance(line, Line) else line for line in lines]
        if shape != self._shape:
            if self.isVisible():  # a menu that changes under the mouse is clicked wrongly
                self._late = True
                return
            self._shape = shape
            self._build(lines)
        ours = [line for line in lines if isinstance(line, Line)]
        for entry, line in zip(self._entries, _flat(ours), strict=True):
            self._write(entry, line)

    @Slot()
    def _on_hidden(self) -> None:
        if self._late:
            self._late = False
            self.refresh()

    def _build(self, lines: Lines) -> None:
        self.clear()
        for menu in self._submenus:
            menu.deleteLater()
        self._submenus.clear()
        self._entries.clear()
        for line in lines:
            if line is None:
                self.addSeparator()
            elif isinstance(line, Line):
                self._add(self, line)
            else:
                self.addAction(line)

    def _add(self, menu: QMenu, line: Line) -> None:
        if line.key[0] == BREAK:
            self._entries.append(menu.addSeparator())
        elif line.lines:
            submenu = QMenu(self)
            self._submenus.append(submenu)
            menu.addMenu(submenu)
            self._entries.append(submenu.menuAction())
            for below in line.lines:
                self._add(submenu, below)
        else:
            entry = QAction(menu)
            entry.setCheckable(line.on is not None)
            entry.setData(line.key)
            entry.triggered.connect(self._on_triggered)
            menu.addAction(entry)
            self._entries.append(entry)

    def _write(self, entry: QAction, line: Line) -> None:
        # An ampersand in a name is a letter here, not the mark of a mnemonic.
        text = line.text.replace("&", "&&")
        if entry.text() != text:
            entry.setText(text)
        if line.on is not None and entry.isChecked() != line.on:
            entry.setChecked(line.on)

    @Slot(bool)
    def _on_triggered(self, on: bool) -> None:
        entry = self.sender()
        if isinstance(entry, QAction):
            kind, about = entry.data()
            self.chosen.emit(kind, about, on)
            # The click has moved the mark, which the list may not follow. Not at once: to show the
            # lines anew may delete the very entry that was clicked.
            self._outdated.emit()


def _flat(lines: Sequence[Line]) -> list[Line]:
    return [one for line in lines for one in (line, *_flat(line.lines))]
