"""The switch for being started at log-in: asks and tells the system in the background."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.message import Message, PortwayError, message
from core.system.autostart import autostart, why_not
from gui.background import Background

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.system.autostart import Autostart

log = logging.getLogger("portway.gui")


class AutostartSwitch(QObject):
    """Knows whether it is on once `look` has been answered by `told`."""

    told = Signal()
    """What there is to know has been found out anew."""

    def __init__(
        self,
        profile: Path,
        parent: QObject | None = None,
        make: Callable[[], Autostart] = autostart,
        forbidden: Callable[[Path], Message | None] = why_not,
    ) -> None:
        super().__init__(parent)
        self._profile = profile
        self._make = make
        self._forbidden = forbidden
        self.is_on = False
        self.why_not: Message | None = None
        """Why it cannot be switched at all."""
        self.trouble: Message | None = None
        """Why the last try to switch it failed."""
        self._wish: bool | None = None
        self._background = Background(self)
        self._background.came.connect(self._take)
        self._background.finished.connect(self._on_finished)

    @Slot()
    def look(self) -> None:
        """Find out whether it is on."""
        if not self._background.running:
            self._background.ask(lambda: self._do(None))

    @Slot()
    def verify(self) -> None:
        """Put the path right if Portway has moved since it was switched on."""
        self._background.ask(self._verify)

    @Slot(bool)
    def switch(self, on: bool) -> None:
        """Switch it; the newest wish counts."""
        self._wish = on
        if not self._background.running:
            self._on_finished()

    def stop(self) -> None:
        """Portway ends; what is under way is done without us."""
        self._wish = None
        self._background.cancel()

    @Slot()
    def _on_finished(self) -> None:
        wish, self._wish = self._wish, None
        if wish is not None:
            self._background.ask(lambda: self._do(wish))

    @Slot(object)
    def _take(self, found: tuple[bool, Message | None, Message | None]) -> None:
        self.is_on, self.why_not, self.trouble = found
        self.told.emit()

    # In the background.

    def _do(self, wish: bool | None) -> tuple[bool, Message | None, Message | None]:
        is_on = False
        try:
            forbidden = self._forbidden(self._profile)
            if forbidden is not None:
                return False, forbidden, None
            entry = self._make()
            is_on = entry.is_on()
            if wish is not None:
                (entry.turn_on if wish else entry.turn_off)()
            return entry.is_on(), None, None
        except OSError as error:
            text = message("This cannot be changed: {why}.", why=error.strerror or str(error))
            return is_on, None, text
        except PortwayError as error:
            return is_on, None, error.message

    def _verify(self) -> tuple[bool, Message | None, Message | None]:
        try:
            if self._forbidden(self._profile) is None and self._make().verify():
                log.info(message("Portway has moved; it is started at log-in from its new place."))
        except OSError as error:
            text = "The entry that starts Portway at log-in cannot be checked: {why}."
            log.warning(message(text, why=error.strerror or str(error)))
        return self._do(None)
