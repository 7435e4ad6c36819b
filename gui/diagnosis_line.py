"""One step of a diagnosis on the screen: how it ended as a shape and a word, and what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.diagnose.steps import VERDICT_WORDS, Verdict
from gui import wording
from gui.appearance import colours
from gui.labels import words
from gui.resources import pixmap

if TYPE_CHECKING:
    from core.diagnose.remedies import Change, Command, Remedy
    from core.diagnose.steps import Begun, Step

PICTURE = 18
ABREAST = 2
"""So many offered edits beside each other; more would not fit into a narrow window."""
DRAWINGS = {
    Verdict.OK: "verdict-ok",
    Verdict.FAILED: "verdict-failed",
    Verdict.UNSURE: "verdict-unsure",
    Verdict.SKIPPED: "verdict-skipped",
}


class StepLine(QWidget):
    """A picture, a heading, and below it what was found and what helps."""

    change_chosen = Signal(object)
    """An edit of the mapping that one click makes."""

    def __init__(self, step: Step | Begun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict: Verdict | None = getattr(step, "verdict", None)
        self._picture = QLabel(self)
        self._picture.setFixedSize(QSize(PICTURE, PICTURE))
        self.heading = words(self)
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        self._words = QVBoxLayout()
        self._words.setSpacing(4)
        self._words.addWidget(self.heading)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 14, 8)
        layout.setSpacing(12)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._words, 1)
        self._say(step)
        self._dress()

    def _say(self, step: Step | Begun) -> None:
        title = wording.say(step.title)
        if self._verdict is None:
            self.heading.setText(self.tr("{step}: looking…").format(step=title))
            self.setAccessibleName(self.heading.text())
            return
        verdict = wording.say(VERDICT_WORDS[self._verdict])
        heading = self.tr("{verdict}: {step}").format(verdict=verdict, step=title)
        self.heading.setText(heading)
        found = words(self)
        found.setText(wording.say(step.found))  # type: ignore[union-attr]  # it has a verdict
        self._words.addWidget(found)
        self.setAccessibleName(heading)
        self.setAccessibleDescription(found.text())
        if step.remedy is not None:  # type: ignore[union-attr]
            self._say_remedy(step.remedy)  # type: ignore[union-attr]

    def _say_remedy(self, remedy: Remedy) -> None:
        if str(remedy.text):
            text = words(self)
            text.setText(self.tr("What helps: {remedy}").format(remedy=wording.say(remedy.text)))
            self._words.addWidget(text)
        for command in remedy.commands:
            self._words.addWidget(CommandLine(command, self))
        if remedy.changes:
            grid = QGridLayout()
            grid.setColumnStretch(ABREAST, 1)
            for at, change in enumerate(remedy.changes):
                button = ChangeButton(change, self)
                button.chosen.connect(self.change_chosen)
                grid.addWidget(button, at // ABREAST, at % ABREAST)
            self._words.addLayout(grid)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        paint = colours(self.palette())
        verdict, ratio = self._verdict, self.devicePixelRatioF()
        if verdict is None:
            self._picture.setPixmap(pixmap("state-starting", PICTURE, ratio, paint.busy))
            return
        colour = {
            Verdict.OK: paint.good,
            Verdict.FAILED: paint.bad,
            Verdict.UNSURE: paint.warn,
            Verdict.SKIPPED: paint.dim,
        }[verdict]
        self._picture.setPixmap(pixmap(DRAWINGS[verdict], PICTURE, ratio, colour))


class CommandLine(QWidget):
    """A command for a terminal, what it does, and a button that copies it."""

    def __init__(self, command: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._command = command
        what = words(self)
        what.setText(self.tr("{purpose}:").format(purpose=wording.say(command.words)))
        line = words(self)
        line.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        line.setText(command.line)
        self.copy = QPushButton(self.tr("Copy"), self)
        self.copy.setAutoDefault(False)
        self.copy.setAccessibleName(self.tr("Copy the command {line}").format(line=command.line))
        self.copy.clicked.connect(self._copy)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(what)
        texts.addWidget(line)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(texts, 1)
        layout.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignBottom)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._command.line)


class ChangeButton(QPushButton):
    """Makes one edit of the mapping."""

    chosen = Signal(object)

    def __init__(self, change: Change, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._change = change
        self.setText(wording.say(change.words).replace("&", "&&"))
        self.setAutoDefault(False)
        self.clicked.connect(self._choose)

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(self._change)
