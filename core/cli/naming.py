"""Which mapping of the list a word on the command line means; several at once is an error."""

from __future__ import annotations

import difflib
import itertools
from typing import TYPE_CHECKING

from core.config.mapping import Mapping, mapping_line
from core.message import PortwayError, message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SHORTEST_ID = 8
"""Characters of an id that are shown, if so many tell them apart."""
MOST_LISTED = 8


class NamingError(PortwayError):
    """The word means no mapping, or several; the message says which."""


def find(mappings: Sequence[Mapping], word: str) -> Mapping:
    """The one mapping that is meant; raises `NamingError`.

    What is more exact wins: a whole id, then a name or a LISTEN, then a name in other letters,
    then the beginning of an id.
    """
    tests: tuple[Callable[[Mapping], bool], ...] = (
        lambda one: one.id == word,
        lambda one: word in (one.name, str(one.listen), str(one.listen_ports)),
        lambda one: bool(one.name) and one.name.casefold() == word.strip().casefold(),
        lambda one: one.id.startswith(word.lower()),
    )
    for test in tests if word else ():
        found = [one for one in mappings if test(one)]
        if len(found) == 1:
            return found[0]
        if found:
            raise _ambiguous(word, found, mappings)
    raise _unknown(word, mappings)


def find_all(mappings: Sequence[Mapping], words: Iterable[str]) -> list[Mapping]:
    """The mappings that are meant, in the order of the list, each once; raises `NamingError`."""
    ids = {find(mappings, word).id for word in words}
    return [one for one in mappings if one.id in ids]


def short_ids(mappings: Iterable[Mapping]) -> dict[str, str]:
    """Of each id a beginning that no other one has."""
    ids = sorted(one.id for one in mappings)
    length = SHORTEST_ID
    for one, two in itertools.pairwise(ids):
        same = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), 0)
        length = max(length, same + 1)
    return {one: one[:length] for one in ids}


def _ambiguous(word: str, found: Sequence[Mapping], mappings: Sequence[Mapping]) -> NamingError:
    ids = short_ids(mappings)
    listed = [
        f"{ids[one.id]} ({mapping_line(one)}{', ' * bool(one.name)}{one.name})" for one in found
    ]
    more = ["…"] if len(listed) > MOST_LISTED else []
    return NamingError(
        message(
            "“{word}” means {count} mappings; give the id of one: {candidates}.",
            word=word,
            count=len(found),
            candidates="; ".join(listed[:MOST_LISTED] + more),
        )
    )


def _unknown(word: str, mappings: Sequence[Mapping]) -> NamingError:
    known = [text for one in mappings for text in (one.name, str(one.listen)) if text]
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        text = "No mapping is called “{word}”. Did you mean “{close}”?"
        return NamingError(message(text, word=word, close=close[0]))
    text = "No mapping is called “{word}”; “portway list” prints them all."
    return NamingError(message(text, word=word))
