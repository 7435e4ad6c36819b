"""The line at the foot of the window: the whole list in three numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from gui import wording

if TYPE_CHECKING:
    from gui.row import Summary


class StatusLine(QStatusBar):
    """How many listen, how many are connected, how fast; nothing while the list is empty."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.listening = QLabel(self)
        self.connections = QLabel(self)
        self.rates = QLabel(self)
        self.setSizeGripEnabled(False)
        for label in (self.listening, self.connections, self.rates):
            label.setContentsMargins(10, 3, 14, 3)
            self.addWidget(label)

    def show_summary(self, summary: Summary) -> None:
        """Say these numbers."""
        for label in (self.listening, self.connections, self.rates):
            label.setVisible(summary.mappings > 0)
        if summary.troubled:
            text = self.tr("{listening} of {all} listening, {troubled} in trouble")
        else:
            text = self.tr("{listening} of {all} listening")
        self.listening.setText(
            text.format(
                listening=wording.count(summary.listening),
                all=wording.count(summary.mappings),
                troubled=wording.count(summary.troubled),
            )
        )
        self.connections.setText(
            self.tr("Connections: {count}").format(count=wording.count(summary.connections))
        )
        self.rates.setText(
            self.tr("↑ {up}   ↓ {down}").format(
                up=wording.rate(summary.rate_up), down=wording.rate(summary.rate_down)
            )
        )
