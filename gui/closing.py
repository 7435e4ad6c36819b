"""What follows when the window is closed: it says once where Portway is now, and never traps."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QMessageBox, QPushButton

from gui.remembered import CLOSE_WITHOUT_TRAY, TRAY_HINT
from gui.resources import picture_icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.main_window import MainWindow
    from gui.remembered import Remembered

QUIT = "quit"
MINIMISE = "minimise"


class Closing(QObject):
    """With a tray Portway stays in it; without one it stays minimised, or ends, as the user says.

    The question is an ordinary window that waits for nobody: the forwards go on meanwhile, and
    the end of a session closes it unanswered.
    """

    quit_wanted = Signal()

    def __init__(
        self,
        window: MainWindow,
        remembered: Remembered,
        has_tray: Callable[[], bool],
        is_busy: Callable[[], bool],
        parent: QObject | None = None,
        *,
        hides_icons: bool = sys.platform == "win32",
    ) -> None:
        """`is_busy` tells whether any mapping would be stopped by the end.

        `hides_icons`: the tray shows new icons only to those who look for them.
        """
        super().__init__(parent)
        self._hides_icons = hides_icons
        self._window = window
        self._remembered = remembered
        self._has_tray = has_tray
        self._is_busy = is_busy
        self._ended = False
        self._box: QMessageBox | None = None
        self._again: QCheckBox | None = None
        self._leave: QPushButton | None = None
        self._asked_in_tray = False
        window.closed.connect(self._on_closed)
        window.looked_at.connect(self._on_looked_at)

    @property
    def box(self) -> QMessageBox | None:
        """The question, while it is asked."""
        return self._box

    def stop(self) -> None:
        """Ask nothing any more; Portway or the session ends."""
        self._ended = True
        self._drop()

    @Slot()
    def _on_closed(self) -> None:
        if self._ended or self._box is not None:
            return
        if self._has_tray():
            if not self._remembered.is_set(TRAY_HINT):
                self._tell_of_the_tray()
            return
        choice = self._remembered.text_of(CLOSE_WITHOUT_TRAY)
        if choice == QUIT or not self._is_busy():
            self.quit_wanted.emit()
        elif choice == MINIMISE:
            self._window.showMinimized()
        else:
            self._ask_without_tray()

    def _tell_of_the_tray(self) -> None:
        self._asked_in_tray = True
        text = self.tr("Your mappings go on. Open or quit Portway from its icon in the tray.")
        if self._hides_icons:
            where = self.tr(
                "Windows keeps new icons behind the arrow beside the clock: drag Portway's out of"
                " there, and it stays in sight."
            )
            text = f"{text}\n\n{where}"
        self._ask(
            self.tr("Portway stays in the tray"),
            text,
            self.tr("OK"),
            self.tr("Don't show this again"),
        )

    def _ask_without_tray(self) -> None:
        self._asked_in_tray = False
        self._ask(
            self.tr("Let your mappings go on?"),
            self.tr(
                "This desktop has no tray for Portway's icon. It can go on with its window "
                "minimised; if you quit, your mappings stop."
            ),
            self.tr("Go on, minimised"),
            self.tr("Do the same next time"),
        )

    def _ask(self, head: str, text: str, stay: str, again: str) -> None:
        box = self._box = QMessageBox()
        box.setWindowTitle(self.tr("Portway"))
        box.setIconPixmap(picture_icon("portway").pixmap(QSize(48, 48)))
        box.setText(head)
        box.setInformativeText(text)
        self._again = QCheckBox(again, box)
        self._again.setChecked(True)
        box.setCheckBox(self._again)
        staying = box.addButton(stay, QMessageBox.ButtonRole.AcceptRole)
        self._leave = box.addButton(self.tr("Quit"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(staying)
        box.setEscapeButton(staying)
        box.setModal(False)
        box.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        box.finished.connect(self._on_answered)
        box.show()

    @Slot()
    def _on_answered(self) -> None:
        if self._box is None or self._again is None:
            return
        leaves = self._box.clickedButton() is self._leave
        keep = self._again.isChecked()
        self._drop()
        if self._asked_in_tray:
            self._remembered.keep(TRAY_HINT, keep)
        elif keep:
            self._remembered.keep(CLOSE_WITHOUT_TRAY, QUIT if leaves else MINIMISE)
        self._remembered.write_soon()  # not to be asked again because of a crash
        if leaves:
            self.quit_wanted.emit()
        elif not self._has_tray():  # the tray may have gone while the question stood there
            self._window.showMinimized()

    @Slot(bool)
    def _on_looked_at(self, looking: bool) -> None:
        """The window is open again: the question is answered by that."""
        if looking:
            self._drop()

    def _drop(self) -> None:
        box, self._box, self._again, self._leave = self._box, None, None, None
        if box is not None:
            box.hide()
            box.deleteLater()
