"""The panel below the list: what is wrong with the current mapping and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui import wording
from gui.action_button import ActionButton
from gui.appearance import colours
from gui.delegates import STATE_DRAWINGS, state_colour
from gui.resources import pixmap

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from gui.actions import Actions
    from gui.row import Row

PICTURE = 20


class Details(QFrame):
    """Shown while the current mapping is in trouble, hidden otherwise."""

    focus_left = Signal()
    """The panel hid while one of its buttons had the keyboard."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: Row | None = None
        self._picture = QLabel(self)
        self._picture.setFixedSize(QSize(PICTURE, PICTURE))
        self.headline = _text(self)
        font = self.headline.font()
        font.setBold(True)
        self.headline.setFont(font)
        self.reason = _text(self)
        self.remedy = _text(self)
        words = QVBoxLayout()
        words.setSpacing(3)
        for label in (self.headline, self.reason, self.remedy):
            words.addWidget(label)
        buttons = QHBoxLayout()
        for action in (actions.retry, actions.edit):
            buttons.addWidget(ActionButton(action, self))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 12, 12, 12)
        layout.setSpacing(12)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        layout.addLayout(buttons)
        layout.setAlignment(buttons, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def show_row(self, row: Row | None) -> None:
        """Show this row's trouble; no row, or one without trouble, hides the panel."""
        self._row = row if row is not None and row.status.trouble is not None else None
        if self._row is None or self._row.status.trouble is None:
            if self.focusWidget() is not None and self.focusWidget().hasFocus():
                self.focus_left.emit()  # before it hides: Qt would choose the next field itself
            self.hide()
            return
        trouble = self._row.status.trouble
        template = self.tr("{name}: {state}")
        state = wording.state_word(self._row.status.state)
        self.headline.setText(template.format(name=self._row.mapping.title, state=state))
        self.reason.setText(wording.say(trouble.reason))
        remedy = wording.say(trouble.remedy)
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))
        self._dress()
        self.show()

    def _dress(self) -> None:
        if self._row is None:
            return
        state = self._row.status.state
        colour = state_colour(state, colours(self.palette()))
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(pixmap(STATE_DRAWINGS[state], PICTURE, ratio, colour))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A hairline sets the panel off from the list."""
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, colours(self.palette()).hairline)
        painter.end()


def _text(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
