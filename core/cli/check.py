"""`portway check`: what is wrong with the mappings, and what would fail to start here and now."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from core.cli.keeper import keeper
from core.cli.lines import print_line
from core.cli.naming import find_all
from core.cli.printer import Printer
from core.config.mapping import problems
from core.diagnose.probe import resolve
from core.diagnose.rehearsal import Finding, rehearse, rehearse_way
from core.engine.circles import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from core.cli.words import CommandLine
    from core.config.address import Endpoint
    from core.config.mapping import Mapping
    from core.diagnose.probe import LookedUp

NAMES_AT_A_TIME = 16
LOOK_UP_SECONDS = 10.0


def check(line: CommandLine) -> int:
    """Print every finding; 0 only if there is none."""
    printer = Printer(as_json=line.json)
    with keeper(line, printer) as kept:
        mappings = kept.mappings()
        ours = kept.live.about.pid if kept.live is not None else 0
    if line.names:
        shown = find_all(mappings, line.names)
    else:
        shown = [one for one in mappings if one.enabled or line.all]
    failing = 0
    for one, findings in _look_at(shown, mappings, ours):
        failing += bool(findings)
        for finding in findings:
            printer.finding(one, finding.trouble, finding.more)
    if line.json:
        values = {"event": "checked", "mappings": len(shown), "failing": failing}
        printer.document(values)
    else:
        left_out = 0 if line.names else len(mappings) - len(shown)
        print_line(sys.stdout, _summary(len(shown), failing, left_out))
    return int(failing > 0 or kept.was_damaged)


def _summary(count: int, failing: int, left_out: int) -> str:
    if not count:
        return "There is nothing to check: no mapping is switched on."
    said = "1 mapping checked" if count == 1 else f"{count} mappings checked"
    found = f"{failing} would not work as it is" if failing else "nothing found"
    more = f" ({left_out} switched off, left out)" if left_out else ""
    return f"{said}: {found}{more}."


def _look_at(
    shown: Sequence[Mapping], mappings: Sequence[Mapping], ours: int
) -> Iterator[tuple[Mapping, list[Finding]]]:
    """Each mapping with what was found, in the order of the list."""
    looked_up = _look_up(shown)
    found_here: dict[str, list[Finding]] = {}
    for one in shown:
        at = next(at for at, other in enumerate(mappings) if other.id == one.id)
        # Of two that are switched on the first has the port; who is off would come last.
        before = mappings[:at] if one.enabled else mappings
        found_here[one.id] = list(rehearse(one, before, ours))
    # Who cannot listen as it is leads nobody back.
    at_work = [one for one in mappings if one.enabled and not found_here.get(one.id)]
    places = written(at_work)
    for one in shown:
        findings = found_here[one.id]
        if not problems(one):
            for target in one.targets:
                found = looked_up[target.host]
                findings += [Finding(found.trouble)] if found.trouble is not None else []
                there = places if one in at_work else written([one, *at_work])
                findings += rehearse_way(one, target, found.addresses, there)
        yield one, findings


def _look_up(shown: Iterable[Mapping]) -> dict[str, LookedUp]:
    """Every target's name, several at a time: one that nobody answers for takes seconds."""
    targets: dict[str, Endpoint] = {
        target.host: target for one in shown if not problems(one) for target in one.targets
    }
    stop = threading.Event()
    with ThreadPoolExecutor(NAMES_AT_A_TIME) as pool:
        try:
            answers = pool.map(lambda one: resolve(one, LOOK_UP_SECONDS, stop), targets.values())
            return dict(zip(targets, answers, strict=True))
        finally:
            stop.set()  # after Ctrl-C, those that still ask
