"""The command line while a real window has the profile: each command acts on the window's list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config.store import Store
from core.instance.client import greet
from tests.core.cli.commands import make_portway
from tests.core.cli.echo import Echo
from tests.core.cli.program import Program
from tests.support import connect, eventually, free_port

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def _echoes(port: int) -> bool:
    try:
        with connect(port) as client:
            client.sendall(b"x")
            return client.recv(1) == b"x"
    except ConnectionRefusedError:
        return False


def test_commands_and_a_real_window_share_one_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = tmp_path / "profile"
    portway = make_portway(profile, capsys)
    first, second = free_port(), free_port()
    with Echo() as echo:
        portway("add", "--name", "Web", str(first), echo.address)
        offscreen = {"QT_QPA_PLATFORM": "offscreen"}
        with Program(
            "--profile", str(profile), module="gui", environment=offscreen
        ) as window:  # fmt: skip
            assert eventually(lambda: greet(profile) is not None, 30.0)
            assert eventually(lambda: _echoes(first))
            ended = portway("status")
            assert ended.status == 0
            assert ended.out.startswith(
                f"Portway runs with its window (process {window.child.pid})."
            )
            assert portway("add", "--name", "Two", str(second), echo.address).status == 0
            assert _echoes(second)
            portway("disable", "Web")
            assert not _echoes(first)
            portway("edit", "Two", "--name", "Deux")
            assert [one["name"] for one in portway("list", "--json").objects] == ["Web", "Deux"]
            served = portway("run")
            assert served.status == 1
            assert "Quit it first" in served.err
            live = greet(profile)
            assert live is not None
            live.quit(20.0)
            assert window.status() == 0
    saved = Store(profile).load().profile.mappings
    assert [(one.name, one.enabled) for one in saved] == [("Web", False), ("Deux", True)]
    assert portway("status").status == 1
