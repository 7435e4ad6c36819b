"""Asks the system, off the window's thread, whether the ports in the editor can be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.system.port_check import PortNews, check_ports
from gui.background import Background

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.address import PortRange
    from core.config.mapping import Mapping, Protocol

PAUSE_MS = 250
"""So long nobody must have typed: the system's tables are slow to read."""

Question = tuple["str", "PortRange", "Protocol"]


class PortWatch(QObject):
    """`told` says that there is news about the ports last asked for."""

    told = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._question: Question | None = None
        self._avoid: Sequence[PortRange] = ()
        self.news: PortNews | None = None
        """About the question of now; None as long as nothing is known."""
        self._work = Background(self)
        self._work.came.connect(self._take)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)

    def look_at(self, mapping: Mapping | None, others: Sequence[Mapping]) -> None:
        """Find out about the listen ports of this mapping, once nobody types for a moment."""
        question = None
        if mapping is not None:
            question = (mapping.listen_host, mapping.listen_ports, mapping.protocol)
            self._avoid = [one.listen_ports for one in others if one.id != mapping.id]
        if question == self._question:
            return
        self._question, self.news = question, None
        self._work.cancel()
        if question is None:
            self._pause.stop()
        else:
            self._pause.start()

    def stop(self) -> None:
        """Nobody wants to know any more."""
        self._pause.stop()
        self._work.cancel()

    @Slot()
    def _ask(self) -> None:
        if self._question is not None:
            host, ports, protocol = self._question
            avoid = tuple(self._avoid)
            self._work.ask(lambda: check_ports(host, ports, protocol, avoid))

    @Slot(object)
    def _take(self, news: object) -> None:
        if isinstance(news, PortNews):
            self.news = news
            self.told.emit()
