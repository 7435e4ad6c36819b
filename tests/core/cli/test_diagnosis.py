"""diagnose: its steps come one by one, with what helps; Ctrl-C ends it in good order."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import pytest

from tests.core.cli.program import Program
from tests.support import free_port, listen, port_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.core.cli.commands import Ended

    Portway = Callable[..., Ended]


def test_a_mapping_that_works_ends_with_0(portway: Portway) -> None:
    with listen() as target:
        portway("add", "--name", "Web", str(free_port()), f"127.0.0.1:{port_of(target)}")
        ended = portway("diagnose", "Web")
    assert ended.status == 0
    assert "Portway is not running with this profile" in ended.err
    lines = ended.out.splitlines()
    assert lines[0].startswith("Web: tcp 127.0.0.1:")
    assert "  ok       Portway itself holds TCP" in ended.out
    assert lines[-1] == "Everything works."


def test_a_refusing_target_ends_with_1_and_says_what_helps(portway: Portway) -> None:
    port = free_port()
    portway("add", "--name", "Web", "--disabled", str(port), f"127.0.0.1:{free_port()}")
    ended = portway("diagnose", "Web")
    assert ended.status == 1
    assert "  failed   Connection to 127.0.0.1:" in ended.out
    assert "the steps marked “failed” say what" in ended.out


def test_a_taken_port_comes_with_the_command_that_takes_another(portway: Portway) -> None:
    with listen() as taken:
        portway("add", "--name", "Web", str(port_of(taken)), "127.0.0.1:9")
        ended = portway("diagnose", "Web")
    assert "portway edit " in ended.out
    line = next(line for line in ended.out.splitlines() if "portway edit " in line)
    words = line.partition(": portway ")[2].split()
    assert portway(*words).status == 0


def test_each_line_of_json_is_a_step(portway: Portway) -> None:
    with listen() as target:
        portway("add", "--name", "Web", str(free_port()), f"127.0.0.1:{port_of(target)}")
        objects = portway("diagnose", "--json", "Web").objects
    assert [one["event"] for one in objects[:2]] == ["begun", "step"]
    assert objects[-1] == {"event": "summary", "text": "Everything works.", "works": True}
    steps = [one for one in objects if one["event"] == "step"]
    assert {one["verdict"] for one in steps} == {"ok", "skipped"}


@pytest.mark.skipif(sys.platform == "win32", reason="there a child cannot be interrupted")
def test_ctrl_c_ends_it_cleanly(portway: Portway, profile: Path) -> None:
    with listen() as silent:
        portway("add", "--name", "Web", str(free_port()), f"127.0.0.1:{port_of(silent)}")
        with Program("--profile", str(profile), "diagnose", "--json", "Web") as program:
            # The step that waits whether the target speaks first.
            program.said(r'.*"begun".*"First bytes through the listener".*')
            program.signal(signal.SIGINT)
            status = program.status()
    assert status == 1
    assert program.objects[-1] == {
        "event": "summary", "text": "Stopped; this is not the whole way.", "works": False
    }  # fmt: skip
    assert len(program.err) == 1
