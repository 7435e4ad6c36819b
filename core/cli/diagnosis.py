"""`portway diagnose`: the steps of a diagnosis, printed as they happen."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
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
ENOUGH_OF_AN_ID = 13


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
        teller = _Teller(mapping, printer, line)
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

    def __init__(self, mapping: Mapping, printer: Printer, line: CommandLine) -> None:
        self._mapping = mapping
        self._printer = printer
        self._as_json = line.json
        self._portway = ["portway", *(["--profile", line.profile] if line.profile else [])]
        self._steps: list[Step] = []
        self._begun = ""
        if not self._as_json:
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
            self._printer.document(self._values(news))
            return
        title = str(news.title)
        about = "" if title == self._begun else f"{title}: "
        word = str(VERDICT_WORDS[news.verdict]).lower()
        self._say(f"  {word:<9}{about}{news.found}")
        if news.remedy is not None and news.verdict is not Verdict.OK:
            for text in self._help(news.remedy):
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

    def _help(self, remedy: Remedy) -> Iterator[str]:
        text = str(remedy.text)
        if text:
            yield text
        for what, line in self._commands(remedy):
            yield f"{what}: {line}"

    def _commands(self, remedy: Remedy) -> Iterator[tuple[str, str]]:
        """Lines to copy into a terminal; an edit of the mapping is one, too."""
        for command in remedy.commands:
            yield str(command.words), command.line
        for change in remedy.changes:
            line = self._edit(change)
            if line:
                yield str(change.words), line

    def _edit(self, change: Change) -> str:
        """The command that makes the change; nothing where no option does."""
        before, after = self._mapping, change.apply(self._mapping)
        options: list[str] = []
        if after.listen != before.listen:
            options += ["--listen", str(after.listen)]
        if after.target != before.target:
            options += ["--target", str(after.target)]
        if not options:
            return ""
        words = [*self._portway, "edit", before.id[:ENOUGH_OF_AN_ID], *options]
        return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)

    def _values(self, step: Step) -> dict[str, object]:
        remedy = step.remedy
        found = remedy is not None and {
            "text": str(remedy.text),
            "commands": [{"text": what, "line": line} for what, line in self._commands(remedy)],
        }
        return {
            "event": "step",
            "title": str(step.title),
            "verdict": step.verdict.value,
            "found": str(step.found),
            "remedy": found or None,
        }
