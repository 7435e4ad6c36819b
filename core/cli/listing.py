"""`portway list`: the mappings of the list, as they are configured."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from core.cli.keeper import keeper
from core.cli.lines import print_line
from core.cli.naming import find_all, short_ids
from core.cli.printer import Printer, mapping_values
from core.cli.table import aligned

if TYPE_CHECKING:
    from core.cli.words import CommandLine
    from core.config.mapping import Mapping

TITLES = ("ID", "NAME", "GROUP", "ON", "LISTEN", "TARGET", "COMMENT")


def list_mappings(line: CommandLine) -> int:
    """Print the list, or those of it that are named."""
    printer = Printer(as_json=line.json)
    with keeper(line, printer) as kept:
        mappings = kept.mappings()
    shown = find_all(mappings, line.names) if line.names else list(mappings)
    if line.json:
        for one in shown:
            printer.document(mapping_values(one))
    elif shown:
        ids = short_ids(mappings)
        for text in aligned(TITLES, [_cells(one, ids[one.id]) for one in shown]):
            print_line(sys.stdout, text)
    else:
        printer.notice("The list is empty; “portway add” adds to it.")
    return 0


def _cells(one: Mapping, short_id: str) -> tuple[str, ...]:
    more = f" (+{len(one.more_targets)})" if one.more_targets else ""
    return (
        short_id,
        one.name,
        one.group,
        "on" if one.enabled else "off",
        f"{one.protocol} {one.listen}",
        f"{one.target}{more}",
        one.comment,
    )
