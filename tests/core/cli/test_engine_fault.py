"""An engine that ends by a fault is told of, and followed by another one with the same mappings."""

from __future__ import annotations

import json
import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from core.engine.restarts import DELAYS
from tests.core.cli.echo import Echo
from tests.core.cli.program import Program
from tests.support import connect, eventually, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.core.cli.commands import Ended

    Portway = Callable[..., Ended]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it is broken by a POSIX pipe")


@pytest.fixture
def breaker(tmp_path: Path) -> Path:
    pipe = tmp_path / "break"
    os.mkfifo(pipe)  # type: ignore[attr-defined,unused-ignore]
    return pipe


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as target:
        yield target


def fragile(breaker: Path, *arguments: str) -> Program:
    return Program(*arguments, module="tests.core.cli.fragile", environment={"BREAK": str(breaker)})


def echoes(port: int) -> bool:
    try:
        with connect(port) as client:
            client.sendall(b"ping")
            return client.recv(4) == b"ping"
    except OSError:
        return False


def times(program: Program, word: str) -> int:
    return sum(word in line for line in program.out)


def is_back(program: Program, number: int) -> bool:
    """Whether it has come to listen for the so manieth time."""
    return times(program, "listening") == number


def test_run_goes_on_with_the_list_of_now(
    portway: Portway, profile: Path, echo: Echo, breaker: Path
) -> None:
    web, mail = free_port(), free_port()
    portway("add", "--name", "Web", str(web), echo.address)
    with fragile(breaker, "--profile", str(profile), "run") as program:
        program.said(r"listening .*")
        portway("add", "--name", "Mail", str(mail), echo.address)
        assert echoes(web)
        breaker.write_bytes(b"now")
        program.said("RuntimeError: .*", error=True)
        assert eventually(lambda: times(program, f":{web} ") == times(program, f":{mail} ") == 2)
        assert echoes(web)
        assert echoes(mail)
        status = json.loads(portway("status", "--json").out)
        assert [row["state"] for row in status["mappings"]] == ["listening"] * 2
        portway("disable", "Mail")
        assert eventually(lambda: not echoes(mail))
        assert program.end() == 0


def test_a_forward_goes_on_too(echo: Echo, breaker: Path) -> None:
    with fragile(breaker, "forward", "0", echo.address) as program:
        program.port()
        breaker.write_bytes(b"now")
        assert eventually(lambda: times(program, "listening") == 2)
        assert program.end() == 0


def test_while_the_next_engine_is_waited_for_a_signal_still_ends_it(
    echo: Echo, breaker: Path
) -> None:
    with fragile(breaker, "forward", "0", echo.address) as program:
        for number in range(1, 4):
            assert eventually(partial(is_back, program, number))
            breaker.write_bytes(b"now")
        assert DELAYS[2] > 3
        assert eventually(lambda: sum(line.startswith("RuntimeError") for line in program.err) == 3)
        program.signal(signal.SIGTERM)
        assert program.child.wait(2) == 0
