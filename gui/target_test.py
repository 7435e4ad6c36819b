"""The button that tries a target before it is saved, and what came of it, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.diagnose.probe import LookedUp, Tried, probe
from core.engine.resolver import is_literal
from gui import wording
from gui.appearance import colours
from gui.background import Background
from gui.editor_parts import FieldNote, Weight
from gui.resources import pixmap

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable

    from core.config.mapping import Mapping

PICTURE = 14


class TargetTest(QWidget):
    """Tries the targets of a mapping in a thread of its own; a second press stops it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mapping: Mapping | None = None
        self._tested: Mapping | None = None
        self._work = Background(self)
        self._work.came.connect(self._take)
        self._work.finished.connect(self._finish)
        self.button = QPushButton(self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.test_or_stop)
        self.said = FieldNote(self)
        """That it tries, or was stopped."""
        self._found: list[LookedUp | Tried] = []
        self.lines: list[ResultLine] = []
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 0)  # nobody knows how long others take to answer
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.progress.hide()
        self._results = QVBoxLayout()
        self._results.setSpacing(2)
        self._results.addWidget(self.said)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        beside = QVBoxLayout()
        beside.setSpacing(4)
        beside.addWidget(self.button)
        beside.addWidget(self.progress)
        beside.addStretch(1)
        layout.addLayout(beside)
        layout.addLayout(self._results, 1)
        self._show()

    @property
    def running(self) -> bool:
        """Whether a test is under way."""
        return self._work.running

    def set_mapping(self, mapping: Mapping | None) -> None:
        """Test this from now on; what was found out about other targets is void."""
        if self._tested is not None and (mapping is None or not _same(mapping, self._tested)):
            self.stop()
            self._tested = None
            self._begin("")
        self._mapping = mapping
        self._show()

    @Slot()
    def test_or_stop(self) -> None:
        """Try the target, or stop trying."""
        if self.running:
            self.stop()
            self.said.say(self.tr("Stopped."), Weight.HINT)
            self.said.show()
        elif self._mapping is not None:
            mapping = self._tested = self._mapping
            self._begin(self.tr("Trying…"))

            def work(stop: threading.Event) -> Iterable[object]:
                return probe(mapping, stop)

            self._work.start(work)
        self._show()

    def stop(self) -> None:
        """Let go of a test under way."""
        self._work.cancel()

    def text(self) -> str:
        """All that it says now."""
        said = [self.said.text()] if not self.said.isHidden() else []
        return "\n".join([*(line.text() for line in self.lines), *said])

    def _begin(self, text: str) -> None:
        self._found.clear()
        self._clear_lines()
        self.said.say(text, Weight.HINT)
        self.said.show()

    def _clear_lines(self) -> None:
        for line in self.lines:
            line.hide()
            line.deleteLater()
        self.lines.clear()

    def changeEvent(self, event: QEvent) -> None:
        """Say in another language what came of it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._clear_lines()
            for found in self._found:
                self._add_line(found)
            if self.said.text():
                self.said.setText(self.tr("Trying…") if self.running else self.tr("Stopped."))
            self._show()

    @Slot(object)
    def _take(self, found: object) -> None:
        if isinstance(found, LookedUp) and found.trouble is None and is_literal(found.target.host):
            return  # it says nothing that is not in the field
        if isinstance(found, LookedUp | Tried):
            self._found.append(found)
            self._add_line(found)

    def _add_line(self, found: LookedUp | Tried) -> None:
        line = ResultLine(wording.say(found.words), self, failed=found.trouble is not None)
        self.lines.append(line)
        self._results.insertWidget(len(self.lines) - 1, line)

    @Slot()
    def _finish(self) -> None:
        if self.lines:
            self.said.hide()
        self._show()

    def _show(self) -> None:
        self.button.setText(self.tr("S&top the test") if self.running else self.tr("&Test target"))
        self.button.setEnabled(self._mapping is not None)
        self.progress.setAccessibleName(self.tr("The target is being tried"))
        self.progress.setVisible(self.running)


class ResultLine(QWidget):
    """One answer: its outcome as a shape and a word, and what was answered."""

    def __init__(self, result: str, parent: QWidget, *, failed: bool) -> None:
        super().__init__(parent)
        self._failed = failed
        self._picture = QLabel(self)
        self._picture.setFixedSize(QSize(PICTURE, PICTURE))
        template = self.tr("Failed: {result}") if failed else self.tr("OK: {result}")
        self._note = FieldNote(self)
        self._note.setMinimumHeight(0)
        text = template.format(result=result)
        self._note.say(text, Weight.PROBLEM if failed else Weight.HINT)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._note, 1)
        self._dress()

    def text(self) -> str:
        """The word and what was answered."""
        return self._note.text()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        paint = colours(self.palette())
        name, colour = ("verdict-failed", paint.bad) if self._failed else ("verdict-ok", paint.good)
        self._picture.setPixmap(pixmap(name, PICTURE, self.devicePixelRatioF(), colour))


def _same(one: Mapping, other: Mapping) -> bool:
    return (one.targets, one.protocol, one.source_address, one.connect_timeout) == (
        other.targets,
        other.protocol,
        other.source_address,
        other.connect_timeout,
    )
