"""What came of a change of the list: each mapping touched, and which of them do not work now."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from core.config.mapping import clashes
from core.engine.status import State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dictionary

    from core.cli.keeper import Keeper
    from core.cli.printer import Printer
    from core.config.mapping import Mapping
    from core.instance.client import Live
    from core.instance.messages import MappingStatus

SECONDS = 3.0
"""How long a mapping may take to listen before we say nothing about it."""
LOOK_SECONDS = 0.05


def tell_outcome(
    kept: Keeper, printer: Printer, touched: Dictionary[Mapping, str], before: Iterable[Mapping]
) -> int:
    """Print what was done to each, by its word; the exit status is 1 if one does not listen."""
    for one, event in touched.items():
        printer.changed(event, one)
    wanted = {one.id for one in touched if one.enabled}
    if kept.live is not None:
        failing = [row for row in _settled(kept.live, wanted) if row.state in _NOT_LISTENING]
        for row in failing:
            said = row.trouble
            text = f"{said.reason} {said.remedy}".rstrip() if said is not None else row.state
            printer.notice(f"{row.mapping.title}: {text}")
        return int(bool(failing))
    after = {one.id: one for one in (*before, *touched)}
    for one in touched:
        others = clashes(one, after.values()) if one.enabled else []
        if others:
            printer.notice(
                f"{one.title}: “{others[0].title}” is switched on and listens there, too; "
                "only one of them can."
            )
    return 0


_NOT_LISTENING = (State.WAITING, State.ERROR)


def _settled(live: Live, wanted: set[str]) -> list[MappingStatus]:
    """The rows of these, once none of them is only just starting."""
    deadline = time.monotonic() + SECONDS
    pause = threading.Event()
    while True:
        rows = [row for row in live.status().rows if row.mapping.id in wanted]
        unsettled = any(row.state in (State.STARTING, State.OFF) for row in rows)
        if not unsettled or time.monotonic() > deadline:
            return rows
        pause.wait(LOOK_SECONDS)
