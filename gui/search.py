"""What a search finds: every word must stand in what a person sees of the row; no widgets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gui import wording

if TYPE_CHECKING:
    from core.config.address import Endpoint
    from gui.row import Row

_NUMBERS = re.compile(r"\d+")


class Search:
    """The words searched for.

    A word of digits alone is a number: the beginning of a port, a port inside a range, or a
    whole part of an address. Else each single digit would find the 127.0.0.1 of almost every
    row, and "srv 1" would find "srv2". Names, comments and groups are searched letter by letter.
    """

    def __init__(self, text: str = "") -> None:
        self.words = tuple(text.casefold().split())

    def finds(self, row: Row) -> bool:
        """Whether the row holds every word."""
        if not self.words:
            return True
        mapping = row.mapping
        free = f"{mapping.name}\n{mapping.comment}\n{mapping.group}".casefold()
        rest: str | None = None
        for word in self.words:
            if word in free:
                continue
            if rest is None:
                rest = _other_texts(row)
            if word.isdecimal():
                if not _has_number(row, rest, word):
                    return False
            elif word not in rest:
                return False
        return True


def _other_texts(row: Row) -> str:
    mapping = row.mapping
    targets = "\n".join(map(str, mapping.targets))
    state = wording.status_line(row)
    protocol = wording.protocol_word(mapping.protocol)
    return f"{mapping.listen}\n{targets}\n{protocol}\n{state}".casefold()


def _has_number(row: Row, texts: str, word: str) -> bool:
    if any(_is_port(end, word) for end in (row.mapping.listen, *row.mapping.targets)):
        return True
    return len(word) > 1 and word in _NUMBERS.findall(texts)


def _is_port(end: Endpoint, word: str) -> bool:
    """Whether the digits are a port of the range, or, two and more of them, begin one of its ends.

    A single digit that begins a port says too little: it would find half of all rows.
    """
    if len(word) <= 5 and end.ports.first <= int(word) <= end.ports.last:
        return True
    ends = (str(end.ports.first), str(end.ports.last))
    return len(word) > 1 and any(one.startswith(word) for one in ends)
