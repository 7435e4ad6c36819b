"""The button that tries a target before it is saved, and what came of it, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from core.diagnose.probe import LookedUp, Tried, probe
from core.engine.resolver import is_literal
from gui import wording
from gui.background import Background
from gui.editor_parts import FieldNote, Weight

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable

    from core.config.mapping import Mapping


class TargetTest(QWidget):
    """Tries the targets of a mapping in a thread of its own; a second press stops it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mapping: Mapping | None = None
        self._tested: Mapping | None = None
        self._lines: list[str] = []
        self._failed = False
        self._work = Background(self)
        self._work.came.connect(self._take)
        self._work.finished.connect(self._show)
        self.button = QPushButton(self.tr("&Test target"), self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.test_or_stop)
        self.result = FieldNote(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.button)
        layout.addWidget(self.result, 1)

    @property
    def running(self) -> bool:
        """Whether a test is under way."""
        return self._work.running

    def set_mapping(self, mapping: Mapping | None) -> None:
        """Test this from now on; what was found out about other targets is void."""
        if self._tested is not None and (mapping is None or not _same(mapping, self._tested)):
            self.stop()
            self._tested = None
            self.result.say("", Weight.HINT)
        self._mapping = mapping
        self._show()

    @Slot()
    def test_or_stop(self) -> None:
        """Try the target, or stop trying."""
        if self.running:
            self.stop()
            self.result.say(self.tr("Stopped."), Weight.HINT)
        elif self._mapping is not None:
            mapping = self._tested = self._mapping
            self._lines, self._failed = [], False
            self.result.say(self.tr("Trying…"), Weight.HINT)

            def work(stop: threading.Event) -> Iterable[object]:
                return probe(mapping, stop)

            self._work.start(work)
        self._show()

    def stop(self) -> None:
        """Let go of a test under way."""
        self._work.cancel()

    @Slot(object)
    def _take(self, found: object) -> None:
        if isinstance(found, LookedUp) and found.trouble is None and is_literal(found.target.host):
            return  # it says nothing that is not in the field
        if isinstance(found, LookedUp | Tried):
            failed = found.trouble is not None
            mark = self.tr("Failed: {result}") if failed else self.tr("OK: {result}")
            self._failed |= failed
            self._lines.append(mark.format(result=wording.say(found.words)))
            self.result.say("\n".join(self._lines), self._weight())

    def _weight(self) -> Weight:
        return Weight.PROBLEM if self._failed else Weight.HINT

    @Slot()
    def _show(self) -> None:
        self.button.setText(self.tr("S&top the test") if self.running else self.tr("&Test target"))
        self.button.setEnabled(self._mapping is not None)


def _same(one: Mapping, other: Mapping) -> bool:
    return (one.targets, one.protocol, one.source_address, one.connect_timeout) == (
        other.targets,
        other.protocol,
        other.source_address,
        other.connect_timeout,
    )
