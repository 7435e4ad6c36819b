"""`portway status`: what the mappings do now, or that nothing runs and what is wished for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from core.cli.keeper import Keeper
from core.cli.lines import print_line
from core.cli.naming import find_all, short_ids
from core.cli.printer import Printer, trouble_values
from core.cli.table import aligned, amount
from core.config.mapping import mapping_line
from core.engine.snapshot import MappingNumbers
from core.engine.status import State
from core.message import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.cli.keeper import Living
    from core.cli.words import CommandLine
    from core.config.mapping import Mapping

TITLES = ("ID", "NAME", "STATE", ">NOW", ">ALL", ">UP", ">DOWN", "MAPPING")


def status(line: CommandLine) -> int:
    """Print what is true now; 0 only if everything that is switched on works."""
    printer = Printer(as_json=line.json)
    keeper = Keeper.of(line, printer)
    living = keeper.living()
    mappings = keeper.mappings() if living is None else living.mappings
    shown = find_all(mappings, line.names) if line.names else list(mappings)
    if line.json:
        printer.document(_document(living, shown))
    else:
        _print(living, shown, short_ids(mappings), str(keeper.path))
    if living is None:
        return 1
    wanted = [one for one in shown if one.enabled]
    return int(any(living.status(one.id).state is not State.LISTENING for one in wanted))


def _print(living: Living | None, shown: Sequence[Mapping], ids: dict[str, str], path: str) -> None:
    if living is None:
        print_line(sys.stdout, f"Portway is not running with {path}.")
        if shown:
            print_line(sys.stdout, "When it does, these are to be on or off:")
        rows = [
            (ids[one.id], one.name, "on" if one.enabled else "off", mapping_line(one))
            for one in shown
        ]
        lines = aligned(("ID", "NAME", "WISH", "MAPPING"), rows) if rows else ()
    else:
        what = "with its window" if living.has_window else "without a window"
        print_line(sys.stdout, f"Portway runs {what} (process {living.pid}).")
        rows_ = [(ids[one.id], *_cells(living, one)) for one in shown]
        lines = aligned(TITLES, rows_) if rows_ else ()
    for text in lines:
        print_line(sys.stdout, text)
    for one in shown if living is not None else ():
        trouble = living.status(one.id).trouble if living is not None else None
        if trouble is not None:
            print_line(sys.stdout, one_line(f"{one.title}: {trouble}"))
    if not shown:
        print_line(sys.stdout, "The list is empty.")


def _cells(living: Living, one: Mapping) -> tuple[str, ...]:
    numbers = living.numbers.get(one.id, MappingNumbers())
    return (
        one.name,
        living.status(one.id).state.value,
        str(numbers.connections),
        str(numbers.accepted),
        amount(numbers.bytes_up),
        amount(numbers.bytes_down),
        mapping_line(one),
    )


def _document(living: Living | None, shown: Sequence[Mapping]) -> dict[str, object]:
    return {
        "running": living is not None,
        "pid": living.pid if living is not None else None,
        "window": living is not None and living.has_window,
        "mappings": [_values(living, one) for one in shown],
    }


def _values(living: Living | None, one: Mapping) -> dict[str, object]:
    about: dict[str, object] = {
        "id": one.id,
        "name": one.name,
        "group": one.group,
        "enabled": one.enabled,
        "protocol": one.protocol.value,
        "listen": str(one.listen),
        "target": str(one.target),
    }
    if living is None:
        return about
    now = living.status(one.id)
    numbers = living.numbers.get(one.id, MappingNumbers())
    return {
        **about,
        "state": now.state.value,
        "trouble": trouble_values(now.trouble) if now.trouble is not None else None,
        "bound": [list(place) for place in now.listening],
        "connections": numbers.connections,
        "accepted": numbers.accepted,
        "failed": numbers.failed,
        "rejected": numbers.rejected,
        "bytes_up": numbers.bytes_up,
        "bytes_down": numbers.bytes_down,
    }
