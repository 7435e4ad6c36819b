"""`portway diagnose`: the steps of a diagnosis, printed as they happen."""

from __future__ import annotations

import contextlib
import sys
import threading
from typing import TYPE_CHECKING

from core.cli.keeper import keeper
from core.cli.lines import print_line
from core.cli.naming import find
from core.cli.printer import Printer
from core.cli.serve import signals_into
from core.cli.trial import listening
from core.config.mapping import mapping_line
from core.diagnose.steps import VERDICT_WORDS, Begun, Step, Verdict, summary
from core.diagnose.walk import diagnose
from core.engine.status import OFF, Status, Trouble
from core.message import message, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.cli.words import CommandLine
    from core.config.mapping import Mapping
    from core.diagnose.remedies import Change, Remedy
    from core.instance.messages import MappingStatus

INDENT = " " * 11


def diagnosis(line: CommandLine) -> int:
    """Walk the way; 0 only when no step failed and none is missing."""
    printer = Printer(as_json=line.json)
    with keeper(line, printer) as kept:
        mappings = kept.mappings()
        mapping = find(mappings, line.names[0])
        live = kept.live
        rows = live.status().rows if live is not None else ()
    stop = threading.Event()
    with contextlib.ExitStack() as stack:
        stack.enter_context(signals_into(lambda _signal: stop.set()))
        if live is None:
            printer.notice(
                "Portway is not running with this profile; the mapping listens for the time of "
                "this diagnosis."
            )
            status, ours = stack.enter_context(listening(mapping)), None
        else:
            row = next((row for row in rows if row.mapping.id == mapping.id), None)
            status, ours = _status(row), live.about.pid
        teller = _Teller(mapping, printer, as_json=line.json)
        for news in diagnose(mapping, status, mappings, stop, ours):
            teller.tell(news)
        return teller.end(cancelled=stop.is_set())


def _status(row: MappingStatus | None) -> Status:
    """What a running Portway says, as an engine here would."""
    if row is None:
        return OFF
    trouble = None
    if row.trouble is not None:
        said = row.trouble
        trouble = Trouble(
            said.kind,
            said.address,
            message("{said}", said=said.reason),
            message("{said}", said=said.remedy),
            said.owner,
        )
    return Status(row.state, trouble, row.listening, row.protocols)


class _Teller:
    """Prints what happens, as text or as objects, and remembers how it went."""

    def __init__(self, mapping: Mapping, printer: Printer, *, as_json: bool) -> None:
        self._mapping = mapping
        self._printer = printer
        self._as_json = as_json
        self._steps: list[Step] = []
        self._begun = ""
        if not as_json:
            name = f"{mapping.name}: " if mapping.name else ""
            self._say(f"{name}{mapping_line(mapping)}")

    def tell(self, news: Begun | Step) -> None:
        """Print one."""
        if isinstance(news, Begun):
            self._begun = str(news.title)
            if self._as_json:
                self._printer.document({"event": "begun", "title": self._begun})
            else:
                self._say(self._begun)
            return
        self._steps.append(news)
        if self._as_json:
            self._printer.document(_values(news, self._mapping))
            return
        title = str(news.title)
        about = "" if title == self._begun else f"{title}: "
        word = str(VERDICT_WORDS[news.verdict]).lower()
        self._say(f"  {word:<9}{about}{news.found}")
        if news.remedy is not None and news.verdict is not Verdict.OK:
            for text in _help(news.remedy, self._mapping):
                self._say(INDENT + text)

    def end(self, *, cancelled: bool) -> int:
        """Say what it comes to; the exit status."""
        failed = any(step.verdict is Verdict.FAILED for step in self._steps)
        text = "Stopped; this is not the whole way." if cancelled else str(summary(self._steps))
        if self._as_json:
            values = {"event": "summary", "text": text, "works": not (failed or cancelled)}
            self._printer.document(values)
        else:
            self._say(text.replace("“Failed”", "“failed”").replace("“Not sure”", "“not sure”"))
        return int(failed or cancelled)

    @staticmethod
    def _say(text: str) -> None:
        print_line(sys.stdout, one_line(text))


def _help(remedy: Remedy, mapping: Mapping) -> Iterator[str]:
    text = str(remedy.text)
    if text:
        yield text
    for command in remedy.commands:
        yield f"{command.words}: {command.line}"
    for change in remedy.changes:
        command_line = _edit(change, mapping)
        if command_line:
            yield f"{change.words}: {command_line}"


def _edit(change: Change, mapping: Mapping) -> str:
    """The command that makes the change; nothing where no option does."""
    changed = change.apply(mapping)
    words = ["portway", "edit", mapping.id[:13]]
    if changed.listen != mapping.listen:
        words += ["--listen", f"'{changed.listen}'" if "*" in changed.listen_host else
                  str(changed.listen)]  # fmt: skip
    if changed.target != mapping.target:
        words += ["--target", str(changed.target)]
    return " ".join(words) if len(words) > 3 else ""


def _values(step: Step, mapping: Mapping) -> dict[str, object]:
    remedy = step.remedy
    return {
        "event": "step",
        "title": str(step.title),
        "verdict": step.verdict.value,
        "found": str(step.found),
        "remedy": {
            "text": str(remedy.text),
            "commands": [{"text": str(one.words), "line": one.line} for one in remedy.commands]
            + [
                {"text": str(one.words), "line": _edit(one, mapping)}
                for one in remedy.changes
                if _edit(one, mapping)
            ],
        }
        if remedy is not None
        else None,
    }
