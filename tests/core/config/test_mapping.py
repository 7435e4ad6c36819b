"""What makes a mapping valid, what it clashes with, and how it is called."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given

from core.config.address import PortRange, check_host
from core.config.mapping import (
    Mapping,
    Protocol,
    Target,
    clashes,
    mapping_line,
    new_id,
    problems,
)
from tests.core.config.mappings import MAPPINGS, mapping, ports


def _fields(**fields: Any) -> list[str]:
    return [problem.field for problem in problems(mapping(**fields))]


def _said(**fields: Any) -> str:
    (problem,) = problems(mapping(**fields))
    return str(problem.text)


def test_a_mapping_with_nothing_but_its_addresses_is_valid() -> None:
    assert problems(mapping()) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"listen_host": "*"},
        {"listen_host": "eth0"},
        {"listen_host": "fe80::1%eth0"},
        {"listen_ports": ports(0)},
        {"listen_ports": ports(8000, 8010)},
        {"listen_ports": ports(8000, 8010), "target_ports": ports(9000, 9010)},
        {"more_targets": (Target("backup.example", ports(80)),)},
        {"allow": ("192.168.1.0/24", "10.0.0.5", "fd00::/8", " 192.168.1.7/24 ")},
        {"idle_timeout": 0.0, "half_closed_timeout": 0.0, "connect_timeout": 0.5},
        {"source_address": "192.168.1.5"},
        {"listen_host": "::", "target_host": "example.org", "target_ports": ports(8080)},
        {"name": "any text \N{SNOWMAN}\n"},
    ],
)
def test_what_is_valid(fields: dict[str, Any]) -> None:
    assert _fields(**fields) == []


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"listen_host": ""}, "listen_host", "host is missing"),
        ({"listen_host": "a b"}, "listen_host", "not a host name"),
        ({"target_host": ""}, "target_host", "host is missing"),
        ({"target_host": "*"}, "target_host", "one host, not *"),
        ({"target_ports": ports(0)}, "target_ports", "cannot have port 0"),
        (
            {"listen_ports": ports(8000, 8010), "target_ports": ports(9000, 9009)},
            "target_ports",
            "10 target ports for 11 listening ports",
        ),
        (
            {"more_targets": (Target("h", ports(1, 2)),)},
            "more_targets",
            "2 target ports for 1 listening port",
        ),
        ({"more_targets": (Target("a b", ports(1)),)}, "more_targets", "not a host name"),
        ({"more_targets": (Target("*", ports(1)),)}, "more_targets", "one host, not *"),
        ({"more_targets": (Target("h", ports(0)),)}, "more_targets", "cannot have port 0"),
        ({"allow": ("192.168.1.0/33",)}, "allow", "192.168.1.0/24"),
        ({"allow": ("",)}, "allow", "not a network"),
        ({"max_connections": -1}, "max_connections", "must be 0 or more"),
        ({"limit_up": -1}, "limit_up", "must be 0 or more"),
        ({"idle_timeout": -0.5}, "idle_timeout", "must be 0 or more"),
        ({"half_closed_timeout": -1.0}, "half_closed_timeout", "must be 0 or more"),
        ({"connect_timeout": 0.0}, "connect_timeout", "more than 0"),
        ({"udp_timeout": 86401.0}, "udp_timeout", "at most 86400"),
        ({"source_address": "eth0"}, "source_address", "not an IP address"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    fields: dict[str, Any], field: str, said: str
) -> None:
    assert _fields(**fields) == [field]
    assert said in _said(**fields)


@pytest.mark.parametrize("field", ["listen_host", "target_host"])
@pytest.mark.parametrize("host", [" 127.0.0.2", "localhost\t", "[::1]"])
def test_a_host_is_kept_as_the_system_takes_it(field: str, host: str) -> None:
    # Whoever takes what a person typed has check_host for it; the engine looks up what is here.
    assert _fields(**{field: host}) == [field]
    assert check_host(host) in _said(**{field: host})


@pytest.mark.parametrize("endless", [math.inf, math.nan])
@pytest.mark.parametrize(
    "field", ["idle_timeout", "half_closed_timeout", "connect_timeout", "udp_timeout"]
)
def test_a_time_is_a_number_that_can_be_saved(field: str, endless: float) -> None:
    # JSON has neither; such a profile could be written but not read.
    assert _fields(**{field: endless}) == [field]


@pytest.mark.parametrize(
    ("listen", "target"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "localhost"),
        ("localhost", "127.0.0.1"),
        ("LocalHost", "localhost."),
        ("localhost", "::1"),
        ("::1", "0:0:0:0:0:0:0:1"),
        ("0.0.0.0", "127.0.0.1"),
        ("0.0.0.0", "localhost"),
        ("*", "127.0.0.1"),
        ("*", "::1"),
        ("::", "127.0.0.1"),
        ("192.168.1.5", "192.168.1.5"),
        ("127.0.0.1", "0.0.0.0"),
        ("Host.example", "host.example"),
    ],
)
def test_a_mapping_to_itself_would_run_in_a_circle(listen: str, target: str) -> None:
    circle = {"listen_host": listen, "target_host": target, "target_ports": ports(8080)}
    assert _fields(**circle) == ["target_host"]
    assert "circle" in _said(**circle)
    assert _fields(**{**circle, "target_ports": ports(8081)}) == []


@pytest.mark.parametrize(
    ("listen", "target"),
    [
        ("0.0.0.0", "::1"),  # from one family to the other
        ("::1", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.2"),
        ("*", "192.168.1.5"),  # may be another machine's
        ("192.168.1.5", "127.0.0.1"),
        ("192.168.1.5", "0.0.0.0"),
    ],
)
def test_the_same_port_elsewhere_is_no_circle(listen: str, target: str) -> None:
    assert _fields(listen_host=listen, target_host=target, target_ports=ports(8080)) == []


def test_a_circle_through_a_range_or_a_second_target_is_found() -> None:
    loop = {"target_host": "127.0.0.1", "listen_ports": ports(8000, 8010)}
    assert _fields(**loop, target_ports=ports(8005)) == ["target_host"]
    assert _fields(**loop, target_ports=ports(8000, 8010)) == ["target_host"]
    assert _fields(**loop, target_ports=ports(9000, 9010)) == []
    assert _fields(more_targets=(Target("127.0.0.1", ports(8080)),)) == ["more_targets"]


@given(MAPPINGS)
def test_every_problem_names_a_field_and_says_a_sentence(anything: Mapping) -> None:
    for problem in problems(anything):
        assert hasattr(anything, problem.field)
        assert str(problem.text).endswith(".")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "0.0.0.0"),
        ("127.0.0.1", "*"),
        ("127.0.0.1", "::"),  # our listener there takes IPv4 too
        ("127.0.0.1", "localhost"),
        ("::1", "localhost"),
        ("::1", "::"),
        ("::1", "0:0:0:0:0:0:0:1"),
        ("fe80::A%eth0", "fe80::a%eth0"),
        ("localhost", "LOCALHOST."),
        ("0.0.0.0", "::"),
        ("0.0.0.0", "eth0"),
    ],
)
def test_two_listeners_that_claim_one_address_clash(one: str, other: str) -> None:
    first, second = mapping(listen_host=one), mapping(listen_host=other)
    assert clashes(first, [second]) == [second]
    assert clashes(second, [first]) == [first]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("127.0.0.1", "127.0.0.2"),
        ("127.0.0.1", "::1"),
        ("0.0.0.0", "::1"),
        ("eth0", "eth1"),
        ("fe80::1%eth0", "fe80::1%eth1"),
        ("127.0.0.2", "localhost"),
    ],
)
def test_two_listeners_on_different_addresses_get_on(one: str, other: str) -> None:
    first, second = mapping(listen_host=one), mapping(listen_host=other)
    assert clashes(first, [second]) == []
    assert clashes(second, [first]) == []


def test_only_what_is_switched_on_on_the_same_ports_and_protocol_clashes() -> None:
    mine = mapping(listen_ports=ports(8000, 8010))
    assert clashes(mine, [mine]) == []
    assert clashes(mine, [mapping(listen_ports=ports(8010), enabled=False)]) == []
    assert clashes(mine, [mapping(listen_ports=ports(8011))]) == []
    assert clashes(mine, [mapping(listen_ports=ports(0))]) == []
    assert clashes(mine, [mapping(listen_ports=ports(8010), protocol=Protocol.UDP)]) == []
    both = mapping(listen_ports=ports(8010), protocol=Protocol.BOTH)
    assert clashes(mine, [both]) == [both]


def test_an_edited_mapping_does_not_clash_with_what_it_was() -> None:
    identity = new_id()
    assert clashes(mapping(id=identity, name="new"), [mapping(id=identity, name="old")]) == []


def test_a_mapping_is_called_by_its_name_or_else_by_where_it_listens() -> None:
    assert mapping(name="Web").title == "Web"
    assert mapping(listen_host="::1", listen_ports=ports(8000, 8010)).title == "[::1]:8000-8010"


def test_a_mapping_as_one_line() -> None:
    shown = mapping(listen_host="::1", target_host="2001:db8::5", protocol=Protocol.UDP)
    assert mapping_line(shown) == "udp [::1]:8080 -> [2001:db8::5]:80"


def test_the_targets_are_the_first_and_then_the_others() -> None:
    several = mapping(more_targets=(Target("b", ports(1)), Target("::1", ports(2, 3))))
    assert list(map(str, several.targets)) == ["example.org:80", "b:1", "[::1]:2-3"]


def test_no_two_mappings_get_the_same_identity() -> None:
    assert len({mapping().id for _ in range(100)}) == 100


def test_a_mapping_is_compared_by_what_it_says() -> None:
    # The engine keeps its listeners when a mapping comes again unchanged.
    assert mapping(id="x") == mapping(id="x", listen_ports=PortRange.parse("8080"))
    assert mapping(id="x") != mapping(id="x", enabled=False)
