"""How a mapping stands: its status, derived from what works and what does not, and reported.

The one place that derives it; nothing is decided by it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.engine.status import State, Status
from core.engine.trouble import RETRIED, no_descriptors

if TYPE_CHECKING:
    from core.engine.runner import Runner

PAUSE_SHOWN = 5.0
"""Seconds that "too many open connections" stays in the status after the last time it was so."""


class Standing:
    """The status of one mapping."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.status = Status(State.OFF)
        """As last reported."""
        self.in_trouble = False
        """Whether the status shows trouble, which a session that works may end."""
        self._paused_at = 0.0
        """When there were too few descriptors to accept a client; 0 when that is over."""

    def update(self) -> None:
        """Derive the status anew and report it if it is another one."""
        status = self._derive()
        if status != self.status:
            self.status = status
            self.in_trouble = status.trouble is not None
            self._runner.services.status_changed(self._runner.mapping.id, status)

    def accepting_paused(self) -> None:
        """Descriptors ran out; the listener goes on by itself."""
        over = not self._paused_at
        self._paused_at = time.monotonic()
        if over:
            self._runner.update_status()
            self._runner.loop.after(PAUSE_SHOWN, self._pause_over)

    def _pause_over(self) -> None:
        """Say that clients are accepted again, if that has been so for a moment."""
        rest = self._paused_at + PAUSE_SHOWN - time.monotonic()
        if rest > 0:
            self._runner.loop.after(rest, self._pause_over)
            return
        self._paused_at = 0.0
        if self._runner.listeners is not None:
            self._runner.update_status()

    def _derive(self) -> Status:
        runner = self._runner
        listeners, refusal = runner.listeners, runner.refusal
        if listeners is None:
            state = State.OFF if refusal is None else State.ERROR
            return Status(state, refusal)
        trouble = listeners.trouble
        if listeners.open:
            few = not runner.loop.scales
            if trouble is None and self._paused_at:
                trouble = no_descriptors(str(runner.mapping.listen), few=few)
            trouble = trouble or runner.targets.trouble or runner.udp.targets.trouble
            if listeners.opening and trouble is None:
                return Status(State.STARTING)
            state = State.LISTENING if trouble is None else State.DEGRADED
            return Status(state, trouble, listeners.bound(), listeners.protocols())
        if trouble is None:
            return Status(State.STARTING)
        return Status(State.WAITING if trouble.kind in RETRIED else State.ERROR, trouble)
