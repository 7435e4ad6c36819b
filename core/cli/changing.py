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
from core.cli.firewall_left import clear_firewall
from core.cli.forward import refuse
from core.cli.keeper import keeper
from core.cli.naming import find, find_all
from core.cli.outcome import tell_outcome
from core.cli.printer import Printer
from core.config.changes import Add, Remove, Replace, Switch
from core.message import PortwayError, message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.cli.words import CommandLine
    from core.config.mapping import Mapping

ANY_PORT = "port 0 is any free one, which nobody would find; name a port"


def add(line: CommandLine) -> int:
    """Append the mapping that the words describe; of several forwards of ssh, each."""
    pairs = pairs_of(line)
    if isinstance(pairs, str):
        return refuse("add", pairs)
    new = tuple(new_mapping(line, listen, target) for listen, target in pairs)
    for one in new:
        fault = fault_of(one) or (ANY_PORT if one.listen_ports.first == 0 else None)
        if fault is not None:
            return refuse("add", fault)
    printer = Printer(as_json=line.json)
    with keeper(line, printer) as kept:
        before = kept.mappings()
        kept.change(Add(new))
        return tell_outcome(kept, printer, dict.fromkeys(new, "added"), before)


def edit(line: CommandLine) -> int:
    """Change what is named of one mapping."""
    fields = given_fields(line)
    if line.listen is not None:
        fields |= listener_fields(line.listen)
    if line.target is not None:
        fields |= target_fields(line.target)
    if not fields:
        return refuse("edit", "say what to change, such as --target 192.168.1.5:80")
    if line.listen is not None and line.listen.ports.first == 0:
        return refuse("edit", f"--listen: {ANY_PORT}")
    printer = Printer(as_json=line.json)
    with keeper(line, printer) as kept:
        before = kept.mappings()
        old = find(before, line.names[0])
        new = msgspec.structs.replace(old, **fields)
        fault = fault_of(new)
        if fault is not None:
            return refuse("edit", fault)
        if new != old:
            kept.change(Replace((new,)))
        event = "changed" if new != old else "unchanged"
        status = tell_outcome(kept, printer, {new: event}, before)
    clear_firewall(printer, [old], [new])
    return status


def remove(line: CommandLine) -> int:
    """Take the named mappings out."""
    printer = Printer(as_json=line.json)
    with keeper(line, printer) as kept:
        gone = find_all(kept.mappings(), line.names)
        kept.change(Remove(tuple(one.id for one in gone)))
    for one in gone:
        printer.changed("removed", one)
    clear_firewall(printer, gone)
    return 0


def switch(line: CommandLine) -> int:
    """Switch the named ones, those of a group, or all, on or off."""
    on = line.command == "enable"
    if not line.names and not line.all and line.group_of is None:
        return refuse(str(line.command), "say which: NAME …, --group GROUP or --all")
    printer = Printer(as_json=line.json)
    with keeper(line, printer) as kept:
        before = kept.mappings()
        meant = _meant(before, line)
        if any(one.enabled is not on for one in meant):
            kept.change(Switch(tuple(one.id for one in meant), on))
        event = "enabled" if on else "disabled"
        after = [msgspec.structs.replace(one, enabled=on) for one in meant]
        return tell_outcome(kept, printer, dict.fromkeys(after, event), before)


def _meant(mappings: Sequence[Mapping], line: CommandLine) -> list[Mapping]:
    named = {one.id for one in find_all(mappings, line.names)}
    groups = list(dict.fromkeys(one.group for one in mappings if one.group))
    if line.group_of is not None and line.group_of not in groups:
        text = "There is no group “{name}”; there are: {groups}."
        known = ", ".join(groups) or "none"
        raise PortwayError(message(text, name=line.group_of, groups=known))
    return [
        one
        for one in mappings
        if line.all or one.id in named or (line.group_of is not None and one.group == line.group_of)
    ]


COMMANDS = {"add": add, "edit": edit, "remove": remove, "enable": switch, "disable": switch}
