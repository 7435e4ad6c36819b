"""`portway import` and `portway export`: mappings from a file into the list, and out of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from core.cli.keeper import keeper
from core.cli.lines import write_text
from core.cli.naming import find_all
from core.cli.outcome import tell_outcome
from core.cli.printer import Printer
from core.config.changes import Add
from core.config.exchange import (
    LONGEST_TEXT,
    ExchangeError,
    decode,
    read,
    write_json,
    write_lines,
)
from core.config.forms.csv_text import write_csv
from core.config.forms.to_haproxy import write_haproxy
from core.config.forms.to_nginx import write_nginx
from core.config.mapping import switch_clashing_off
from core.message import PortwayError, message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.cli.words import CommandLine
    from core.config.forms.reading import Reading
    from core.config.mapping import Mapping
    from core.message import Message

STANDARD_INPUT = "-"


def import_file(line: CommandLine) -> int:
    """Append the mappings of a file to the list, all of them or none."""
    printer = Printer(as_json=line.json)
    reading = _read(line.file)
    for notice in reading.notices:
        printer.notice(str(notice))
    new = tuple(_wished(one, line) for one in reading.mappings)
    with keeper(line, printer) as kept:
        before = kept.mappings()
        fitting = switch_clashing_off(new, before)
        for one, two in zip(new, fitting, strict=True):
            if one.enabled and not two.enabled:
                printer.notice(
                    f"{two.title} comes switched off: another mapping listens on {two.listen}."
                )
        if line.dry_run:
            for one in fitting:
                printer.changed("found", one)
            return 0
        kept.change(Add(fitting))
        return tell_outcome(kept, printer, dict.fromkeys(fitting, "added"), before)


def _wished(one: Mapping, line: CommandLine) -> Mapping:
    group = one.group if line.into_group is None else line.into_group.strip()
    return msgspec.structs.replace(one, group=group, enabled=one.enabled and not line.switched_off)


def _read(name: str) -> Reading:
    path = Path(name)
    try:
        if name == STANDARD_INPUT:
            data = sys.stdin.buffer.read(LONGEST_TEXT + 1) if sys.stdin is not None else b""
        else:
            with path.open("rb") as file:
                data = file.read(LONGEST_TEXT + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        why = getattr(error, "strerror", None) or str(error)
        raise PortwayError(
            message("Cannot read {path}: {why}.", path=_called(name), why=why)
        ) from error
    text = decode(data)
    if text is None:
        raise PortwayError(message("{path} is no text.", path=_called(name)))
    try:
        return read(text)
    except ExchangeError as error:
        what = message("{path}: {why}", path=_called(name), why=error.message)
        raise PortwayError(what) from error


def _called(name: str) -> str:
    return "standard input" if name == STANDARD_INPUT else name


def export(line: CommandLine) -> int:
    """Print the list, or those of it that are named, as another program takes it."""
    printer = Printer(as_json=line.json)
    with keeper(line, printer) as kept:
        mappings = kept.mappings()
    shown = find_all(mappings, line.names) if line.names else list(mappings)
    text, notices = _write(line.format, shown)
    for notice in notices:
        printer.notice(str(notice))
    return 0 if write_text(sys.stdout, text) else 1


def _write(form: str, mappings: Sequence[Mapping]) -> tuple[str, Sequence[Message]]:
    match form:
        case "haproxy" | "nginx":
            write = write_haproxy if form == "haproxy" else write_nginx
            writing = write(mappings)
            return writing.text, writing.notices
        case "csv":
            return write_csv(mappings), ()
        case "lines":
            return write_lines(mappings) + "\n" * bool(mappings), ()
        case _:
            return write_json(mappings).decode(), ()
