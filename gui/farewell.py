"""The question of the uninstaller on Linux, which has no window of its own; removes nothing itself.

`portway ask-uninstall` prints one word for it to read. Portway asks because a desktop may have no
other program that could, and because Portway speaks the user's language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCheckBox, QMessageBox, QPushButton

from gui.app import make_application
from gui.resources import picture_icon

if TYPE_CHECKING:
    from pathlib import Path

CANCEL, KEEP, REMOVE = "cancel", "keep", "remove"
"""Leave Portway here; remove it and keep the profile; remove both."""


class Farewell(QObject):
    """The box with the question."""

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        """Ask about this profile, too, if it is there."""
        super().__init__(parent)
        self.box = QMessageBox()
        self.box.setWindowTitle(self.tr("Uninstall Portway"))
        self.box.setIconPixmap(picture_icon("portway").pixmap(QSize(48, 48)))
        self.box.setText(self.tr("Remove Portway from your account?"))
        self.box.setInformativeText(self.tr("If it is running, it ends, and its mappings stop."))
        self._also: QCheckBox | None = None
        if profile.is_dir():
            text = self.tr("Also remove my mappings and settings, in {folder}")
            self._also = QCheckBox(text.format(folder=profile), self.box)
            self.box.setCheckBox(self._also)
        remove = QMessageBox.ButtonRole.DestructiveRole
        self._remove: QPushButton = self.box.addButton(self.tr("Remove"), remove)
        stay = self.box.addButton(QMessageBox.StandardButton.Cancel)
        stay.setIcon(QIcon())  # some styles put a loud one there
        self.box.setDefaultButton(stay)
        self.box.setEscapeButton(stay)

    def ask(self) -> str:
        """Wait for the answer; gives one of the words."""
        self.box.exec()
        if self.box.clickedButton() is not self._remove:
            return CANCEL
        return REMOVE if self._also is not None and self._also.isChecked() else KEEP


def ask(profile: Path) -> str:
    """Ask in a program that does nothing else."""
    make_application()
    answer = Farewell(profile).ask()
    QCoreApplication.processEvents()  # the box goes before the uninstaller takes our files away
    return answer
