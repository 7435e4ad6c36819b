"""What the window shows instead of an empty list: what Portway does, and where to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.action_button import ActionButton
from gui.appearance import colours
from gui.resources import pixmap

if TYPE_CHECKING:
    from gui.actions import Actions

PICTURE = 72
HINT_WIDTH = 460


class EmptyState(QWidget):
    """A picture, two sentences and three ways to begin."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QLabel(self)
        self._title = QLabel(self)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self._title.setFont(font)
        self._hint = QLabel(self)
        self._hint.setWordWrap(True)
        self._hint.setFixedWidth(HINT_WIDTH)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.button = ActionButton(actions.add, self)
        self.button.setMinimumSize(170, 36)
        self.other_buttons = [ActionButton(actions.import_file, self)]
        self.other_buttons.append(ActionButton(actions.try_demo, self))
        ways = QHBoxLayout()
        for button in self.other_buttons:
            button.setMinimumWidth(130)
            ways.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        for widget, gap in (
            (self._picture, 14),
            (self._title, 8),
            (self._hint, 20),
            (self.button, 10),
        ):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
            layout.addSpacing(gap)
        layout.addLayout(ways)
        layout.setAlignment(ways, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._dress()
        self._retranslate()

    def _dress(self) -> None:
        self._picture.setPixmap(pixmap("portway", PICTURE, self.devicePixelRatioF()))
        palette = self._hint.palette()
        palette.setColor(QPalette.ColorRole.WindowText, colours(self.palette()).dim)
        self._hint.setPalette(palette)

    def _retranslate(self) -> None:
        self._title.setText(self.tr("No mappings yet"))
        self._hint.setText(
            self.tr(
                "A mapping listens on a port of this computer and forwards every connection to "
                "another host and port, such as 127.0.0.1:8080 to 192.168.1.5:80."
            )
        )
        self._hint.setFixedHeight(self._hint.heightForWidth(HINT_WIDTH))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette and the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
        elif event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
