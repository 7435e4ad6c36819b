"""`portway forward`: ad-hoc forwards from the command line; nothing is saved."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from core.cli.fields import fault_of, new_mapping, pairs_of
from core.cli.lines import print_line
from core.cli.printer import Printer
from core.cli.serve import serve
from core.message import one_line

if TYPE_CHECKING:
    from core.cli.words import CommandLine


def forward(line: CommandLine) -> int:
    """Serve the forwards named by the words; 2 when they do not make sense together."""
    pairs = pairs_of(line)
    if isinstance(pairs, str):
        return refuse("forward", pairs)
    mappings = [new_mapping(line, listen, target) for listen, target in pairs]
    for mapping in mappings:
        fault = fault_of(mapping)
        if fault is not None:
            return refuse("forward", fault)
    return serve(mappings, Printer(as_json=line.json), drain=line.drain)


def refuse(command: str, text: str) -> int:
    """Say what is wrong with the words; the exit status for that."""
    print_line(sys.stderr, one_line(f"portway {command}: {text} (see portway {command} --help)"))
    return 2
