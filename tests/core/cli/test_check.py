"""check: what would fail to start is told with its owner; what would not, is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.config.store import Profile, Store
from tests.core.config.mappings import mapping, ports
from tests.support import free_port, free_run, listen, port_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.config.mapping import Mapping
    from tests.core.cli.commands import Ended

    Portway = Callable[..., Ended]


def _save(profile: Path, *mappings: Mapping) -> None:
    Store(profile).save(Profile(mappings=mappings))


def _local(port: int, **fields: object) -> Mapping:
    values = {"listen_ports": ports(port), "target_host": "127.0.0.1", **fields}
    return mapping(**values)


def test_nothing_found_is_status_0(portway: Portway, profile: Path) -> None:
    _save(profile, _local(free_port()), _local(free_port(), enabled=False))
    ended = portway("check")
    assert ended.out == "1 mapping checked: nothing found (1 switched off, left out).\n"
    assert (ended.status, ended.err) == (0, "")


def test_an_empty_list_says_so(portway: Portway, profile: Path) -> None:
    ended = portway("check")
    assert (ended.status, ended.out) == (
        0, "There is nothing to check: no mapping is switched on.\n"
    )  # fmt: skip
    assert not profile.exists()


def test_a_taken_port_is_told_with_its_owner(portway: Portway, profile: Path) -> None:
    with listen() as taken:
        port = port_of(taken)
        _save(profile, _local(port, name="Web"))
        ended = portway("check")
        found, end = portway("check", "--json").objects
    assert ended.status == 1
    assert f"Web: 127.0.0.1:{port} is in use by " in ended.out
    assert found["kind"] == "port-in-use"
    assert found["owner"]["pid"] > 0
    assert end == {"event": "checked", "mappings": 1, "failing": 1}


def test_of_a_range_the_first_taken_port_stands_for_all(portway: Portway, profile: Path) -> None:
    first = free_run(4)
    with listen(port=first + 1), listen(port=first + 3):
        _save(profile, _local(first, listen_ports=ports(first, first + 3)))
        ended = portway("check")
    assert f"127.0.0.1:{first + 1} is in use by " in ended.out
    assert "(1 more ports likewise.)" in ended.out


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"listen_host": "192.0.2.1"}, "192.0.2.1:{port} is not an address of this computer now."),
        ({"listen_host": "nobody.invalid"}, "The name nobody.invalid was not found."),
        ({"target_host": "nobody.invalid"}, "The name nobody.invalid was not found."),
        ({"source_address": "192.0.2.1"}, "Connections cannot come from 192.0.2.1"),
        ({"target_host": "a b"}, "This mapping is not valid: “a b” is not a host name"),
    ],
)
def test_what_would_fail_is_said_in_words(
    portway: Portway, profile: Path, fields: dict[str, str], said: str
) -> None:
    port = free_port()
    _save(profile, _local(port, **fields))
    ended = portway("check")
    assert ended.status == 1
    assert said.format(port=port) in ended.out


def test_of_two_on_one_port_the_second_would_fail(portway: Portway, profile: Path) -> None:
    port = free_port()
    _save(profile, _local(port, name="a"), _local(port, name="b"), _local(port, enabled=False))
    ended = portway("check")
    assert ended.out.splitlines()[0].startswith(
        f"b: 127.0.0.1:{port} is already used by your mapping “a”."
    )
    assert "2 mappings checked: 1 would not work" in ended.out


def test_mappings_that_lead_to_each_other_are_told(portway: Portway, profile: Path) -> None:
    one, other = free_port(), free_port()
    a = _local(one, name="a", target_host="localhost", target_ports=ports(other, other))
    b = _local(other, name="b", target_host="127.0.0.1", target_ports=ports(one, one))
    _save(profile, a, b)
    ended = portway("check")
    assert ended.status == 1
    assert "a: 127.0.0.1:" in ended.out
    assert f"{other} leads back to this mapping, by your mapping “b”" in ended.out
    assert f"b: 127.0.0.1:{one} leads back to this mapping, by your mapping “a”" in ended.out
    portway("disable", "b")
    assert portway("check").status == 0
    assert "by your mapping “a”" in portway("check", "b").out


def test_who_cannot_listen_leads_nobody_back(portway: Portway, profile: Path) -> None:
    with listen() as program:
        one, other = free_port(), port_of(program)
        there = _local(one, name="a", target_host="127.0.0.1", target_ports=ports(other, other))
        back = _local(other, name="b", target_host="127.0.0.1", target_ports=ports(one, one))
        _save(profile, there, back)
        said = portway("check").out
    assert f"b: 127.0.0.1:{other} is in use" in said
    assert "a: " not in said


def test_one_that_is_off_is_looked_at_when_named(portway: Portway, profile: Path) -> None:
    port = free_port()
    _save(profile, _local(port, name="b", enabled=False), _local(port, name="a"))
    assert portway("check").status == 0
    assert "b: " in portway("check", "b").out
    assert portway("check", "--all").status == 1


def test_nobody_can_connect_while_it_looks(portway: Portway, profile: Path) -> None:
    # The port is as free afterwards as before.
    port = free_port()
    _save(profile, _local(port))
    portway("check")
    listen(port=port).close()


def test_udp_is_looked_at_as_udp(portway: Portway, profile: Path) -> None:
    with listen() as taken:
        port = port_of(taken)
        _save(profile, _local(port, protocol="udp"))
        assert portway("check").status == 0


def test_a_damaged_file_is_not_nothing_found(portway: Portway, profile: Path) -> None:
    profile.mkdir()
    (profile / "mappings.json").write_text("{")
    ended = portway("check")
    assert ended.status == 1
    assert "could not be used" in ended.err
