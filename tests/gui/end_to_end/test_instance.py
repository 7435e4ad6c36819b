"""The real program on one profile: many starts, commands beside it, kills, edits by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.config.store import Profile, Store, encode_profile
from core.instance.client import reach
from tests.gui.virtual_screen import ROOT, VirtualScreen, missing, virtual_screen
from tests.support import PATIENCE, connect, eventually, free_port, listen, port_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=f"needs {', '.join(missing())} to be installed"),
    pytest.mark.timeout(180),
]
STARTS = 20


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    with virtual_screen() as screen:
        yield screen


@pytest.fixture
def target() -> Iterator[int]:
    with listen() as listener:
        yield port_of(listener)


def to(target: int, port: int, name: str) -> Mapping:
    return Mapping(
        id=name,
        name=name,
        listen_ports=PortRange.single(port),
        target_host="127.0.0.1",
        target_ports=PortRange.single(target),
    )


def accepts(port: int) -> bool:
    try:
        connect(port).close()
    except ConnectionRefusedError:
        return False
    return True


def portway(profile: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command, as a person at a terminal gives it."""
    command = [sys.executable, "-m", "core", "--profile", str(profile), *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def windows(screen: VirtualScreen) -> list[str]:
    return screen.xdotool("search", "--onlyvisible", "--name", "^Portway$")


def test_of_twenty_starts_at_once_one_is_left_and_all_others_end_with_0(
    screen: VirtualScreen, tmp_path: Path
) -> None:
    started = [screen.portway(tmp_path) for _ in range(STARTS)]

    def ended() -> list[int]:
        return [status for one in started if (status := one.poll()) is not None]

    assert eventually(lambda: len(ended()) == STARTS - 1, 120)
    screen.wait_for_window("Portway")
    assert ended() == [0] * (STARTS - 1)
    assert len(windows(screen)) == 1
    (first,) = [one for one in started if one.poll() is None]
    found = reach(tmp_path)
    assert found is not None
    assert found.about.pid == first.pid
    found.quit(PATIENCE)
    assert first.wait(1) == 0


def test_a_second_start_brings_the_window_of_the_first_back_up(
    screen: VirtualScreen, tmp_path: Path
) -> None:
    first = screen.portway(tmp_path)
    window = screen.wait_for_window("Portway")
    screen.xdotool("windowminimize", window)
    assert eventually(lambda: screen.is_iconic(window))
    assert screen.portway(tmp_path).wait(60) == 0
    assert eventually(lambda: not screen.is_iconic(window))
    assert windows(screen) == [window]
    first.terminate()
    assert first.wait(10) == 0


def test_commands_act_on_the_window_that_lives_and_are_undone_there(
    screen: VirtualScreen, target: int, tmp_path: Path
) -> None:
    one, two = free_port(), free_port()
    Store(tmp_path).save(Profile(mappings=(to(target, one, "one"),)))
    program = screen.portway(tmp_path)
    screen.wait_for_window("Portway")
    assert eventually(lambda: accepts(one))
    added = portway(tmp_path, "add", "--name", "two", str(two), f"127.0.0.1:{target}")
    assert (added.returncode, added.stderr) == (0, "")
    assert eventually(lambda: accepts(two))
    listed = portway(tmp_path, "list", "--json").stdout.splitlines()
    assert [json.loads(line)["name"] for line in listed] == ["one", "two"]
    status = json.loads(portway(tmp_path, "status", "--json").stdout)
    assert (status["kind"], status["pid"]) == ("window", program.pid)
    assert [row["state"] for row in status["mappings"]] == ["listening", "listening"]
    assert portway(tmp_path, "disable", "two").returncode == 0
    assert eventually(lambda: not accepts(two))
    assert portway(tmp_path, "enable", "two").returncode == 0
    assert eventually(lambda: accepts(two))
    assert portway(tmp_path, "disable", "one").returncode == 0
    assert eventually(lambda: not accepts(one))
    screen.key("ctrl+z")
    assert eventually(lambda: accepts(one))
    refused = portway(tmp_path, "run")
    assert refused.returncode == 1
    assert f"(process {program.pid})" in refused.stderr
    screen.key("ctrl+q")
    assert program.wait(10) == 0


def test_killed_while_it_saves_again_and_again_the_next_start_has_all(
    screen: VirtualScreen, target: int, tmp_path: Path
) -> None:
    port = free_port()
    mappings = (to(target, port, "one"), to(target, free_port(), "two"))
    Store(tmp_path).save(Profile(mappings=mappings))
    for _ in range(3):
        program = screen.portway(tmp_path)
        screen.wait_for_window("Portway")
        assert eventually(lambda: accepts(port))
        for _ in range(15):
            screen.xdotool("key", "ctrl+a", "space")
        program.kill()
        program.wait(10)
        loaded = Store(tmp_path).load()
        assert loaded.notices == ()
        assert [one.name for one in loaded.profile.mappings] == ["one", "two"]
        Store(tmp_path).save(Profile(mappings=mappings))
    program = screen.portway(tmp_path)
    screen.wait_for_window("Portway")
    assert not list(tmp_path.glob(".mappings-*"))
    screen.key("ctrl+q")
    assert program.wait(10) == 0


def test_a_file_edited_by_hand_is_followed_and_undone_by_key(
    screen: VirtualScreen, target: int, tmp_path: Path
) -> None:
    one, two = free_port(), free_port()
    Store(tmp_path).save(Profile(mappings=(to(target, one, "one"),)))
    program = screen.portway(tmp_path)
    screen.wait_for_window("Portway")
    assert eventually(lambda: accepts(one))
    edited = Profile(mappings=(to(target, two, "one"),))
    (tmp_path / "mappings.json").write_bytes(encode_profile(edited))
    assert eventually(lambda: accepts(two) and not accepts(one))
    screen.key("ctrl+z")
    assert eventually(lambda: accepts(one) and not accepts(two))
    assert eventually(lambda: Store(tmp_path).load().profile.mappings[0].listen_ports.first == one)
    screen.key("ctrl+q")
    assert program.wait(10) == 0
