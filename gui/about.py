"""About Portway: its version, where its files are, and the licences of what it is made of."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Slot, qVersion
from PySide6.QtGui import QAction, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from core.version import version
from gui.action_button import ActionButton
from gui.background import Background
from gui.dialog_buttons import DialogButtons
from gui.dim_label import DimLabel
from gui.licences import Licence, licences
from gui.resources import pixmap
from gui.tabs import Tabs

if TYPE_CHECKING:
    from gui.actions import Actions

SIZE = QSize(860, 460)
PICTURE = 64
COPIED_MS = 3000


class About(QDialog):
    """Two pages: what this is, and what it is made of."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.copy = QAction(self)
        self.copy.triggered.connect(self.copy_information)
        self.tabs = Tabs(self)
        self.tabs.addTab(self._make_first_page(actions), "")
        self.tabs.addTab(self._make_licences_page(), "")
        buttons = DialogButtons(DialogButtons.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(buttons)
        self.resize(SIZE)
        self._name_parts()
        self._parts: tuple[Licence, ...] = ()
        # Some hundred files are looked through, and disks can be slow.
        self._reading = Background(self)
        self._reading.came.connect(self._show_licences)
        self._reading.ask(licences)

    def _make_first_page(self, actions: Actions) -> QWidget:
        page = QWidget(self)
        picture = QLabel(page)
        picture.setPixmap(pixmap("portway", PICTURE, self.devicePixelRatioF()))
        title = QLabel(self.tr("Portway {version}").format(version=version()), page)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        title.setFont(font)
        self._what = what = QLabel(page)
        self.information = DimLabel(version_information().partition("\n")[2], page)
        self.information.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.information.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(title)
        words.addWidget(what)
        words.addSpacing(8)
        words.addWidget(self.information)
        words.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(18)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        row = QHBoxLayout()
        for action in (self.copy, actions.log_folder, actions.profile_folder):
            row.addWidget(ActionButton(action, page))
        row.addStretch(1)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(18, 18, 18, 14)
        layout.addLayout(top, 1)
        layout.addLayout(row)
        return page

    def _make_licences_page(self) -> QWidget:
        page = QWidget(self)
        self.parts = QListWidget(page)
        self.parts.setFixedWidth(200)
        self.text = QPlainTextEdit(page)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.parts.currentRowChanged.connect(self._on_part)
        layout = QHBoxLayout(page)
        layout.addWidget(self.parts)
        layout.addWidget(self.text, 1)
        return page

    def _name_parts(self) -> None:
        self.setWindowTitle(self.tr("About Portway"))
        self.tabs.setTabText(0, self.tr("&About"))
        self.tabs.setTabText(1, self.tr("L&icences"))
        self._what.setText(self.tr("Forwards ports, for people who sit at a desktop."))
        self.parts.setAccessibleName(self.tr("Parts of Portway"))
        self.text.setAccessibleName(self.tr("Licence"))
        self._name_copy()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_parts()

    @Slot(object)
    def _show_licences(self, parts: tuple[Licence, ...]) -> None:
        self._parts = parts
        for part in parts:
            self.parts.addItem(
                self.tr("{name} {version}").format(name=part.name, version=part.version)
            )
        self.parts.setCurrentRow(0)

    @Slot(int)
    def _on_part(self, row: int) -> None:
        if 0 <= row < len(self._parts):
            part = self._parts[row]
            heading = self.tr("{name} {version}: {licence}").format(
                name=part.name, version=part.version, licence=part.licence
            )
            self.text.setPlainText(f"{heading}\n\n{part.text}")

    @Slot()
    def copy_information(self) -> None:
        """Put what a report of a fault should begin with on the clipboard, and say so."""
        QGuiApplication.clipboard().setText(version_information())
        self.copy.setText(self.tr("Copied"))
        QTimer.singleShot(COPIED_MS, self, self._name_copy)

    @Slot()
    def _name_copy(self) -> None:
        self.copy.setText(self.tr("Copy &version information"))


def version_information() -> str:
    """What a report of a fault should begin with; English, as whoever reads it may be anywhere."""
    screens = ", ".join(f"{one.devicePixelRatio():g}x" for one in QApplication.screens())
    return "\n".join(
        (
            f"Portway {version()}",
            f"Python {platform.python_version()}, Qt {qVersion()}, PySide6 {PySide6.__version__}",
            f"{platform.platform()}",
            f"{QGuiApplication.platformName()}, {QApplication.style().name()}, scale {screens}",
        )
    )
