"""The real program on a virtual screen, used by real key and mouse events, relaying real bytes."""

from __future__ import annotations

import hashlib
import http.server
import os
import socket
import threading
import urllib.request
from contextlib import ExitStack
from itertools import product
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.config.settings import SettingsFile, Theme
from core.config.store import Profile, Store
from gui.appearance import palette_for
from tests.gui.virtual_screen import VirtualScreen, missing, virtual_screen
from tests.support import accept, connect, eventually, listen, port_of

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
    screen.key("Tab", "Tab", "Tab")
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


def size_of(screen: VirtualScreen, window: str) -> tuple[int, int]:
    lines = screen.xdotool("getwindowgeometry", "--shell", window)
    values = dict(line.split("=") for line in lines)
    return int(values["WIDTH"]), int(values["HEIGHT"])


def ended(sockets: list[socket.socket]) -> int:
    """How many of these the other side has closed."""
    count = 0
    for one in sockets:
        one.settimeout(0)
        try:
            count += one.recv(1) == b""
        except BlockingIOError:
            continue
    return count


def test_a_connection_is_closed_from_the_table_then_all(
    screen: VirtualScreen, tmp_path: Path
) -> None:
    with ExitStack() as opened:
        target = opened.enter_context(listen())
        port = free_port()
        mapping = Mapping(
            name="Busy",
            listen_ports=PortRange.single(port),
            target_host="127.0.0.1",
            target_ports=PortRange.single(port_of(target)),
        )
        Store(tmp_path).save(Profile(mappings=(mapping,)))
        program = screen.portway(tmp_path)
        window = screen.wait_for_window("Portway")
        assert eventually(lambda: accepts(port))
        accept(target).close()  # what `accepts` left
        clients = []
        for _ in range(12):
            clients.append(opened.enter_context(connect(port)))
            opened.enter_context(accept(target))
        width, height = size_of(screen, window)
        middle_of_the_table, close_connection, close_all = (
            (width - 300, height - 120), (width - 230, height - 45), (width - 80, height - 45),
        )  # fmt: skip

        def one_closed() -> bool:
            # Clicked again if the rows were not there yet: a click beside them does nothing.
            screen.click(window, *middle_of_the_table)
            screen.click(window, *close_connection)
            return eventually(lambda: ended(clients) == 1, seconds=2)

        assert eventually(one_closed, 20)
        screen.click(window, *close_all)
        assert eventually(lambda: ended(clients) == len(clients))
        assert accepts(port), "it goes on listening"
        quit_by_key(screen, program)


def darkness(screen: VirtualScreen, folder: Path) -> float:
    """How dark the window is beside its tool bar's buttons, from 0 to 1."""
    window = screen.wait_for_window("Portway")
    image = QImage(str(screen.photograph(folder / "window.png", window)))
    return 1.0 - image.pixelColor(image.width() // 2, 50).lightnessF()


def test_the_theme_is_changed_by_keys_and_stays_after_a_restart(
    screen: VirtualScreen, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    program = screen.portway(profile)
    assert eventually(lambda: darkness(screen, tmp_path) < 0.5), "it is painted, and light"
    screen.key("ctrl+comma")
    screen.wait_for_window("Settings")
    screen.key("alt+t", "End")
    assert eventually(lambda: SettingsFile(profile).read().value.theme is Theme.DARK)
    screen.key("Escape")
    screen.wait_until_gone("Settings")
    assert eventually(lambda: darkness(screen, tmp_path) > 0.5)
    quit_by_key(screen, program)
    program = screen.portway(profile)
    assert eventually(lambda: darkness(screen, tmp_path) > 0.5)
    quit_by_key(screen, program)


def test_killed_in_the_middle_the_log_ends_with_what_happened_last(
    screen: VirtualScreen, target: int, tmp_path: Path
) -> None:
    port = free_port()
    mapping = Mapping(
        name="Web",
        listen_ports=PortRange.single(port),
        target_host="127.0.0.1",
        target_ports=PortRange.single(target),
    )
    Store(tmp_path).save(Profile(mappings=(mapping,)))
    program = screen.portway(tmp_path)
    screen.wait_for_window("Portway")
    log = tmp_path / "logs" / "portway.log"
    assert eventually(lambda: log.is_file() and "Web: Listening" in log.read_text("utf-8"))
    assert eventually(lambda: accepts(port))
    assert fetch(port) == hashlib.sha256(BODY).hexdigest()
    program.kill()
    program.wait(10)
    program = screen.portway(tmp_path)
    assert eventually(lambda: accepts(port))
    quit_by_key(screen, program)
    lines = log.read_text("utf-8").splitlines()
    ends = [line.partition("Portway ")[2].split()[-1] for line in lines if "Portway " in line]
    assert len(ends) == 3, "two starts and one end"
    assert ends[-1] == "ends."
