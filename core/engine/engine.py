"""The engine as fronts see it: one worker thread that takes commands and reports events."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine.commands import Command
    from core.engine.events import Event


class Engine:
    """A relay engine in a thread of its own. All methods may be called from any thread."""

    def __init__(self, report: Callable[[Event], None]) -> None:
        """Prepare; `report` is called on the engine's thread for every event and must not block."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the worker thread."""

    def submit(self, command: Command) -> None:
        """Put a command on the queue and wake the loop; returns at once."""

    def join(self, timeout: float) -> bool:
        """Wait for the thread to end after `Shutdown`; false if it still runs (it hangs)."""
        raise NotImplementedError
