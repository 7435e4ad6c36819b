"""The head of the details: the state of the current mapping in words, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from gui import wording
from gui.action_button import ActionButton
from gui.appearance import colours
from gui.delegates import STATE_DRAWINGS, state_colour
from gui.labels import words
from gui.resources import pixmap

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction, QResizeEvent

    from core.config.mapping import Mapping
    from core.engine.status import Status
    from gui.actions import Actions
    from gui.row import Row

PICTURE = 20
BESIDE = 640
"""From this width the buttons stand beside the words."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What helps, in words, and the action that does it, if there is one."""

    text: str
    action: QAction | None = None


def plain_remedy(row: Row) -> Remedy:
    """What the engine itself says."""
    trouble = row.status.trouble
    return Remedy(wording.say(trouble.remedy) if trouble is not None else "")


class DetailsHead(QWidget):
    """Name and state on one line; below it, when there is trouble, the reason and the remedy."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: Row | None = None
        self._told: tuple[Mapping, Status] | None = None
        self.find_remedy: Callable[[Row], Remedy] = plain_remedy
        """What helps a row in trouble; asked once for each trouble. Whoever knows more than the
        engine puts itself here, and may call `show_remedy` again when it has found out."""
        self._picture = QLabel(self)
        self._picture.setFixedSize(QSize(PICTURE, PICTURE))
        self.headline = words(self)
        font = self.headline.font()
        font.setBold(True)
        self.headline.setFont(font)
        self.reason = words(self)
        self.remedy = words(self)
        self.remedy_button = ActionButton(None, self)
        self.remedy_button.hide()
        lines = QVBoxLayout()
        lines.setSpacing(3)
        for label in (self.headline, self.reason, self.remedy):
            lines.addWidget(label)
        self._buttons = [ActionButton(action, self) for action in (actions.retry, actions.edit)]
        self._row_of_buttons = QHBoxLayout()
        self._row_of_buttons.setSpacing(12)
        for button in (self.remedy_button, *self._buttons):
            self._row_of_buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._end = QSpacerItem(0, 0)
        self._row_of_buttons.addSpacerItem(self._end)
        self._beside = QHBoxLayout()
        self._beside.setSpacing(12)
        self._beside.addLayout(lines, 1)
        self._beside.addLayout(self._row_of_buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 10, 12, 10)
        layout.setSpacing(12)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._beside, 1)

    def show_row(self, row: Row) -> None:
        """Show this row's state; the buttons are for trouble."""
        self._row = row
        trouble = row.status.trouble
        template = self.tr("{name}: {state}")
        state = wording.row_word(row)
        self.headline.setText(template.format(name=row.mapping.title, state=state))
        self.reason.setText(wording.say(trouble.reason) if trouble else "")
        self.reason.setVisible(bool(self.reason.text()))
        told = (row.mapping, row.status)
        if told != self._told:
            self._told = told
            self.show_remedy(self.find_remedy(row))
        for button in self._buttons:
            button.setVisible(trouble is not None)
        self._dress()

    def show_remedy(self, remedy: Remedy) -> None:
        """Say what helps and, where one click can do it, offer that."""
        self.remedy.setText(remedy.text)
        self.remedy.setVisible(bool(remedy.text))
        self.remedy_button.set_action(remedy.action)
        self.remedy_button.setVisible(remedy.action is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below the words where these would be squeezed beside them."""
        super().resizeEvent(event)
        below = event.size().width() < BESIDE
        direction = QBoxLayout.Direction
        self._beside.setDirection(direction.TopToBottom if below else direction.LeftToRight)
        stretch = QSizePolicy.Policy.Expanding if below else QSizePolicy.Policy.Fixed
        self._end.changeSize(0, 0, stretch, QSizePolicy.Policy.Fixed)
        self._row_of_buttons.invalidate()

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
        elif event.type() == QEvent.Type.LanguageChange and self._row is not None:
            self._told = None
            self.show_row(self._row)
