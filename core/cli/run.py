"""`portway run`: all enabled mappings of a profile, without a screen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from core.cli.serve import serve
from core.config.mapping import problems
from core.config.paths import profile_folder
from core.config.store import Store
from core.message import PortwayError, message

if TYPE_CHECKING:
    from core.cli.parser import CommandLine


def run(line: CommandLine) -> int:
    """Serve until a signal. Raises `PortwayError` when there is nothing to serve."""
    store = Store(profile_folder(line.profile))
    loaded = store.load()
    for notice in loaded.notices:
        _say(str(notice))
    enabled = [mapping for mapping in loaded.profile.mappings if mapping.enabled]
    valid = []
    for mapping in enabled:
        found = problems(mapping)
        for problem in found:
            _say(f"{mapping.title}: {problem.text}")
        if not found:
            valid.append(mapping)
    if not valid:
        text = "Nothing to serve: no mapping in {path} is switched on."
        if enabled:
            text = "Nothing to serve: no mapping in {path} can be used as it is."
        raise PortwayError(message(text, path=str(store.path)))
    return serve(valid, drain=line.drain, as_json=line.json)


def _say(text: str) -> None:
    print(f"portway: {text}", file=sys.stderr, flush=True)
