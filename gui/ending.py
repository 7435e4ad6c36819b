"""How the desktop application ends: in which order, and never later than a log-off may wait."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from core.engine.commands import Shutdown, TakeSnapshot

if TYPE_CHECKING:
    from gui.desktop import Desktop

log = logging.getLogger("portway.gui")

ENDING_SECONDS = 0.9
"""All waiting at the end together; a log-off must not feel it."""
SESSION_SECONDS = 0.5


def end(desktop: Desktop) -> None:
    """Stop everything: first what the user sees, then the forwards, then the saving."""
    deadline = time.monotonic() + ENDING_SECONDS
    desktop.window.remember(desktop.remembered)
    desktop.keeper.stop()
    desktop.clock.look(False)
    desktop.pause.stop()
    desktop.autostart.stop()
    desktop.presence.stop()
    desktop.window.hide()
    desktop.keeper.submit(TakeSnapshot())  # for the totals
    desktop.keeper.submit(Shutdown())
    if not desktop.keeper.join(_left(deadline) / 2):
        log.error("The relay engine did not end in time.")
    desktop.outside.end()
    desktop.outside_settings.end()
    if not desktop.saver.close(_left(deadline)):
        log.error("The mappings could not be saved in time: the disk does not answer.")
    if not desktop.preferences.end(_left(deadline)):
        log.error("The settings could not be saved in time: the disk does not answer.")
    if not desktop.addresses.finish():
        log.warning("Listing the addresses of this computer did not end in time.")
    # What the engine said last waits for an event loop that may be over.
    desktop.bridge.deliver_all()
    QCoreApplication.sendPostedEvents(desktop.bridge)
    desktop.records.end(max(0.05, _left(deadline)))
    desktop.remembered.write(max(0.05, _left(deadline)))


def save_all(desktop: Desktop) -> None:
    """Have all saved while the session ends, which we never ask to wait for a person."""
    deadline = time.monotonic() + SESSION_SECONDS
    desktop.records.save()
    desktop.window.remember(desktop.remembered)
    place = desktop.remembered.write_soon()
    for one in (desktop.saver, desktop.preferences, desktop.records):
        one.flush(_left(deadline))
    place.join(_left(deadline))


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
