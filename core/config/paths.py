"""Where Portway keeps its files; the one module that knows folder and file names."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

PORTABLE_MARKER = "portway.portable"
"""A file of this name beside the program makes the profile live there too."""

MAPPINGS_FILE = "mappings.json"
SETTINGS_FILE = "settings.json"
TOTALS_FILE = "totals.json"
LOCK_FILE = "portway.lock"
SOCKET_FILE = "portway.socket"
OWN_NAMES = (
    *("mappings.", "settings.", "totals.", ".mappings-", ".settings-", ".totals-"),
    *("portway.", "window.ini", "logs"),
)
"""How the names of everything begin that Portway puts into a profile."""
LOG_FOLDER = "logs"
DESKTOP_LOG = "portway.log"
HEADLESS_LOG = "run.log"
"""A file of its own: two programs must not rotate one."""


def profile_folder(chosen: str | None = None) -> Path:
    """Return the profile folder: the chosen one, a portable one, or the user's (not created)."""
    if chosen:
        # Not Path.expanduser, which raises where there is no such user. Where nobody has a folder
        # called by a tilde and a name, Windows, Python would guess one beside the user's own.
        if os.name == "posix" or chosen == "~" or chosen.startswith(("~/", "~\\")):
            chosen = os.path.expanduser(chosen)  # noqa: PTH111
        return Path(chosen).absolute()
    program_folder = Path(sys.executable if getattr(sys, "frozen", False) else sys.argv[0]).parent
    if (program_folder / PORTABLE_MARKER).is_file():
        return (program_folder / "profile").absolute()
    return platformdirs.user_config_path("portway", appauthor=False)
