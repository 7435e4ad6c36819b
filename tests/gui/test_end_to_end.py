"""The real program on a virtual screen, used by real key and mouse events, relaying real bytes."""

from __future__ import annotations

import hashlib
import http.server
import os
import socket
import threading
import urllib.request
from itertools import product
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from core.config.store import Store
from gui.appearance import palette_for
from tests.gui.virtual_screen import VirtualScreen, missing, virtual_screen
from tests.support import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from subprocess import Popen

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=f"needs {', '.join(missing())} to be installed"),
    pytest.mark.timeout(180),
]

BODY = os.urandom(3_000_000)


@pytest.fixture
def target() -> Iterator[int]:
    """The port of a web server that serves `BODY`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Serve it."""
            self.send_response(200)
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY)

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    with virtual_screen() as screen:
        yield screen


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except ConnectionRefusedError:
        return False
    return True


def fetch(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
        return hashlib.sha256(answer.read()).hexdigest()


def enabled(profile: Path) -> list[bool]:
    return [one.enabled for one in Store(profile).load().profile.mappings]


def switch_that_is_on(screen: VirtualScreen, folder: Path) -> tuple[str, int, int]:
    """The window, and where in it the first switch that is on can be seen."""
    window = screen.wait_for_window("Portway")
    accent = palette_for(Qt.ColorScheme.Light).accent().color().rgb()

    def pixels() -> list[tuple[int, int]]:
        image = QImage(str(screen.photograph(folder / "window.png", window)))
        everywhere = product(range(60, image.height() - 60), range(60))
        return [(x, y) for y, x in everywhere if image.pixel(x, y) == accent]

    assert eventually(lambda: bool(pixels())), "no switch that is on can be seen"
    x, y = pixels()[0]
    return window, x, y + 5


def quit_by_key(screen: VirtualScreen, program: Popen[bytes]) -> None:
    screen.wait_for_window("Portway")
    screen.key("ctrl+q")
    assert program.wait(10) == 0


def test_a_mapping_made_by_hand_relays_stops_and_is_back_after_a_restart(
    screen: VirtualScreen, target: int, tmp_path: Path
) -> None:
    profile, port = tmp_path / "profile", free_port()
    program = screen.portway(profile)
    window = screen.wait_for_window("Portway")

    # The tool bar's first button opens the editor; Tab walks through its fields.
    screen.click(window, 50, 42)
    screen.wait_for_window("Add a mapping.*")
    screen.type("By hand")
    screen.key("Tab", "Tab")
    screen.type(str(port))
    screen.key("Tab")
    screen.type("127.0.0.1")
    screen.key("Tab")
    screen.type(str(target))
    screen.key("Return")
    screen.wait_until_gone("Add a mapping.*")

    assert eventually(lambda: accepts(port)), "the new mapping does not listen"
    assert fetch(port) == hashlib.sha256(BODY).hexdigest()

    screen.click(*switch_that_is_on(screen, tmp_path))
    assert eventually(lambda: not accepts(port)), "it still listens after the switch was clicked"
    assert eventually(lambda: enabled(profile) == [False])

    screen.key("space")
    assert eventually(lambda: accepts(port)), "Space did not switch it on again"
    assert eventually(lambda: enabled(profile) == [True])
    quit_by_key(screen, program)
    assert not accepts(port)

    program = screen.portway(profile)
    assert eventually(lambda: accepts(port)), "it is not back after a restart"
    assert fetch(port) == hashlib.sha256(BODY).hexdigest()
    quit_by_key(screen, program)


def test_a_second_start_ends_and_raises_the_first(screen: VirtualScreen, tmp_path: Path) -> None:
    first = screen.portway(tmp_path)
    window = screen.wait_for_window("Portway")
    screen.xdotool("windowminimize", "--sync", window)
    assert eventually(lambda: screen.window("Portway") is None)
    second = screen.portway(tmp_path)
    assert second.wait(20) == 0
    assert eventually(lambda: screen.window("Portway") is not None)
    assert first.poll() is None
    quit_by_key(screen, first)


def test_the_system_ends_it_and_the_next_start_finds_all(
    screen: VirtualScreen, target: int, tmp_path: Path
) -> None:
    program = screen.portway(tmp_path)
    screen.wait_for_window("Portway")
    program.terminate()
    assert program.wait(5) == 0
    program = screen.portway(tmp_path)
    screen.wait_for_window("Portway")
    quit_by_key(screen, program)
