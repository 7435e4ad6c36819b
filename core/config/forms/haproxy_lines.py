"""HAProxy's configuration as sections of lines; what the lines mean is not known here."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field

from core.config.address import AddressError
from core.config.forms.reading import at_line, check_length
from core.message import message

_HEAD = re.compile(r"(listen|frontend|backend|defaults)(?:\s+(\S+).*)?")
_OTHER_HEAD = re.compile(
    r"(global|resolvers|peers|userlist|mailers|program|cache|ring|http-errors|log-forward|"
    r"fcgi-app|crt-store|traces)\b"
)
_MARK = re.compile(r"(?m)^[ \t]*(?:bind|server)[ \t]+\S+")


@dataclass(slots=True)
class Line:
    """A line with its words; what stands in quotes is one."""

    number: int
    text: str
    words: list[str]


@dataclass(slots=True)
class Section:
    """What a head such as ``listen NAME`` begins."""

    kind: str
    name: str
    head: Line
    lines: list[Line] = field(default_factory=list)


def is_haproxy(text: str) -> bool:
    """Whether a text looks like a configuration of HAProxy."""
    lines = {line.strip() for line in text.splitlines()}
    if {"global", "defaults"} <= lines:  # as every distribution ships it
        return True
    return any(map(_HEAD.fullmatch, lines)) and bool(_MARK.search(text))


def sections(text: str) -> list[Section]:
    """Those that say what is served; raises `ExchangeError`."""
    found: list[Section] = []
    current: Section | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = _without_comment(raw).strip()
        if not line:
            continue
        head = _HEAD.fullmatch(line)
        if head:
            current = Section(head[1], head[2] or "", Line(number, line, line.split()))
            found.append(current)
        elif _OTHER_HEAD.match(line):
            current = None
        elif current is not None:
            try:
                check_length(line)
                words = shlex.split(line)
            except AddressError as error:
                raise at_line(number, line, error.message) from None
            except ValueError as error:
                why = message("the quotes do not match ({why}).", why=str(error))
                raise at_line(number, line, why) from None
            current.lines.append(Line(number, line, words))
    return found


def _without_comment(line: str) -> str:
    return re.split(r"(?<!\\)#", line, maxsplit=1)[0]


def last(lines: list[Line], *words: str) -> Line | None:
    """The last line that begins so: it is the one that counts."""
    found = [line for line in lines if tuple(line.words[: len(words)]) == words]
    return found[-1] if found else None
