"""`portway add`, `edit`, `remove`, `enable` and `disable`: one change of the list each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from core.cli.fields import (
    fault_of,
    given_fields,
    listener_fields,
    new_mapping,
    pairs_of,
    target_fields,
)
from core.cli.forward import refuse
from core.cli.keeper import Keeper
from core.cli.naming import find, find_all
from core.cli.printer import Printer
from core.config.mapping import clashes
from core.message import PortwayError, message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.cli.words import CommandLine
    from core.config.mapping import Mapping


def add(line: CommandLine) -> int:
    """Append the mapping that the words describe; of several forwards of ssh, each."""
    pairs = pairs_of(line)
    if isinstance(pairs, str):
        return refuse("add", pairs)
    new = tuple(new_mapping(line, listen, target) for listen, target in pairs)
    for one in new:
        fault = fault_of(one)
        if one.listen_ports.first == 0:
            fault = "LISTEN: port 0 is any free one, which nobody would find; name a port"
        if fault is not None:
            return refuse("add", fault)
    printer = Printer(as_json=line.json)
    keeper = Keeper.of(line, printer)
    before = keeper.mappings()
    keeper.add(new)
    return _report(printer, "added", new, before)


def edit(line: CommandLine) -> int:
    """Change what is named of one mapping."""
    fields = given_fields(line)
    if line.listen is not None:
        fields |= listener_fields(line.listen)
    if line.target is not None:
        fields |= target_fields(line.target)
    if not fields:
        return refuse("edit", "say what to change, such as --target 192.168.1.5:80")
    printer = Printer(as_json=line.json)
    keeper = Keeper.of(line, printer)
    before = keeper.mappings()
    old = find(before, line.names[0])
    new = msgspec.structs.replace(old, **fields)
    fault = fault_of(new)
    if line.listen is not None and line.listen.ports.first == 0:
        fault = "--listen: port 0 is any free one, which nobody would find; name a port"
    if fault is not None:
        return refuse("edit", fault)
    if new != old:
        keeper.replace((new,))
    return _report(printer, "changed" if new != old else "unchanged", (new,), before)


def remove(line: CommandLine) -> int:
    """Take the named mappings out."""
    printer = Printer(as_json=line.json)
    keeper = Keeper.of(line, printer)
    gone = find_all(keeper.mappings(), line.names)
    keeper.remove({one.id for one in gone})
    for one in gone:
        printer.changed("removed", one)
    return 0


def switch(line: CommandLine) -> int:
    """Switch the named ones, those of a group, or all, on or off."""
    on = line.command == "enable"
    if not line.names and not line.all and line.group_of is None:
        return refuse(str(line.command), "say which: NAME …, --group GROUP or --all")
    printer = Printer(as_json=line.json)
    keeper = Keeper.of(line, printer)
    before = keeper.mappings()
    meant = [one for one in before if line.all or _meant(one, before, line)]
    if line.group_of is not None and not any(one.group == line.group_of for one in before):
        known = ", ".join(dict.fromkeys(one.group for one in before if one.group)) or "none"
        text = "There is no group “{name}”; there are: {groups}."
        raise PortwayError(message(text, name=line.group_of, groups=known))
    new = tuple(msgspec.structs.replace(one, enabled=on) for one in meant)
    if new != tuple(meant):
        keeper.replace(new)
    return _report(printer, "enabled" if on else "disabled", new, before)


def _meant(one: Mapping, mappings: Sequence[Mapping], line: CommandLine) -> bool:
    named = {found.id for found in find_all(mappings, line.names)}
    return one.id in named or (line.group_of is not None and one.group == line.group_of)


def _report(printer: Printer, event: str, new: Sequence[Mapping], before: Iterable[Mapping]) -> int:
    """Say what was done, and what will not work by it."""
    by_id = {one.id: one for one in (*before, *new)}
    for one in new:
        printer.changed(event, one)
        others = clashes(one, by_id.values()) if one.enabled else []
        if others:
            printer.notice(
                f"{one.title}: “{others[0].title}” is switched on and listens there, too; "
                "only one of them can."
            )
    return 0


COMMANDS = {"add": add, "edit": edit, "remove": remove, "enable": switch, "disable": switch}
