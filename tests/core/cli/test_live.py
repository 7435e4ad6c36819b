"""Commands while `portway run` serves the profile: they act on it, and it on what they change."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import pytest

from core.config.store import Store
from core.instance.client import reach
from tests.core.cli.echo import Echo
from tests.core.cli.program import Program
from tests.support import connect, free_port, listen, port_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.core.cli.commands import Ended

    Portway = Callable[..., Ended]

PING = b"ping"


def _echoes(port: int) -> bool:
    try:
        with connect(port) as client:
            client.sendall(PING)
            return client.recv(len(PING)) == PING
    except (ConnectionRefusedError, ConnectionResetError):
        return False  # a reset: it came in while the port was being closed


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as target:
        yield target


@pytest.fixture
def ports(portway: Portway, echo: Echo) -> tuple[int, int]:
    """Where "Web", which is on, and "Off", which is not, listen."""
    web, off = free_port(), free_port()
    portway("add", "--name", "Web", str(web), echo.address)
    portway("add", "--name", "Off", "--disabled", str(off), echo.address)
    return web, off


@pytest.fixture
def relay(profile: Path, ports: tuple[int, int]) -> Iterator[Program]:
    with Program("--profile", str(profile), "run") as program:
        program.said(rf"listening tcp 127\.0\.0\.1:{ports[0]} -> .*")
        yield program
        program.end()


def test_status_tells_what_is_true(
    portway: Portway, relay: Program, ports: tuple[int, int]
) -> None:
    assert _echoes(ports[0])
    ended = portway("status")
    assert ended.status == 0
    first, titles, web, off = ended.out.splitlines()
    assert first == f"Portway runs without a window (process {relay.child.pid})."
    assert titles.split()[:4] == ["ID", "NAME", "STATE", "OPEN"]
    assert web.split()[1:3] == ["Web", "listening"]
    assert off.split()[1:3] == ["Off", "off"]
    (document,) = portway("status", "--json").objects
    assert (document["running"], document["kind"]) == (True, "headless")
    assert document["pid"] == relay.child.pid
    row = document["mappings"][0]
    assert (row["state"], row["accepted"], row["bytes_up"], row["bytes_down"]) == (
        "listening", 1, 4, 4
    )  # fmt: skip
    assert row["bound"] == [["127.0.0.1", ports[0]]]


def test_switching_acts_at_once_and_is_saved(
    portway: Portway, profile: Path, relay: Program, ports: tuple[int, int]
) -> None:
    web, off = ports
    assert portway("enable", "Off").status == 0
    assert _echoes(off)
    assert portway("disable", "Web").status == 0
    assert not _echoes(web)
    assert [one.enabled for one in Store(profile).load().profile.mappings] == [False, True]
    relay.said(rf"listening tcp 127\.0\.0\.1:{off} -> .*")


def test_what_is_added_edited_and_removed_is_served_at_once(
    portway: Portway, relay: Program, echo: Echo
) -> None:
    first, second = free_port(), free_port()
    portway("add", "--name", "New", str(first), echo.address)
    assert _echoes(first)
    portway("edit", "New", "--listen", str(second))
    assert _echoes(second)
    assert not _echoes(first)
    portway("remove", "New")
    assert not _echoes(second)
    assert relay.child.poll() is None


def test_with_everything_switched_off_it_waits_for_what_comes(
    portway: Portway, relay: Program, ports: tuple[int, int]
) -> None:
    portway("disable", "--all")
    assert not _echoes(ports[0])
    portway("enable", "Web")
    assert _echoes(ports[0])
    assert relay.child.poll() is None


def test_an_import_is_served_at_once(
    portway: Portway, relay: Program, echo: Echo, tmp_path: Path
) -> None:
    port = free_port()
    file = tmp_path / "list.txt"
    file.write_text(f"{port} {echo.address}\n")
    assert portway("import", str(file)).status == 0
    assert _echoes(port)
    assert relay.child.poll() is None


def test_what_does_not_listen_after_a_change_is_told(portway: Portway, relay: Program) -> None:
    with listen() as taken:
        ended = portway("add", "--name", "Taken", str(port_of(taken)), "127.0.0.1:9")
        assert ended.status == 1
        assert "Taken: 127.0.0.1:" in ended.err
        assert "is in use by" in ended.err
        assert portway("status").status == 1
    assert relay.child.poll() is None


def test_a_change_that_makes_no_sense_changes_nothing_there(
    portway: Portway, relay: Program, ports: tuple[int, int]
) -> None:
    assert portway("edit", "Web", "--target", f"127.0.0.1:{ports[0]}").status == 2
    assert portway("remove", "Nobody").status == 1
    assert _echoes(ports[0])
    assert relay.child.poll() is None


def test_check_knows_the_ports_of_the_running_one(portway: Portway, relay: Program) -> None:
    ended = portway("check")
    assert (ended.status, ended.err) == (0, "")
    assert relay.child.poll() is None


def test_diagnose_asks_the_running_one(portway: Portway, relay: Program) -> None:
    ended = portway("diagnose", "Web")
    assert (ended.status, ended.err) == (0, "")
    assert "Portway itself holds TCP" in ended.out
    off = portway("diagnose", "Off")
    assert off.status == 1
    assert "This mapping is switched off" in off.out
    assert relay.child.poll() is None


def test_numbers_survive_being_switched_off(
    portway: Portway, relay: Program, ports: tuple[int, int]
) -> None:
    assert _echoes(ports[0])
    portway("disable", "Web")
    (document,) = portway("status", "--json").objects
    assert document["mappings"][0]["accepted"] == 1
    assert relay.child.poll() is None


def test_asked_to_quit_it_drains_and_ends_with_0(profile: Path, relay: Program) -> None:
    live = reach(profile)
    assert live is not None
    live.quit(10.0)
    assert relay.status() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there a child cannot be asked to end")
def test_killed_it_leaves_the_profile_to_the_next(
    portway: Portway, profile: Path, relay: Program, ports: tuple[int, int]
) -> None:
    portway("enable", "Off")
    relay.signal(signal.SIGKILL)
    relay.status()
    ended = portway("status")
    assert (ended.status, ended.err) == (1, "")
    assert ended.out.startswith(f"Portway is not running with {profile}")
    with Program("--profile", str(profile), "run") as again:
        for port in ports:
            again.said(rf"listening tcp 127\.0\.0\.1:{port} -> .*")


def test_not_running_is_said_with_the_wishes(
    portway: Portway, profile: Path, ports: tuple[int, int]
) -> None:
    ended = portway("status")
    assert ended.status == 1
    lines = ended.out.splitlines()
    assert lines[:2] == [
        f"Portway is not running with {profile / 'mappings.json'}.",
        "Once it runs, these are to be on or off:",
    ]
    assert [line.split()[1:3] for line in lines[3:]] == [["Web", "on"], ["Off", "off"]]
    (document,) = portway("status", "--json", "Web").objects
    assert document["running"] is False
    (row,) = document["mappings"]
    assert (row["listen"], row["enabled"], row["state"]) == (f"127.0.0.1:{ports[0]}", True, None)
