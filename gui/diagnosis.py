"""The window that walks a mapping's way step by step; a thread of its own does the walking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.diagnose.steps import Begun, Step, as_text, summary
from core.diagnose.walk import diagnose
from gui import wording
from gui.background import Background
from gui.diagnosis_line import StepLine
from gui.dialog_buttons import DialogButtons
from gui.labels import words

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from core.config.mapping import Mapping
    from core.diagnose.remedies import Change
    from core.engine.status import Status

FIRST_SIZE = QSize(680, 620)


@dataclass(frozen=True, slots=True)
class Case:
    """What is diagnosed: a mapping, what the engine says of it, and the whole list."""

    mapping: Mapping
    status: Status
    others: tuple[Mapping, ...]

    def walk(self, stop: threading.Event) -> Iterable[object]:
        """The steps, one by one; blocking."""
        return diagnose(self.mapping, self.status, self.others, stop)


class Diagnosis(QDialog):
    """Shows each step when it is done; can be stopped, run again, and copied as a text."""

    change_wanted = Signal(str, object)
    """The id of the mapping, and the edit that was chosen."""

    def __init__(self, look: Callable[[], Case | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._case: Case | None = None
        self._under_way: StepLine | None = None
        self._begun: Begun | None = None
        self.steps: list[Step] = []
        self.lines: list[StepLine] = []
        self._work = Background(self)
        self._work.came.connect(self._take)
        self._work.finished.connect(self._finish)
        self._make()
        self._lay_out()
        self._retranslate()
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize() * 0.9))

    def _make(self) -> None:
        self.headline = words(self)
        font = self.headline.font()
        font.setBold(True)
        self.headline.setFont(font)
        self.outcome = words(self)
        self._list = QWidget()
        self._list_layout = QVBoxLayout(self._list)
        self._list_layout.setContentsMargins(0, 6, 0, 6)
        self._list_layout.setSpacing(0)
        self._list_layout.addStretch(1)
        self.steps_view = QScrollArea(self)
        self.steps_view.setWidgetResizable(True)
        self.steps_view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.steps_view.setFrameShape(QFrame.Shape.StyledPanel)
        self.steps_view.setWidget(self._list)
        self.copy = QPushButton(self)
        self.again = QPushButton(self)
        self.buttons = DialogButtons(DialogButtons.StandardButton.Close, self)
        self.copy.clicked.connect(self.copy_report)
        self.again.clicked.connect(self.run_or_stop)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        bottom = QHBoxLayout()
        bottom.addWidget(self.copy)
        bottom.addStretch(1)
        bottom.addWidget(self.again)
        bottom.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(10)
        layout.addWidget(self.headline)
        layout.addWidget(self.steps_view, 1)
        layout.addWidget(self.outcome)
        layout.addLayout(bottom)

    # Walking.

    @Slot()
    def run(self) -> None:
        """Walk the way from its beginning, as mapping and engine are now."""
        self._work.cancel()
        self.steps.clear()
        self._begun = None
        self._clear()
        case = self._look()
        if case is None:
            self._say_outcome(self.tr("This mapping was deleted."))
            return
        self._case = case
        self._say_headline()
        self._work.start(case.walk)
        self._say_outcome(self.tr("Looking…"))

    @Slot()
    def run_or_stop(self) -> None:
        """Stop what is under way, or walk again."""
        if not self._work.running:
            self.run()
            return
        self._work.cancel()
        self._begin(None)
        self._say_outcome(self.tr("Stopped; what is not listed was not looked at."))

    @property
    def running(self) -> bool:
        """Whether it still walks."""
        return self._work.running

    @Slot(object)
    def _take(self, found: object) -> None:
        if isinstance(found, Begun):
            self._begin(found)
        elif isinstance(found, Step):
            self.steps.append(found)
            self._add(found)
            self.copy.setEnabled(True)

    @Slot()
    def _finish(self) -> None:
        self._begin(None)
        self._say_outcome(wording.say(summary(self.steps)))

    def done(self, result: int) -> None:
        """Nobody waits any more."""
        self._work.cancel()
        super().done(result)

    # Showing.

    def _begin(self, step: Begun | None) -> None:
        """Show below the others what is being looked at; None when nothing is any more."""
        self._begun = step
        if self._under_way is not None:
            self._under_way.hide()
            self._under_way.deleteLater()
            self._under_way = None
        if step is not None:
            self._under_way = StepLine(step, self._list)
            self._list_layout.insertWidget(len(self.lines), self._under_way)

    def _add(self, step: Step) -> None:
        line = StepLine(step, self._list)
        line.change_chosen.connect(self._choose)
        self._list_layout.insertWidget(len(self.lines), line)
        self.lines.append(line)

    def _clear(self) -> None:
        self._begin(None)
        for line in self.lines:
            line.hide()
            line.deleteLater()
        self.lines.clear()

    @Slot(object)
    def _choose(self, change: Change) -> None:
        """Hand the edit on; what was found is about a mapping that is no more, so it goes."""
        if self._case is None:
            return
        self._work.cancel()
        self.steps.clear()
        self._clear()
        self.change_wanted.emit(self._case.mapping.id, change)
        self._case = self._look()
        self._say_headline()
        self._say_outcome(self.tr("The mapping was changed. Run again to see whether it helps."))
        self.again.setFocus()

    def _say_headline(self) -> None:
        if self._case is None:
            return
        mapping = self._case.mapping
        text = self.tr("{name}: from {listen} to {target}")
        self.headline.setText(
            text.format(name=mapping.title, listen=mapping.listen, target=mapping.target)
        )

    def _say_outcome(self, text: str) -> None:
        self.outcome.setText(text)
        self.outcome.setAccessibleName(text)
        self.again.setText(self.tr("&Stop") if self._work.running else self.tr("&Run again"))
        self.copy.setEnabled(bool(self.steps))

    @Slot()
    def copy_report(self) -> None:
        """Put the steps on the clipboard as a text."""
        if self._case is not None:
            QGuiApplication.clipboard().setText(self.report())

    def report(self) -> str:
        """The steps as a text, in the user's language."""
        return as_text(self._case.mapping, self.steps, wording.say) if self._case else ""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Diagnose a mapping"))
        self.copy.setText(self.tr("&Copy the report"))
        self.steps_view.setAccessibleName(self.tr("Steps"))
        begun, steps = self._begun, tuple(self.steps)
        self._clear()
        for step in steps:
            self._add(step)
        self._begin(begun)
        self._say_headline()
        if self._work.running:
            self._say_outcome(self.tr("Looking…"))
        else:
            self._say_outcome(wording.say(summary(steps)) if steps else "")
