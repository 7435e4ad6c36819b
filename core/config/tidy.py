"""What whoever holds a profile does to its files first: sweeps them, and shuts others out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config import disk
from core.config.paths import OWN_NAMES
from core.config.settings import SettingsFile
from core.config.store import Store
from core.config.totals import TotalsFile

if TYPE_CHECKING:
    from pathlib import Path


def tidy(folder: Path) -> None:
    """Tidy the profile; never raises."""
    for kind in (Store, SettingsFile, TotalsFile):
        kind(folder).sweep()
    disk.make_private(folder, OWN_NAMES)
