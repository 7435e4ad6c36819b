"""A calm bar above the list for what the user should know; it never asks and never blocks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from gui.action_button import ActionButton
from gui.appearance import colours, mixed
from gui.resources import action_icon, pixmap

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QPaintEvent

PASSING_MS = 12_000
"""How long a passing note stays: long enough to read it and reach for Undo."""


class Tone(Enum):
    """How grave a note is."""

    CALM = "calm"
    WARNING = "warning"


@dataclass(frozen=True)
class Note:
    """One thing to say; `key` lets a newer note on the same matter replace it."""

    text: str
    key: str
    tone: Tone = Tone.CALM
    action: QAction | None = None
    passing: bool = False


class MessageBar(QFrame):
    """Shows the newest note; closing it shows the one before. Hidden while there is none."""

    dismissed = Signal(str)
    """The person closed the note of this key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notes: list[Note] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PASSING_MS)
        self._timer.timeout.connect(self._pass_away)
        self._picture = QLabel(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._button = ActionButton(None, self)
        self._close = QToolButton(self)
        self._close.setAutoRaise(True)
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 8, 8)
        layout.setSpacing(10)
        layout.addWidget(self._picture)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        layout.addWidget(self._close)
        self._dress()
        self._retranslate()
        self.hide()

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is waiting to be read, the newest last."""
        return tuple(self._notes)

    def say(self, note: Note) -> None:
        """Show a note; it replaces an older one of the same key and any passing one."""
        self._notes = [old for old in self._notes if old.key != note.key and not old.passing]
        self._notes.append(note)
        self._show_newest()

    def withdraw(self, key: str) -> None:
        """Take back the note of this key; it is true no longer."""
        self._notes = [note for note in self._notes if note.key != key]
        self._show_newest()

    @Slot()
    def dismiss(self) -> None:
        """Close the note on show."""
        closed, self._notes = self._notes[-1:], self._notes[:-1]
        self._show_newest()
        for note in closed:
            self.dismissed.emit(note.key)

    @Slot()
    def _pass_away(self) -> None:
        self._notes = [note for note in self._notes if not note.passing]
        self._show_newest()

    def _show_newest(self) -> None:
        self._timer.stop()
        if not self._notes:
            self.hide()
            return
        note = self._notes[-1]
        if note.passing:
            self._timer.start()
        self._text.setText(note.text)
        self.setAccessibleName(note.text)
        self._button.setVisible(note.action is not None)
        self._button.set_action(note.action)
        self._dress()
        self.show()

    def _dress(self) -> None:
        """Render the pictures for the palette of now."""
        palette = colours(self.palette())
        warning = bool(self._notes) and self._notes[-1].tone is Tone.WARNING
        colour = palette.warn if warning else palette.busy
        name = "warning" if warning else "about"
        self._picture.setPixmap(pixmap(name, 16, self.devicePixelRatioF(), colour))
        self._close.setIcon(action_icon("close", self.palette()))
        self._close.setIconSize(QSize(16, 16))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette and the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
        elif event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self._close.setToolTip(self.tr("Dismiss"))
        self._close.setAccessibleName(self.tr("Dismiss"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A tinted ground with a hairline below."""
        palette = colours(self.palette())
        warning = bool(self._notes) and self._notes[-1].tone is Tone.WARNING
        tint = palette.warn if warning else palette.accent
        painter = QPainter(self)
        window = self.palette().color(self.backgroundRole())
        painter.fillRect(self.rect(), mixed(window, tint, 0.14))
        painter.fillRect(0, self.height() - 1, self.width(), 1, palette.hairline)
        painter.end()
