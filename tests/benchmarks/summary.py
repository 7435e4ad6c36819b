"""Turns the readings of all rounds into medians and ratios; measures nothing, prints nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.benchmarks.peers import Kind, Relay
from tests.benchmarks.scenarios import Column, Reading, Scenario


@dataclass
class Results:
    """All readings of a run: per scenario and relay (by name), by round."""

    relays: Sequence[Relay]
    scenarios: Sequence[Scenario]
    readings: dict[tuple[str, str], dict[int, Reading]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def add(self, scenario: Scenario, relay: Relay, turn: int, reading: Reading) -> None:
        """Keep the reading of round number `turn`."""
        self.readings.setdefault((scenario.key, relay.name), {})[turn] = reading

    def of(self, scenario: Scenario, relay: Relay) -> dict[int, Reading]:
        """Return the readings by round; none if it failed or was not run."""
        return self.readings.get((scenario.key, relay.name), {})

    def names(self, *kinds: Kind) -> list[Relay]:
        """Return the relays of these kinds, in table order."""
        return [relay for relay in self.relays if relay.kind in kinds]

    def median(self, scenario: Scenario, relay: Relay, column: Column) -> float | None:
        """Return the median over the rounds, in the column's unit."""
        readings = self.of(scenario, relay).values()
        if not readings or (relay.kind == "direct" and column.needs_relay):
            return None
        return median(column.value(reading) for reading in readings)

    def spread(self, scenario: Scenario, relay: Relay) -> float | None:
        """Return (highest - lowest) / median of the scenario's first column, or None."""
        column = scenario.columns[0]
        middle = self.median(scenario, relay, column)
        if not middle or len(self.of(scenario, relay)) < 2:
            return None
        values = [column.value(reading) for reading in self.of(scenario, relay).values()]
        return (max(values) - min(values)) / middle

    def best(self, scenario: Scenario, relays: Sequence[Relay], column: Column) -> Relay | None:
        """Return the relay with the best median in this column."""
        medians = [(self.median(scenario, relay, column), relay) for relay in relays]
        known = [(value, relay) for value, relay in medians if value is not None]
        if not known:
            return None
        pick = max if column.higher_is_better else min
        return pick(known, key=lambda pair: pair[0])[1]

    def ratio(
        self,
        column: Column,
        above: tuple[Scenario, Relay],
        below: tuple[Scenario, Relay],
    ) -> float | None:
        """Return the median, over the rounds both have, of above / below in that round.

        Within a round the machine was in about the same mood, so its noise partly cancels.
        """
        mine, theirs = self.of(*above), self.of(*below)
        pairs = [
            (column.value(mine[turn]), column.value(theirs[turn]))
            for turn in mine
            if turn in theirs
        ]
        quotients = [a / b for a, b in pairs if b > 0]
        return median(quotients) if quotients else None


@dataclass(frozen=True)
class Comparison:
    """One line of ratios: per column heading the ratio and, where it varies, against whom."""

    label: str
    ratios: dict[str, tuple[float, str]]


def compare(results: Results, scenario: Scenario) -> list[Comparison]:
    """Return Portway's ratios to the best peer (per column), the floor and the extra programs.

    In a scenario beside idle connections, every relay is set against itself without them, too.
    """
    comparisons: list[Comparison] = []
    for portway in results.names("portway"):
        comparisons.append(_against(results, scenario, portway, results.names("peer"), "best peer"))
        comparisons += [
            _against(results, scenario, portway, [other], other.name)
            for other in results.names("floor", "extra")
        ]
    plain = [s for s in results.scenarios if s.mode == scenario.mode and s.key != scenario.key]
    if scenario.background and plain:
        for relay in results.names("floor", "portway", "peer", "extra"):
            ratios = {
                column.heading: (ratio, "")
                for column in scenario.columns
                if column.compare
                and (ratio := results.ratio(column, (scenario, relay), (plain[0], relay)))
            }
            comparisons.append(Comparison(f"{relay.name} / itself without idle", ratios))
    return [comparison for comparison in comparisons if comparison.ratios]


def _against(
    results: Results, scenario: Scenario, portway: Relay, others: Sequence[Relay], label: str
) -> Comparison:
    ratios: dict[str, tuple[float, str]] = {}
    for column in scenario.columns:
        other = results.best(scenario, others, column) if column.compare else None
        if other is None:
            continue
        ratio = results.ratio(column, (scenario, portway), (scenario, other))
        if ratio is not None:
            ratios[column.heading] = (ratio, other.name if len(others) > 1 else "")
    return Comparison(f"{portway.name} / {label}", ratios)
