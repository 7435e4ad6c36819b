"""Takes pictures of the real program in its typical moments, to be looked at one by one.

    python -m tests.gui.screens FOLDER [--scale 1 2] [--language en zh_CN] [--only NAME ...]

Needs what `virtual_screen` needs, and trayer for the tray. It is no test: eyes judge.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
import threading
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.config.settings import Settings, SettingsFile, Theme
from core.config.store import Profile, Store
from tests.gui.virtual_screen import missing, virtual_screen
from tests.support import accept, connect, eventually, listen, port_of

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

SCHEMES = ("light", "dark")
STREAMS = 9
CHUNK = b"x" * 24_000
PAUSE = 0.05
TITLE = "Portway"
TITLES = {
    "en": ("Log", "Settings", "About Portway"),
    "zh_CN": ("日志", "设置", "关于 Portway"),
}
"""Those of the windows that are found by their titles."""


class Traffic:
    """A target that streams to whoever comes, and clients that come through the mapping."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._listener = listen()
        self._threads: list[threading.Thread] = []
        self.target = port_of(self._listener)
        self.pace = PAUSE

    def run(self, port: int) -> None:
        """Let clients come through this port."""
        for number in range(STREAMS):
            client = connect(port)
            server = accept(self._listener)
            self._stream(server, client, CHUNK)
            if number % 3 == 0:
                self._stream(client, server, CHUNK[:3000])

    def _stream(self, source: socket.socket, sink: socket.socket, chunk: bytes) -> None:
        pace = self.pace

        def push() -> None:
            with source, contextlib.suppress(OSError):
                while not self._over.wait(pace):
                    source.sendall(chunk)

        def pull() -> None:
            with sink, contextlib.suppress(OSError):
                while not self._over.is_set() and sink.recv(1 << 16):
                    pass

        for work in (push, pull):
            self._threads.append(threading.Thread(target=work, daemon=True))
            self._threads[-1].start()

    def end(self) -> None:
        """Stop all streams."""
        self._over.set()
        self._listener.close()
        for thread in self._threads:
            thread.join(2)


@contextlib.contextmanager
def foreign_listener() -> Iterator[int]:
    """A port that another program holds."""
    code = "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True); import sys; sys.stdin.read()"  # noqa: E501
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield int(process.stdout.readline())
    process.communicate("")


def example_mappings(target: int, taken: int) -> tuple[Mapping, ...]:
    """A list as a person might have it."""

    def one(name: str, listen: str, ports: str, **more: object) -> Mapping:
        values = {"listen_ports": PortRange.parse(listen), "target_ports": PortRange.parse(ports)}
        return Mapping(**{"name": name, "target_host": "127.0.0.1", **values, **more})  # type: ignore[arg-type]

    return (
        one("Intranet", "8088", str(target), comment="The wiki of the office"),
        one("Test server", "8443", str(target), listen_host="*"),
        one("Game night", "27015-27030", "27015-27030", target_host="192.168.1.20", enabled=False),
        one("Database", str(taken), "5432", comment="Reports, read only"),
        one("", "9100", "9100", target_host="printer.example.org"),
        one("Mail", "2525", "2525", group="Office", enabled=False),
        one("Calendar", "8444", "443", group="Office", target_host="192.168.1.9"),
    )


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for a profile."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


class Photographer:
    """Goes through the moments, one picture each."""

    def __init__(
        self, folder: Path, scheme: str, language: str, scale: int, only: set[str]
    ) -> None:
        self._folder, self._scheme, self._scale, self._only = folder, scheme, scale, only
        self._language = language

    def shoot(self) -> None:
        """Take all pictures of this scheme and scale."""
        width, height = 1340 * self._scale, 800 * self._scale
        with virtual_screen(width, height, tray=True) as screen:
            self._screen = screen
            self._empty()
            self._busy()
            self._details()
        # As low as screens are: a small laptop's, and at twice the size one of 768 lines.
        with virtual_screen(*((1024, 600) if self._scale == 1 else (1366, 768))) as screen:
            self._screen = screen
            self._helping()

    def _helping(self) -> None:
        """The editor where it helps, and a diagnosis; by keys alone, as titles are translated."""
        screen = self._screen
        with foreign_listener() as taken, listen() as target, temporary_folder() as folder:
            Store(folder).save(Profile(mappings=example_mappings(port_of(target), taken)))
            program = self._start(folder)
            screen.wait_for_window(TITLE)
            screen.key("ctrl+n")
            pause(1.0)
            screen.type(f"Range\t\t\t{taken}")
            pause(4.0)  # to ask who has the port, once nobody types
            self._take("editor-taken")
            screen.key("ctrl+a")
            screen.type("20000-20009\t")
            screen.key("alt+Down")
            self._take("editor-suggestions")
            screen.key("Escape")
            screen.type(f"localhost\t{port_of(target)}")
            screen.key("alt+m")
            pause(0.5)
            screen.key("alt+r")
            screen.type("127.0.0.1:9")
            screen.key("alt+t")
            pause(1.0)
            self._take("editor-more-low")
            screen.key("alt+h")
            self._take("editor-end-low")
            screen.key("alt+f")
            self._take("editor-tested")
            screen.key("Escape", "Down", "Down", "Down", "F8")
            pause(9.0)
            self._take("diagnosis")
            screen.key("Escape")
            self._quit(program)

    def _start(self, profile: Path) -> subprocess.Popen[bytes]:
        settings = Settings(theme=Theme(self._scheme), language=self._language)
        SettingsFile(profile).save(settings)
        return self._screen.portway(profile, more={"QT_SCALE_FACTOR": str(self._scale)})

    def _take(self, name: str, window: str = "root") -> None:
        if not self._only or name in self._only:
            pause(0.4)
            path = self._folder / f"{name}-{self._language}-{self._scheme}-{self._scale}x.png"
            print(self._screen.photograph(path, window))  # noqa: T201

    def _quit(self, program: subprocess.Popen[bytes]) -> None:
        self._screen.wait_for_window(TITLE)
        self._screen.key("ctrl+q")
        assert program.wait(20) == 0

    def _empty(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            program = self._start(Path(folder))
            self._take("empty", self._screen.wait_for_window(TITLE))
            self._quit(program)

    def _busy(self) -> None:
        screen, traffic = self._screen, Traffic()
        with foreign_listener() as taken, tempfile.TemporaryDirectory() as folder:
            mappings = example_mappings(traffic.target, taken)
            Store(Path(folder)).save(Profile(mappings=mappings))
            program = self._start(Path(folder))
            window = screen.wait_for_window(TITLE)
            assert eventually(lambda: reachable(8088))
            traffic.run(8088)
            pause(3.2)
            self._take("running", window)
            screen.click(window, 120 * self._scale, 247 * self._scale)
            self._take("port-in-use", window)
            self._narrow(window)
            self._context_menu(window)
            self._together()
            if self._language == "en":  # its windows are found by their titles
                self._editor()
            self._tray_menu()
            screen.wait_for_window(TITLE)
            screen.key("Delete")
            self._take("deleted", window)
            self._quit(program)
        traffic.end()

    def _narrow(self, window: str) -> None:
        """The window of a phone's width, and back."""
        size = self._screen.xdotool("getwindowgeometry", "--shell", window)
        width, height = (
            line.partition("=")[2] for line in size if line.startswith(("WIDTH", "HEIGHT"))
        )
        self._screen.xdotool("windowsize", "--sync", window, 500 * self._scale, height)
        self._take("narrow", window)
        self._screen.xdotool("windowsize", "--sync", window, width, height)

    def _together(self) -> None:
        """Several rows, edited at once."""
        self._screen.key("shift+Down", "F2")
        pause(0.5)
        self._take("together")
        self._screen.key("Escape")

    def _details(self) -> None:
        """The details in every form, while traffic flows, and the windows beside."""
        screen, traffic = self._screen, Traffic()
        with foreign_listener() as taken, tempfile.TemporaryDirectory() as folder:
            mappings = example_mappings(traffic.target, taken)
            Store(Path(folder)).save(Profile(mappings=mappings))
            program = self._start(Path(folder))
            window = screen.wait_for_window(TITLE)
            assert eventually(lambda: reachable(8088))
            for pace in (0.01, 0.05, 0.2):
                traffic.pace = pace
                traffic.run(8088)
                pause(4)
            pause(20)
            self._take("details", window)
            screen.key("alt+v")
            self._take("view-menu")
            screen.key("Escape", "Escape")  # the menu, and the menu bar
            screen.key("alt+n")
            self._take("events", window)
            screen.xdotool("windowsize", "--sync", window, 700 * self._scale, 560 * self._scale)
            self._take("details-narrow", window)
            screen.key("alt+c")
            pause(1.2)
            self._take("connections-narrow", window)
            log, settings, about_title = TITLES[self._language]
            for name, keys, title in (
                ("log", "ctrl+l", log),
                ("settings", "ctrl+comma", settings),
            ):
                screen.key(keys)
                self._take(name, screen.wait_for_window(title))
                screen.key("Escape")
                screen.wait_until_gone(title)
            screen.key("alt+h", "Up", "Return")
            about = screen.wait_for_window(about_title)
            self._take("about", about)
            screen.key("alt+i")
            self._take("licences", about)
            screen.key("Escape")
            screen.wait_until_gone(about_title)
            self._quit(program)
        traffic.end()

    def _context_menu(self, window: str) -> None:
        self._screen.click(window, 200 * self._scale, 247 * self._scale, button=3)
        self._take("context-menu")
        self._screen.key("Escape")

    def _editor(self) -> None:
        screen = self._screen
        screen.key("ctrl+n")
        editor = screen.wait_for_window("Add a mapping.*")
        self._take("editor-new", editor)
        screen.type("Mail")
        screen.key("Tab", "Tab", "Tab")
        screen.type("80x")
        self._take("editor-fault", editor)
        screen.key("ctrl+a")
        screen.type("8443")
        self._take("editor-clash", editor)
        screen.key("alt+m")
        self._take("editor-more", editor)
        screen.key("Escape")
        screen.wait_until_gone("Add a mapping.*")

    def _tray_menu(self) -> None:
        panel = self._screen.xdotool("search", "--class", "trayer")[-1]
        self._screen.click(panel, 14, 14, button=3)
        self._take("tray-menu")
        self._screen.key("Escape")


def reachable(port: int) -> bool:
    """Whether something accepts here."""
    try:
        connect(port).close()
    except OSError:
        return False
    return True


def pause(seconds: float) -> None:
    """Give the screen time to settle; a picture has no event to wait for."""
    threading.Event().wait(seconds)


def main() -> int:
    """Take the pictures that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--scheme", nargs="+", choices=SCHEMES, default=SCHEMES)
    parser.add_argument("--language", nargs="+", default=["en", "zh_CN"])
    parser.add_argument("--only", nargs="+", default=[])
    line = parser.parse_args()
    if missing():
        parser.error(f"needs {', '.join(missing())} to be installed")
    line.folder.mkdir(parents=True, exist_ok=True)
    for scheme in line.scheme:
        for language, scale in product(line.language, line.scale):
            Photographer(line.folder, scheme, language, scale, set(line.only)).shoot()
    return 0


if __name__ == "__main__":
    sys.exit(main())
