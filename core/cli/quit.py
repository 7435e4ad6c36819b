"""`portway --quit`: asks the Portway that holds the profile to end; installers do it first."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from core.cli.lines import print_line
from core.instance.client import reach

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 15.0
"""Seconds for connections to drain and all to be saved; a window takes one of them."""


def end_running(profile: Path) -> int:
    """End it and wait until its process has gone; 0 if none runs afterwards.

    Installers tell the two cases apart by the words, so these are part of the contract.
    """
    live = reach(profile)
    if live is None:
        print_line(sys.stdout, "Portway is not running.")
        return 0
    live.quit(PATIENCE)
    print_line(sys.stdout, f"Portway, process {live.about.pid}, has ended.")
    return 0
