"""How the real program starts, sleeps, wakes and ends, on a real screen and a bus."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.config.store import Profile, Store
from core.instance.lock import holder_of
from tests.gui.desktop_services import LoginService, StatusNotifierHost
from tests.gui.private_bus import bus_is_missing, private_bus
from tests.gui.virtual_screen import VirtualScreen, missing, virtual_screen
from tests.support import connect, eventually, free_port, listen, port_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from socket import socket
    from subprocess import Popen

needed = [*missing(), *(["dbus-daemon"] if bus_is_missing() else [])]
pytestmark = [
    pytest.mark.skipif(bool(needed), reason=f"needs {', '.join(needed)} to be installed"),
    pytest.mark.timeout(180),
]

ENDS_WITHIN = 1.0
"""Seconds from the request to the end of the process; a log-off must not feel it."""


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    with virtual_screen() as screen:
        yield screen


@pytest.fixture
def bus() -> Iterator[str]:
    with private_bus() as bus:
        yield bus


def to(target: socket, port: int, name: str = "Web") -> Mapping:
    return Mapping(
        name=name,
        listen_ports=PortRange.single(port),
        target_host="127.0.0.1",
        target_ports=PortRange.single(port_of(target)),
    )


def accepts(port: int) -> bool:
    try:
        connect(port).close()
    except (ConnectionRefusedError, ConnectionResetError):  # reset by a listener that closes
        return False
    return True


def ends_in_time(program: Popen[bytes], status: int = 0) -> None:
    begun = time.monotonic()
    assert program.wait(10) == status
    # The machine may be busy with other tests; the promise is about the program.
    assert time.monotonic() - begun < ENDS_WITHIN * float(os.environ.get("PORTWAY_SLOW", "1"))


@pytest.mark.parametrize("way", ["Ctrl+Q", "tray", "SIGTERM"])
def test_after_a_copy_every_way_to_quit_ends_with_status_0(
    screen: VirtualScreen, bus: str, tmp_path: Path, way: str
) -> None:
    with (
        listen() as target,
        contextlib.closing(StatusNotifierHost(bus)) as tray,
    ):
        Store(tmp_path).save(Profile(mappings=(to(target, free_port()),)))
        program = screen.portway(tmp_path, more={"DBUS_SESSION_BUS_ADDRESS": bus})
        screen.wait_for_window("Portway")
        screen.key("ctrl+n")
        screen.wait_for_window("Add a mapping.*")
        screen.key("Escape")
        screen.wait_until_gone("Add a mapping.*")
        screen.wait_for_window("Portway")
        screen.key("ctrl+a", "ctrl+c")
        if way == "Ctrl+Q":
            screen.key("ctrl+q")
        elif way == "tray":
            tray.choose(tray.menu().find("Quit"))
        else:
            program.terminate()
        assert program.wait(10) == 0
        assert "Portway ends." in (tmp_path / "logs" / "portway.log").read_text("utf-8")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_ends_it_at_once_with_a_dialog_open_and_a_connection_alive(
    screen: VirtualScreen, tmp_path: Path, name: str
) -> None:
    with listen() as target:
        port = free_port()
        mappings = (to(target, free_port()), to(target, port, "Mail"))
        Store(tmp_path).save(Profile(mappings=mappings))
        program = screen.portway(tmp_path)
        screen.wait_for_window("Portway")
        assert eventually(lambda: accepts(port))
        with connect(port) as client:
            client.sendall(b"still talking")
            screen.key("space")  # the first one is switched off ...
            assert eventually(lambda: not Store(tmp_path).load().profile.mappings[0].enabled)
            screen.key("ctrl+n")
            screen.wait_for_window("Add a mapping.*")
            program.send_signal(getattr(signal, name))
            ends_in_time(program)
        assert not Store(tmp_path).load().profile.mappings[0].enabled, "... and it stays so"
        log = (tmp_path / "logs" / "portway.log").read_text("utf-8")
        assert "Portway ends." in log
        assert "in time" not in log, "nothing had to be left behind"


def test_a_screen_that_goes_away_ends_it_and_all_is_saved(
    screen: VirtualScreen, tmp_path: Path
) -> None:
    with listen() as target:
        port = free_port()
        mappings = (to(target, free_port()), to(target, port, "Mail"))
        Store(tmp_path).save(Profile(mappings=mappings))
        program = screen.portway(tmp_path)
        screen.wait_for_window("Portway")
        assert eventually(lambda: accepts(port))
        with connect(port) as client:
            client.sendall(b"still talking")
            screen.key("space")
            assert eventually(lambda: not Store(tmp_path).load().profile.mappings[0].enabled)
            screen.break_down()
            ends_in_time(program, status=1)
        assert not Store(tmp_path).load().profile.mappings[0].enabled
        assert (tmp_path / "window.ini").is_file()
        assert "Portway ends." in (tmp_path / "logs" / "portway.log").read_text("utf-8")


def test_a_program_that_was_to_outlive_its_terminal_does(
    screen: VirtualScreen, tmp_path: Path
) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup leaves it to its child
    try:
        program = screen.portway(tmp_path)
    finally:
        signal.signal(signal.SIGHUP, before)
    screen.wait_for_window("Portway")
    program.send_signal(signal.SIGHUP)
    screen.key("ctrl+comma")
    screen.wait_for_window("Settings")
    assert program.poll() is None
    program.terminate()
    assert program.wait(10) == 0


def test_sleep_and_wake_are_heard_from_the_log_in_service(
    screen: VirtualScreen, bus: str, tmp_path: Path
) -> None:
    with contextlib.closing(LoginService(bus)) as login:
        program = screen.portway(tmp_path, more={"DBUS_SYSTEM_BUS_ADDRESS": bus})
        screen.wait_for_window("Portway")
        log = tmp_path / "logs" / "portway.log"

        def is_heard() -> bool:
            """It listens a moment after its window is there."""
            login.sleep()
            login.wake()
            return eventually(lambda: "The clock jumped" in log.read_text("utf-8"), 2)

        assert eventually(is_heard)
        program.terminate()
        ends_in_time(program)


def test_without_any_bus_it_starts_and_ends_as_ever(screen: VirtualScreen, tmp_path: Path) -> None:
    nowhere = "unix:path=/nonexistent/bus"
    more = {"DBUS_SYSTEM_BUS_ADDRESS": nowhere, "DBUS_SESSION_BUS_ADDRESS": nowhere}
    program = screen.portway(tmp_path, more=more)
    screen.wait_for_window("Portway")
    program.terminate()
    ends_in_time(program)


@pytest.mark.skipif(shutil.which("gio") is None, reason="needs gio, which starts desktop entries")
def test_switched_on_by_a_click_it_is_started_hidden_at_log_in(
    screen: VirtualScreen, bus: str
) -> None:
    with contextlib.closing(StatusNotifierHost(bus)) as tray:
        more = {"DBUS_SESSION_BUS_ADDRESS": bus, "QT_QPA_PLATFORM": "xcb"}
        home = screen.environment["HOME"]
        entry = screen.home / ".config" / "autostart" / "portway.desktop"
        program = screen.python("-m", "gui", more=more)
        screen.wait_for_window("Portway")
        screen.key("ctrl+comma")
        screen.wait_for_window("Settings")
        screen.key("alt+s")
        assert eventually(entry.is_file), f"nothing in {home}"
        screen.key("Escape")
        screen.wait_until_gone("Settings")
        screen.wait_for_window("Portway")
        screen.key("ctrl+q")
        assert program.wait(10) == 0

        # It has moved since; the next start puts that right.
        right = entry.read_text("utf-8")
        old = re.sub(r"(?m)^Exec=.*$", "Exec=/old/place/portway --hidden", right)
        entry.write_text(old, "utf-8")
        program = screen.python("-m", "gui", more=more)
        assert eventually(lambda: entry.read_text("utf-8") == right, 20)
        screen.wait_for_window("Portway")
        screen.key("ctrl+q")
        assert program.wait(10) == 0

        # What a session does with it at log-in, as GLib does it.
        tray.items.clear()
        environment = {**screen.environment, **more}
        subprocess.run(["gio", "launch", str(entry)], env=environment, check=True, cwd="/")
        assert eventually(lambda: bool(tray.items), 20)
        assert screen.window("Portway") is None
        tray.choose(tray.menu().find("Open Portway"))
        screen.wait_for_window("Portway")
        screen.key("ctrl+comma")
        screen.wait_for_window("Settings")
        screen.key("alt+s")
        assert eventually(lambda: not entry.exists())
        assert list(entry.parent.iterdir()) == []
        screen.key("Escape")
        screen.wait_until_gone("Settings")
        tray.choose(tray.menu().find("Quit"))
        profile = screen.home / ".config" / "portway"
        assert eventually(lambda: holder_of(profile) is None), (
            "it was not started by us, so wait this way"
        )
