"""Mappings for tests: one by fields, or any that a profile can hold."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from core.config.address import PortRange
from core.config.mapping import Mapping, Policy, Protocol, ProxyProtocol, Target


def mapping(**fields: Any) -> Mapping:
    """A valid mapping, 127.0.0.1:8080 -> example.org:80 where the fields do not say otherwise."""
    values: dict[str, Any] = {
        "listen_ports": PortRange.single(8080),
        "target_host": "example.org",
        "target_ports": PortRange.single(80),
    }
    return Mapping(**{**values, **fields})


def ports(first: int, last: int | None = None) -> PortRange:
    """A range, or one port."""
    return PortRange(first, first if last is None else last)


WORDS = st.text(st.characters(exclude_categories=["Cs"]))  # JSON has no lone surrogates
NUMBERS = st.integers(0, 2**63)
SECONDS = st.floats(0, allow_nan=False, allow_infinity=False)
PORTS = st.tuples(st.integers(1, 65535), st.integers(1, 65535)).map(
    lambda ends: PortRange(min(ends), max(ends))
) | st.just(PortRange(0, 0))

MAPPINGS = st.builds(
    Mapping,
    id=st.uuids().map(str),
    name=WORDS,
    group=WORDS,
    comment=WORDS,
    enabled=st.booleans(),
    protocol=st.sampled_from(Protocol),
    listen_host=WORDS,
    listen_ports=PORTS,
    target_host=WORDS,
    target_ports=PORTS,
    more_targets=st.lists(st.builds(Target, host=WORDS, ports=PORTS), max_size=3).map(tuple),
    policy=st.sampled_from(Policy),
    allow=st.lists(WORDS, max_size=3).map(tuple),
    max_connections=NUMBERS,
    limit_up=NUMBERS,
    limit_down=NUMBERS,
    connect_timeout=SECONDS,
    idle_timeout=SECONDS,
    half_closed_timeout=SECONDS,
    keepalive=st.booleans(),
    udp_timeout=SECONDS,
    proxy_protocol=st.sampled_from(ProxyProtocol),
    source_address=WORDS,
)
"""Anything the schema can hold, valid or not."""
