"""What a diagnosis consists of: steps with a verdict, and all of them as a text; values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from core.message import message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.config.mapping import Mapping
    from core.diagnose.remedies import Remedy
    from core.message import Message


class Verdict(StrEnum):
    """How a step ended."""

    OK = "ok"
    FAILED = "failed"
    UNSURE = "unsure"
    """It may be the reason; who may look closer is told how."""
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Begun:
    """A step that is under way."""

    title: Message


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way, what was found there, and what helps."""

    title: Message
    verdict: Verdict
    found: Message
    remedy: Remedy | None = None


VERDICT_WORDS = {
    Verdict.OK: message("OK"),
    Verdict.FAILED: message("Failed"),
    Verdict.UNSURE: message("Not sure"),
    Verdict.SKIPPED: message("Skipped"),
}
_MARKS = {Verdict.OK: "✓", Verdict.FAILED: "✗", Verdict.UNSURE: "?", Verdict.SKIPPED: "-"}


def summary(steps: Iterable[Step]) -> Message:
    """What it comes to, in one sentence."""
    verdicts = [step.verdict for step in steps]
    if Verdict.FAILED in verdicts:
        return message("Something does not work; the steps marked “Failed” say what.")
    if Verdict.UNSURE in verdicts:
        return message("All that could be tried works; look at the steps marked “Not sure”.")
    return message("Everything works.")


def as_text(mapping: Mapping, steps: Iterable[Step], say: Callable[[Message], str] = str) -> str:
    """The whole diagnosis to paste into a mail; `say` turns messages into the reader's language."""
    lines = [f"{mapping.title}: {mapping.listen} -> {mapping.target}", ""]
    for step in steps:
        line = message(
            "{mark} {verdict}: {title}. {found}",
            mark=_MARKS[step.verdict],
            verdict=VERDICT_WORDS[step.verdict],
            title=step.title,
            found=step.found,
        )
        lines.append(say(line))
        if step.remedy is not None:
            lines.append(f"    {say(step.remedy.text)}".rstrip())
            for command in step.remedy.commands:
                lines += [f"    {say(command.words)}:", f"        {command.line}"]
    return "\n".join(lines) + "\n"
