"""What the tray's menu says: lines made from the list, the pause and the errors; plain values.

Some desktops give nothing of a tray but this menu, so all there is to do is in it. It is bounded:
a menu of thousands would leave the screen, and some trays fetch all of it at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt

from core.engine.status import State
from gui import wording
from gui.groups import Group
from gui.line_menu import BREAK, SUBMENU, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gui.log_keeper import Entry
    from gui.row import Row

MOST_LINES = 25
"""Of mappings in one menu; a longer one would not fit on small screens."""
MOST_GROUPS = 20
LONGEST_TEXT = 60
QUIET = (State.OFF, State.LISTENING)


MAPPING = "mapping"
GROUP = "group"
ERROR = "error"
OPEN = "open"


def mapping_lines(rows: Iterable[Row]) -> tuple[Line, ...]:
    """The mappings without a group, then a submenu for each group, in the order of the list."""
    groups: dict[str, Group] = {}
    for row in rows:
        name = row.mapping.group
        groups.setdefault(name, Group(name, len(groups))).rows.append(row)
    loose = groups.pop("", None)
    lines = _switches(loose.rows) if loose is not None else ()
    names = list(groups)
    lines += tuple(_group(groups[name]) for name in names[:MOST_GROUPS])
    return (*lines, _more()) if len(names) > MOST_GROUPS else lines


def error_lines(entries: Sequence[Entry]) -> tuple[Line, ...]:
    """What went wrong lately; each leads to its mapping."""
    template = QCoreApplication.translate("TrayMenu", "{time}  {name}: {reason}")
    return tuple(
        Line(
            (ERROR, entry.mapping_id),
            _short(
                template.format(
                    time=wording.moment(entry.when), name=entry.title, reason=entry.text
                )
            ),
        )
        for entry in entries
    )


def _switches(rows: Sequence[Row]) -> tuple[Line, ...]:
    """A switch for each mapping; those that find no room are in the window."""
    lines = tuple(_switch(row) for row in rows[:MOST_LINES])
    return (*lines, _more()) if len(rows) > MOST_LINES else lines


def _switch(row: Row) -> Line:
    text = _short(row.mapping.title)
    if row.is_paused or row.status.state not in QUIET:
        template = QCoreApplication.translate("TrayMenu", "{name} ({state})")
        text = template.format(name=text, state=wording.row_word(row))
    return Line((MAPPING, row.mapping.id), text, row.mapping.enabled)


def _group(group: Group) -> Line:
    template = QCoreApplication.translate("TrayMenu", "{name} ({state})")
    state = group.state()
    word = wording.state_word(state) if state not in QUIET else group.summary()
    whole = Line(
        (GROUP, group.name),
        QCoreApplication.translate("TrayMenu", "The whole group"),
        group.switched() is Qt.CheckState.Checked,
    )
    title = template.format(name=_short(group.name), state=word)
    lines = (whole, Line((BREAK, "")), *_switches(group.rows))
    return Line((SUBMENU, group.name), title, lines=lines)


def _more() -> Line:
    text = QCoreApplication.translate("TrayMenu", "More in the window…")
    return Line((OPEN, ""), text)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1].rstrip() + "…"
