"""What the tray's menu says: lines made from the list, the pause and the errors; plain values.

Some desktops give nothing of a tray but this menu, so all there is to do is in it: of many
mappings the first stand in it, and the others in submenus behind them. It is bounded all the same,
since some trays fetch all of it at once.
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
MOST_IN_ALL = 500
"""Mappings in the whole menu."""
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
    loose = groups.pop("", Group("", 0)).rows
    left = MOST_IN_ALL - len(loose)
    submenus: dict[str, Line] = {}
    for name, group in groups.items():
        if left > 0:
            submenus[name] = _group(group, left)
            left -= len(group.rows)
    lines = (
        *_switches(loose[:MOST_IN_ALL]),
        *_in_pages(list(submenus.values()), list(submenus), MOST_GROUPS),
    )
    is_all = left >= 0 and len(submenus) == len(groups)
    return lines if is_all else (*lines, _more())


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
    names = [row.mapping.title for row in rows]
    return _in_pages([_switch(row) for row in rows], names, MOST_LINES)


def _in_pages(lines: Sequence[Line], names: Sequence[str], size: int) -> tuple[Line, ...]:
    """The first of them as they are; the others in submenus, called by first and last name."""
    template = QCoreApplication.translate("TrayMenu", "{first} … {last}")
    pages = []
    for start in range(size, len(lines), size):
        page = tuple(lines[start : start + size])
        first, last = names[start], names[start + len(page) - 1]
        title = _short(first, LONGEST_TEXT // 2)
        if len(page) > 1:
            title = template.format(first=title, last=_short(last, LONGEST_TEXT // 2))
        pages.append(Line((SUBMENU, ""), title, lines=page))
    return (*lines[:size], *pages)


def _switch(row: Row) -> Line:
    text = _short(row.mapping.title)
    if row.is_paused or row.status.state not in QUIET:
        template = QCoreApplication.translate("TrayMenu", "{name} ({state})")
        text = template.format(name=text, state=wording.row_word(row))
    return Line((MAPPING, row.mapping.id), text, row.mapping.enabled)


def _group(group: Group, most: int) -> Line:
    template = QCoreApplication.translate("TrayMenu", "{name} ({state})")
    state = group.state()
    word = wording.state_word(state) if state not in QUIET else group.summary()
    whole = Line(
        (GROUP, group.name),
        QCoreApplication.translate("TrayMenu", "The whole group"),
        group.switched() is Qt.CheckState.Checked,
    )
    title = template.format(name=_short(group.name), state=word)
    more = (_more(),) if len(group.rows) > most else ()
    lines = (whole, Line((BREAK, "")), *_switches(group.rows[:most]), *more)
    return Line((SUBMENU, group.name), title, lines=lines)


def _more() -> Line:
    text = QCoreApplication.translate("TrayMenu", "More in the window…")
    return Line((OPEN, ""), text)


def _short(text: str, longest: int = LONGEST_TEXT) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
