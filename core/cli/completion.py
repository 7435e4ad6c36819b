"""Completing words in a shell, by argcomplete: what it may offer for each, and its shell code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from core.cli.lines import write_text
from core.config.paths import MAPPINGS_FILE, profile_folder

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from core.cli.words import CommandLine

ASKED = "_ARGCOMPLETE"
"""The shell code sets this in the environment when it wants to know what may follow."""
SHELLS = ("bash", "zsh", "fish", "powershell")


def complete(parser: argparse.ArgumentParser) -> None:
    """If a shell asks what may follow, say so and end; else return at once."""
    if ASKED not in os.environ:
        return
    import argcomplete

    for action in _actions(parser):
        if action.dest == "names":
            action.completer = _names  # type: ignore[attr-defined]
        elif action.dest not in ("file", "profile") and action.choices is None:
            action.completer = _nothing  # type: ignore[attr-defined]
    argcomplete.autocomplete(parser, always_complete_options="long")


def print_completion(line: CommandLine) -> int:
    """Print the code that teaches a shell."""
    from argcomplete.shell_integration import shellcode

    shell = "bash" if line.shell == "zsh" else line.shell  # one code for both
    return 0 if write_text(sys.stdout, shellcode(["portway"], shell=shell)) else 1


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action.choices, dict):  # the commands
            for command in action.choices.values():
                yield from _actions(command)


def _nothing(**_: object) -> list[str]:
    """Nobody can guess it, and the files that are offered otherwise would be wrong."""
    return []


def _names(parsed_args: CommandLine, **_: object) -> list[str]:
    """The names in the profile; of a mapping without one, where it listens.

    Read as they are on the disk: a look must neither wait for anybody nor mend anything.
    """
    from core.config.store import decode_profile

    path = profile_folder(parsed_args.profile) / MAPPINGS_FILE
    try:
        mappings = decode_profile(path.read_bytes()).mappings
    except Exception:  # noqa: BLE001 - whatever is wrong with it, there is nothing to offer
        return []
    return [one.title for one in mappings if one.title.isprintable()]
