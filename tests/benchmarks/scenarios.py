"""What is measured: the scenarios, their units and their columns; runs nothing, prints nothing.

A new scenario is one mode of load.c, or a set of options of datagrams.c, and one entry in
SCENARIOS; a relay that cannot do it says so in peers.py.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """One measurement, the fields of load.c's JSON line: seconds, bytes, KiB, microseconds."""

    seconds: float
    units: int
    bytes: int
    errors: int
    p50_us: float
    p99_us: float
    relay_cpu_s: float
    load_cpu_s: float
    idle: int
    rss_before_kib: int
    rss_after_kib: int
    fds_before: int
    fds_after: int
    lost: int = 0
    """Datagrams that had no answer in time."""

    @property
    def load_share(self) -> float:
        """How much of the time the generator itself was on a CPU, 0 to 1."""
        return self.load_cpu_s / self.seconds


@dataclass(frozen=True)
class Column:
    """One figure: its heading with the unit, its value in a reading, its print format.

    `compare` is False for figures that explain others and are no aim themselves.
    """

    heading: str
    value: Callable[[Reading], float]
    form: str
    higher_is_better: bool = False
    compare: bool = True
    needs_relay: bool = True


@dataclass(frozen=True)
class Scenario:
    """One table: `mode` is load.c's word for it, `background` idle connections stay open in it.

    With `options` it is one of UDP: these are for datagrams.c.
    """

    mode: str
    title: str
    columns: tuple[Column, ...]
    connections: int = 0
    rate: int = 0
    """Connections begun a second, of at most `connections` under way; 0: one as another ends."""
    background: int = 0
    warmup: float = 0.0
    """Seconds, where the usual warm-up is too short for a relay to find out what it carries."""
    options: tuple[str, ...] = ()

    @property
    def datagrams(self) -> bool:
        """Whether it is about UDP."""
        return bool(self.options)

    @property
    def key(self) -> str:
        """The name in options and JSON."""
        return f"{self.mode}+idle" if self.background and self.mode != "idle" else self.mode

    def with_background(self, count: int) -> "Scenario":
        """Return the same scenario beside `count` idle connections through the same relay."""
        title = f"{self.title}, beside {count:,} idle connections"
        warmup = max(self.warmup, IDLE.warmup)
        return dataclasses.replace(self, title=title, background=count, warmup=warmup)


P50 = Column("p50 µs", lambda r: r.p50_us, ",.0f", needs_relay=False)
P99 = Column("p99 µs", lambda r: r.p99_us, ",.0f", needs_relay=False)
BUSY = Column("relay busy %", lambda r: 100 * r.relay_cpu_s / r.seconds, ".0f", compare=False)


def _rate(heading: str) -> Column:
    return Column(
        heading, lambda r: r.units / r.seconds, ",.0f", higher_is_better=True, needs_relay=False
    )


def _cpu_per_unit(heading: str) -> Column:
    return Column(heading, lambda r: 1e6 * r.relay_cpu_s / max(r.units, 1), ".1f")


SHORT = Scenario(
    "short",
    "short connections: connect, 64 bytes there and back, close; 32 in flight",
    (_rate("conns/s"), _cpu_per_unit("CPU µs/conn"), P50, P99, BUSY),
    connections=32,
)
PACED = Scenario(
    "paced",
    "8,000 short connections a second",
    (
        dataclasses.replace(_rate("conns/s"), compare=False),
        _cpu_per_unit("CPU µs/conn"),
        P50,
        P99,
        BUSY,
    ),
    connections=1000,
    rate=8000,
)
RTT = Scenario(
    "rtt",
    "round trips of 64 bytes over 64 connections",
    (_rate("trips/s"), _cpu_per_unit("CPU µs/trip"), P50, P99, BUSY),
    connections=64,
)
BULK = Scenario(
    "bulk",
    "bulk: 8 streams, one direction",
    (
        Column(
            "GB/s",
            lambda r: r.bytes / r.seconds / 1e9,
            ".2f",
            higher_is_better=True,
            needs_relay=False,
        ),
        Column("CPU s/GB", lambda r: 1e9 * r.relay_cpu_s / max(r.bytes, 1), ".3f"),
        BUSY,
    ),
    connections=8,
    warmup=2.5,
)
IDLE = Scenario(
    "idle",
    "idle connections, each after one echo of 64 bytes",
    (
        Column("KiB/conn", lambda r: (r.rss_after_kib - r.rss_before_kib) / max(r.idle, 1), ".2f"),
        Column("CPU ms/s", lambda r: 1e3 * r.relay_cpu_s / r.seconds, ".2f", compare=False),
        Column("resident MiB", lambda r: r.rss_after_kib / 1024, ".1f"),
        Column(
            "fds/conn",
            lambda r: (r.fds_after - r.fds_before) / max(r.idle, 1),
            ".2f",
            compare=False,
        ),
    ),
    warmup=2.5,
)
LOST = Column(
    "lost %",
    lambda r: 100 * r.lost / max(r.units + r.lost, 1),
    ".2f",
    compare=False,
    needs_relay=False,
)


def _udp(mode: str, title: str, *options: str, warmup: float = 0.0) -> Scenario:
    columns = (_rate("trips/s"), _cpu_per_unit("CPU µs/trip"), P50, P99, LOST, BUSY)
    return Scenario(mode, title, columns, warmup=warmup, options=options)


UDP = _udp("udp", "UDP: round trips of 1,200 bytes, 64 clients", "clients=64", "size=1200")
UDP_ONE = _udp(
    "udp-one",
    "UDP: one bulky client, 64 datagrams of 1,200 bytes under way",
    "clients=1",
    "burst=32",
    warmup=1.5,
)
UDP_RUNS = _udp(
    "udp-runs",
    "UDP: one bulky client that sends runs in one piece (UDP_SEGMENT), as QUIC does",
    "clients=1",
    "burst=32",
    "gso=1",
    warmup=1.5,
)
UDP_MANY = _udp(
    "udp-many",
    "UDP: round trips of 64 bytes, 1,000 clients, 64 of them at a time",
    "clients=1000",
    "size=64",
)
UDP_ONCE = Scenario(
    "udp-once",
    "UDP: clients of one question of 64 bytes each, 32 at a time",
    (
        _rate("clients/s"),
        _cpu_per_unit("CPU µs/client"),
        P50,
        P99,
        LOST,
        Column("clients", lambda r: r.units, ",.0f", compare=False, needs_relay=False),
        Column("grew by MiB", lambda r: (r.rss_after_kib - r.rss_before_kib) / 1024, ".1f",
               compare=False),
        Column("fds", lambda r: r.fds_after, ",.0f", compare=False),
    ),
    options=("clients=32", "flight=32", "size=64", "once=1"),
)  # fmt: skip
SCENARIOS = {
    scenario.mode: scenario
    for scenario in (SHORT, PACED, RTT, BULK, IDLE, UDP, UDP_ONE, UDP_RUNS, UDP_MANY, UDP_ONCE)
}


def select(modes: list[str], idle: int, background: int) -> list[Scenario]:
    """Return the scenarios of these modes, in order.

    `idle` is the number of connections in the idle one; if `background` is not 0, each other one
    of TCP gets a twin beside that many idle connections.
    """
    chosen: list[Scenario] = []
    for mode in modes:
        scenario = SCENARIOS[mode]
        if mode == "idle":
            title = f"{idle:,} {scenario.title}"
            chosen.append(dataclasses.replace(scenario, title=title, background=idle))
            continue
        chosen.append(scenario)
        if background and not scenario.datagrams:
            chosen.append(scenario.with_background(background))
    return chosen
