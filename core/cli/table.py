"""Columns that stand below each other on a terminal; knows no mapping."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from core.message import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

GAP = "  "
_UNITS = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000


def aligned(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of columns as wide as their widest cell; a column without anything in it is left out.

    A title that begins with ``>`` makes its column stand to the right.
    """
    cells = [[one_line(cell) for cell in row] for row in rows]
    kept = [at for at in range(len(titles)) if any(row[at] for row in cells)]
    lines = [[title.removeprefix(">") for title in titles], *cells]
    widths = [max(_width(line[at]) for line in lines) for at in range(len(titles))]
    for line in lines:
        padded = []
        for at in kept:
            space = " " * (widths[at] - _width(line[at]))
            to_the_right = titles[at].startswith(">")
            padded.append(space + line[at] if to_the_right else line[at] + space)
        yield GAP.join(padded).rstrip()


def amount(size: float) -> str:
    """An amount of bytes, such as ``1.2 MB``."""
    unit = 0
    while size >= _STEP - 0.05 and unit < len(_UNITS) - 1:
        size /= _STEP
        unit += 1
    digits = 0 if unit == 0 or size >= 99.95 else 1
    return f"{size:.{digits}f} {_UNITS[unit]}"


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: two for each Chinese character."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )
