"""`portway run`: all enabled mappings of a profile, without a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.cli.printer import Printer
from core.cli.serve import serve
from core.cli.service import Service
from core.cli.tally import Tally
from core.config.paths import HEADLESS_LOG, LOG_FOLDER, profile_folder
from core.config.settings import SettingsFile
from core.config.store import Store
from core.config.tidy import tidy
from core.instance.claim import claim_for_serving
from core.logs.files import LogFiles
from core.message import PortwayError, message

if TYPE_CHECKING:
    from core.cli.words import CommandLine
    from core.instance.claim import Instance


def run(line: CommandLine) -> int:
    """Serve until a signal. Raises `PortwayError` when there is nothing to serve."""
    printer = Printer(as_json=line.json)
    folder = profile_folder(line.profile)
    if not folder.is_dir():  # looking must not make one
        raise _nothing_to_serve(Store(folder))
    instance = claim_for_serving(folder)
    try:
        return _run(line, printer, instance)
    finally:
        instance.release()


def _run(line: CommandLine, printer: Printer, instance: Instance) -> int:
    tidy(instance.folder)
    store = Store(instance.folder)
    loaded, settings = store.load(), SettingsFile(instance.folder).read()
    mappings = loaded.profile.mappings
    tally = Tally(instance.folder, {mapping.id for mapping in mappings})
    for notice in (*loaded.notices, *settings.notices, *tally.notices):
        printer.notice(str(notice))
    service = Service(instance, store, mappings, tally, printer.notice)
    for mapping, trouble in service.unusable():
        printer.trouble(mapping, trouble)
    served = service.served()
    if not served:
        if any(mapping.enabled for mapping in mappings):
            text = "Nothing to serve: no mapping in {path} can be used as it is."
            raise PortwayError(message(text, path=str(store.path)))
        raise _nothing_to_serve(store)
    log = instance.folder / LOG_FOLDER / HEADLESS_LOG
    files = LogFiles(log, settings.value.log_level)
    try:
        return serve(served, printer, drain=line.drain, service=service)
    finally:
        files.close()


def _nothing_to_serve(store: Store) -> PortwayError:
    text = "Nothing to serve: no mapping in {path} is switched on."
    return PortwayError(message(text, path=str(store.path)))
