"""`portway run`: all enabled mappings of a profile, without a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.cli.printer import Printer
from core.cli.serve import serve
from core.cli.tally import Tally
from core.config.mapping import problems
from core.config.paths import HEADLESS_LOG, LOG_FOLDER, profile_folder
from core.config.settings import SettingsFile
from core.config.store import Store
from core.engine.status import NOTHING, Trouble, TroubleKind
from core.logs.files import LogFiles
from core.logs.journal import Journal
from core.message import PortwayError, message

if TYPE_CHECKING:
    from core.cli.words import CommandLine


def run(line: CommandLine) -> int:
    """Serve until a signal. Raises `PortwayError` when there is nothing to serve."""
    printer = Printer(as_json=line.json)
    folder = profile_folder(line.profile)
    store = Store(folder)
    loaded, settings = store.load(), SettingsFile(folder).read()
    tally = Tally(folder, {mapping.id for mapping in loaded.profile.mappings})
    for notice in (*loaded.notices, *settings.notices, *tally.notices):
        printer.notice(str(notice))
    enabled = [mapping for mapping in loaded.profile.mappings if mapping.enabled]
    valid = []
    for mapping in enabled:
        found = problems(mapping)
        for problem in found:
            place = str(mapping.listen)
            printer.trouble(mapping, Trouble(TroubleKind.INVALID, place, problem.text, NOTHING))
        if not found:
            valid.append(mapping)
    if not valid:
        text = "Nothing to serve: no mapping in {path} is switched on."
        if enabled:
            text = "Nothing to serve: no mapping in {path} can be used as it is."
        raise PortwayError(message(text, path=str(store.path)))
    files = LogFiles(folder / LOG_FOLDER / HEADLESS_LOG, settings.value.log_level)
    try:
        return serve(valid, printer, drain=line.drain, journal=Journal(), tally=tally)
    finally:
        files.close()
