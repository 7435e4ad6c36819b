"""The parsed words of a command line, and how each kind of word is read; no command is here."""

from __future__ import annotations

import argparse
import math
import re
from typing import TYPE_CHECKING, Any, TypeVar

from core.config.address import parse_listen, parse_ssh_forward, parse_target
from core.message import PortwayError

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.address import Endpoint

Typed = TypeVar("Typed")


class CommandLine(argparse.Namespace):
    """The parsed words; what a command does not have keeps its default.

    What `core.cli.options` knows is here only if it was given, under the name of its field.
    """

    command: str | None = None
    profile: str | None = None
    hidden: bool = False
    quit: bool = False
    self_test: bool = False
    listen: Endpoint | None = None
    target: Endpoint | None = None
    ssh: list[tuple[Endpoint, Endpoint]]
    drain: float = 3.0
    json: bool = False
    names: list[str]
    words: list[str]
    all: bool = False
    group_of: str | None = None
    file: str = ""
    format: str = "json"
    into_group: str | None = None
    switched_off: bool = False
    dry_run: bool = False
    shell: str = "bash"

    def given(self, field: str) -> Any:
        """The value of an option, or None if it was not given."""
        return vars(self).get(field)


def typed(parse: Callable[[str], Typed]) -> Callable[[str], Typed]:
    """Turn our errors into argparse's, so that its one line carries our sentence."""

    def convert(text: str) -> Typed:
        try:
            return parse(text)
        except PortwayError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return convert


listen_word = typed(parse_listen)
target_word = typed(parse_target)
ssh_word = typed(parse_ssh_forward)


def more_target_word(text: str) -> Endpoint | None:
    """One more target; None for ``none``, which takes those away that were there."""
    return None if text == "none" else target_word(text)


def or_any(text: str) -> str:
    """A text; ``any`` gives none, which is how a mapping keeps it."""
    if not text:  # an unset variable in a script, which must not let everyone in
        raise argparse.ArgumentTypeError("nothing is given; write “any” if you mean any")
    return "" if text == "any" else text


def folder(text: str) -> str:
    """The name of a folder."""
    if not text:  # an unset variable in a script; the user's own profile is not meant
        raise argparse.ArgumentTypeError("the name of the folder is empty")
    return text


def count(text: str) -> int:
    """A whole number."""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 0 up")
    return int(text)


def seconds(text: str) -> float:
    """A time."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of seconds from 0 up")
    return value
