"""Telling the front of clients turned away: the first at once, later ones gathered; rare events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.engine.events import ConnectionsFailed

if TYPE_CHECKING:
    from core.engine.services import Services
    from core.engine.status import Trouble

REPORT_EVERY = 1.0
"""Seconds between two reports of one mapping."""


class Failures:
    """Counts what one mapping's clients suffered, and reports it not too often."""

    def __init__(self, services: Services, mapping_id: str) -> None:
        self._services = services
        self._mapping_id = mapping_id
        self._count = 0
        self._last: tuple[str, Trouble] | None = None
        self._pausing = False

    def add(self, client: str, trouble: Trouble) -> None:
        """One more client was turned away."""
        self._count += 1
        self._last = (client, trouble)
        if not self._pausing:
            self._report()

    def _report(self) -> None:
        assert self._last is not None
        client, trouble = self._last
        event = ConnectionsFailed(self._mapping_id, client, trouble, self._count)
        self._count = 0
        self._services.report(event)
        self._pausing = True
        self._services.loop.after(REPORT_EVERY, self._pause_over)

    def _pause_over(self) -> None:
        self._pausing = False
        if self._count:
            self._report()
