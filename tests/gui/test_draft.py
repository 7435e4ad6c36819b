"""Reading what was typed: into a mapping, or into words beside the right field."""

from __future__ import annotations

import pytest

from core.config.address import Endpoint, PortRange
from core.config.mapping import Mapping, ProxyProtocol, Target
from gui.draft import Draft, draft_of, read_draft, split_host_and_port
from tests.gui.examples import mapping

GOOD = Draft(listen_ports="8080", target_host="example.org", target_ports="80")


def faults(**typed: str) -> dict[str, str]:
    reading = read_draft(_with(typed), None)
    assert (reading.mapping is None) == bool(reading.problems)
    return {problem.field: str(problem.text) for problem in reading.problems}


def _with(typed: dict[str, str]) -> Draft:
    values = {name: getattr(GOOD, name) for name in GOOD.__slots__}
    return Draft(**{**values, **typed})


def test_a_good_draft_becomes_a_mapping() -> None:
    reading = read_draft(_with({"name": "  Web ", "allow": "10.0.0.0/8 192.168.1.5"}), None)
    assert reading.mapping is not None
    assert reading.mapping.name == "Web"
    assert reading.mapping.allow == ("10.0.0.0/8", "192.168.1.5")
    assert str(reading.mapping.listen) == "127.0.0.1:8080"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("listen_ports", "", "port is missing"),
        ("listen_ports", "80x", "is not a port"),
        ("listen_ports", "70000", "1 to 65535"),
        ("listen_ports", "0", "1 to 65535"),
        ("listen_ports", "90-80", "ends before it begins"),
        ("listen_host", "300.1.1.1", "not an IPv4 address"),
        ("target_host", "", "host is missing"),
        ("target_host", "exa mple", "not a host name"),
        ("target_host", "*", "one host"),
        ("target_ports", "0", "port 0"),
        ("target_ports", "80-90", "same size"),
        ("allow", "10.0.0.0/99", "not a network"),
    ],
)
def test_each_fault_is_told_beside_its_field(field: str, typed: str, words: str) -> None:
    assert words in faults(**{field: typed})[field]


def test_several_faults_are_all_told() -> None:
    assert set(faults(listen_ports="x", target_host="")) == {"listen_ports", "target_host"}


def test_what_the_editor_does_not_show_is_kept() -> None:
    rich = mapping(
        "Rich",
        group="Office",
        limit_up=5,
        source_address="127.0.0.9",
        proxy_protocol=ProxyProtocol.V2,
        more_targets=(Target("b.example.org", PortRange.single(80)),),
        connect_timeout=2.2345678,
        enabled=False,
    )
    reading = read_draft(draft_of(rich), rich)
    assert reading.mapping == rich


def test_only_changed_options_are_taken() -> None:
    edited = mapping("Web", idle_timeout=0.123456)
    draft = Draft(listen_ports="1", target_host="b", target_ports="2", options={"keepalive": False})
    reading = read_draft(draft, edited)
    assert isinstance(reading.mapping, Mapping)
    assert reading.mapping.keepalive is False
    assert reading.mapping.idle_timeout == 0.123456
    assert reading.mapping.id == "Web"


@pytest.mark.parametrize(
    ("text", "host", "ports"),
    [
        ("example.org:443", "example.org", "443"),
        (" 10.0.0.5:8000-8010 ", "10.0.0.5", "8000-8010"),
        ("[::1]:53", "::1", "53"),
        ("*:8080", "*", "8080"),
        ("wsl:Ubuntu:80", "wsl:Ubuntu", "80"),
        ("wsl:80", "wsl", "80"),
    ],
)
def test_host_and_port_are_taken_apart(text: str, host: str, ports: str) -> None:
    assert split_host_and_port(text) == Endpoint(host, PortRange.parse(ports))


@pytest.mark.parametrize(
    "text", ["", "example.org", "::1", "fe80::1:80", "a:b", "a:99999", "a:", "wsl:a"]
)
def test_anything_else_is_left_alone(text: str) -> None:
    assert split_host_and_port(text) is None
