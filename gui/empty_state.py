"""What the window shows instead of an empty table: what Portway does, and where to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.action_button import ActionButton
from gui.appearance import colours
from gui.resources import pixmap

if TYPE_CHECKING:
    from gui.actions import Actions

PICTURE = 72
HINT_WIDTH = 460


class EmptyState(QWidget):
    """A picture, two sentences and one button."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QLabel(self)
        title = QLabel(self.tr("No mappings yet"), self)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        title.setFont(font)
        self._hint = QLabel(
            self.tr(
                "A mapping listens on a port of this computer and forwards every connection to "
                "another host and port, such as 127.0.0.1:8080 to 192.168.1.5:80."
            ),
            self,
        )
        self._hint.setWordWrap(True)
        self._hint.setFixedWidth(HINT_WIDTH)
        self._hint.setFixedHeight(self._hint.heightForWidth(HINT_WIDTH))
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.button = ActionButton(actions.add, self)
        self.button.setMinimumSize(170, 36)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        for widget, gap in ((self._picture, 14), (title, 8), (self._hint, 20), (self.button, 0)):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
            layout.addSpacing(gap)
        layout.addStretch(3)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._dress()

    def _dress(self) -> None:
        self._picture.setPixmap(pixmap("portway", PICTURE, self.devicePixelRatioF()))
        palette = self._hint.palette()
        palette.setColor(QPalette.ColorRole.WindowText, colours(self.palette()).dim)
        self._hint.setPalette(palette)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
