"""`portway status`: what the mappings do now, or that nothing runs and what is wished for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from core.cli.keeper import keeper
from core.cli.lines import print_line
from core.cli.naming import find_all, short_ids
from core.cli.printer import Printer, owner_values
from core.cli.table import aligned, amount
from core.config.mapping import mapping_line
from core.config.paths import MAPPINGS_FILE, profile_folder
from core.engine.status import State
from core.instance.lock import Kind
from core.message import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.cli.words import CommandLine
    from core.config.mapping import Mapping
    from core.instance.messages import MappingStatus, Status

TITLES = ("ID", "NAME", "STATE", ">OPEN", ">SO FAR", ">UP", ">DOWN", "MAPPING")


def status(line: CommandLine) -> int:
    """Print what is true now; 0 only if everything that is switched on works."""
    printer = Printer(as_json=line.json)
    with keeper(line, printer) as kept:
        now = kept.live.status() if kept.live is not None else None
        mappings = kept.mappings() if now is None else tuple(row.mapping for row in now.rows)
    shown = find_all(mappings, line.names) if line.names else list(mappings)
    if now is None:
        if line.json:
            printer.document(_document(None, [_about(one) for one in shown]))
        else:
            path = profile_folder(line.profile) / MAPPINGS_FILE
            print_line(sys.stdout, one_line(f"Portway is not running with {path}."))
            _print_wishes(shown, short_ids(mappings))
        return 1
    ids = {one.id for one in shown}
    rows = [row for row in now.rows if row.mapping.id in ids]
    if line.json:
        printer.document(_document(now, [_values(row) for row in rows]))
    else:
        _print_states(now, rows, short_ids(mappings))
    return int(any(row.mapping.enabled and row.state is not State.LISTENING for row in rows))


def _print_wishes(shown: Sequence[Mapping], ids: dict[str, str]) -> None:
    if not shown:
        print_line(sys.stdout, "The list is empty.")
        return
    print_line(sys.stdout, "Once it runs, these are to be on or off:")
    rows = [
        (ids[one.id], one.name, "on" if one.enabled else "off", mapping_line(one)) for one in shown
    ]
    for text in aligned(("ID", "NAME", "WISH", "MAPPING"), rows):
        print_line(sys.stdout, text)


def _print_states(now: Status, rows: Sequence[MappingStatus], ids: dict[str, str]) -> None:
    what = "with its window" if now.about.kind is Kind.WINDOW else "without a window"
    print_line(sys.stdout, f"Portway runs {what} (process {now.about.pid}).")
    if not rows:
        print_line(sys.stdout, "The list is empty.")
        return
    for text in aligned(TITLES, [_cells(row, ids[row.mapping.id]) for row in rows]):
        print_line(sys.stdout, text)
    for row in rows:
        if row.trouble is not None:
            said = f"{row.mapping.title}: {row.trouble.reason} {row.trouble.remedy}"
            print_line(sys.stdout, one_line(said.rstrip()))


def _cells(row: MappingStatus, short_id: str) -> tuple[str, ...]:
    return (
        short_id,
        row.mapping.name,
        row.state.value,
        str(row.numbers.connections),
        str(row.numbers.accepted),
        amount(row.numbers.bytes_up),
        amount(row.numbers.bytes_down),
        mapping_line(row.mapping),
    )


def _document(now: Status | None, rows: list[dict[str, object]]) -> dict[str, object]:
    about = now.about if now is not None else None
    return {
        "running": about is not None,
        "kind": about.kind.value if about is not None else None,
        "pid": about.pid if about is not None else None,
        "version": about.version if about is not None else None,
        "mappings": rows,
    }


def _about(one: Mapping) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "group": one.group,
        "enabled": one.enabled,
        "protocol": one.protocol.value,
        "listen": str(one.listen),
        "target": str(one.target),
    }


def _values(row: MappingStatus) -> dict[str, object]:
    trouble, numbers = row.trouble, row.numbers
    return {
        **_about(row.mapping),
        "state": row.state.value,
        "trouble": {
            "kind": trouble.kind.value,
            "address": trouble.address,
            "reason": trouble.reason,
            "remedy": trouble.remedy,
            "owner": owner_values(trouble.owner),
        }
        if trouble is not None
        else None,
        "bound": [list(place) for place in row.listening],
        "connections": numbers.connections,
        "accepted": numbers.accepted,
        "failed": numbers.failed,
        "rejected": numbers.rejected,
        "bytes_up": numbers.bytes_up,
        "bytes_down": numbers.bytes_down,
    }
