"""Writes results as aligned text or as JSON; computes nothing."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from tests.benchmarks.scenarios import Scenario
from tests.benchmarks.summary import Results, compare

NOTHING = "-"
SATURATED = 0.95  # of one core: the generator never waited, a faster relay would look the same


def _align(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align the first column to the left, the others to the right."""
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)),
            ]
        ).rstrip()
        for row in rows
    ]


def _form(value: float | None, form: str) -> str:
    return NOTHING if value is None else format(value, form)


def _scenario_rows(results: Results, scenario: Scenario) -> list[list[str]]:
    rows = [["", *(column.heading for column in scenario.columns), "spread %"]]
    for relay in results.relays:
        if not results.of(scenario, relay):
            continue
        spread = results.spread(scenario, relay)
        cells = [
            _form(results.median(scenario, relay, column), column.form)
            for column in scenario.columns
        ]
        name = f"{relay.name} {relay.version}".strip()
        rows.append([name, *cells, _form(None if spread is None else 100 * spread, ".0f")])
    for line in compare(results, scenario):
        cells = []
        for column in scenario.columns:
            ratio, whom = line.ratios.get(column.heading, (None, ""))
            cells.append(f"{_form(ratio, '.2f')} {whom}".strip())
        rows.append([f"= {line.label}", *cells, ""])
    return rows


def _saturated(results: Results, scenario: Scenario) -> list[str]:
    return [
        relay.name
        for relay in results.relays
        if any(r.load_share > SATURATED for r in results.of(scenario, relay).values())
    ]


def text(results: Results) -> str:
    """Return the report: one table per scenario, then what went wrong."""
    lines: list[str] = []
    for scenario in results.scenarios:
        lines += [
            scenario.title,
            *(f"  {line}" for line in _align(_scenario_rows(results, scenario))),
        ]
        if names := _saturated(results, scenario):
            lines.append(
                f"  the generator was the limit with: {', '.join(names)} (rates: at least)"
            )
        lines.append("")
    lines += [f"FAILED  {failure}" for failure in results.failures]
    return "\n".join(lines).rstrip()


def as_json(results: Results, head: dict[str, Any]) -> str:
    """Return everything, each single reading included, as one JSON object."""
    scenarios = {}
    for scenario in results.scenarios:
        relays = {
            relay.name: {
                "version": relay.version,
                "medians": {
                    column.heading: results.median(scenario, relay, column)
                    for column in scenario.columns
                },
                "rounds": [dataclasses.asdict(r) for r in results.of(scenario, relay).values()],
            }
            for relay in results.relays
            if results.of(scenario, relay)
        }
        ratios = {
            line.label: {
                heading: {"ratio": ratio, "against": whom} if whom else {"ratio": ratio}
                for heading, (ratio, whom) in line.ratios.items()
            }
            for line in compare(results, scenario)
        }
        scenarios[scenario.key] = {
            "title": scenario.title,
            "relays": relays,
            "ratios": ratios,
            "generator_was_the_limit": _saturated(results, scenario),
        }
    return json.dumps({**head, "scenarios": scenarios, "failures": results.failures}, indent=2)
