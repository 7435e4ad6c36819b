"""A screen of its own with a window manager and a tray, and hands on its keys and mouse."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NEEDED = ("Xvfb", "xdotool", "openbox", "import", "xprop")
"""Debian's packages xvfb, xdotool, openbox, imagemagick, x11-utils; trayer when there."""
ROOT = Path(__file__).parent.parent.parent


def missing() -> list[str]:
    """Which of the needed programs this machine lacks."""
    return [name for name in NEEDED if shutil.which(name) is None]


class VirtualScreen:
    """An X server nobody sees, with programs on it; everything ends with `close`."""

    def __init__(self, width: int = 1400, height: int = 900, *, tray: bool = False) -> None:
        self._ended = contextlib.ExitStack()
        self._folder = Path(self._ended.enter_context(tempfile.TemporaryDirectory()))
        self.home = self._folder
        """Of the user of this screen."""
        reader, writer = os.pipe()
        size = f"{width}x{height}x24"
        # Without -noreset the server would start anew, and drop everyone who is just connecting,
        # whenever its last client leaves; the first clients come and go.
        server = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-noreset"]
        self._server = self._spawn([*server, "-nolisten", "tcp"], pass_fds=(writer,))
        os.close(writer)
        with os.fdopen(reader) as answer:
            self.display = f":{answer.readline().strip()}"
        # An empty configuration: no menus of its own, so no complaint about missing files.
        config = self._folder / "rc.xml"
        config.write_text(
            '<openbox_config xmlns="http://openbox.org/3.4/rc"></openbox_config>', "utf-8"
        )
        self._spawn(["openbox", "--config-file", str(config)])
        assert eventually(self._has_manager)
        self.has_tray = tray and shutil.which("trayer") is not None
        if self.has_tray:
            self.start_tray()

    def start_tray(self) -> subprocess.Popen[bytes]:
        """Start a tray of the old kind (XEmbed)."""
        tray = self._spawn(
            ["trayer", "--edge", "bottom", "--align", "right", "--widthtype", "request",
             "--heighttype", "pixel", "--height", "28", "--SetDockType", "true"]
        )  # fmt: skip
        assert eventually(lambda: bool(self.xdotool("search", "--class", "trayer")))
        return tray

    def close(self) -> None:
        """End all programs, the server last."""
        self._ended.close()

    def break_down(self) -> None:
        """End the server alone, as a session does that is over before its programs are."""
        self._server.kill()
        self._server.wait(5)

    # Programs.

    def portway(
        self, profile: Path, *arguments: str, more: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start the real program on this screen."""
        return self.python("-m", "gui", "--profile", str(profile), *arguments, more=more)

    def python(
        self, *arguments: str, more: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start Python on this screen."""
        return self._spawn([sys.executable, *arguments], {"QT_QPA_PLATFORM": "xcb", **(more or {})})

    def _spawn(
        self,
        command: Sequence[str],
        more: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**self.environment, **(more or {})},
            pass_fds=pass_fds,
            stdout=subprocess.DEVNULL,
            stderr=None if os.environ.get("PORTWAY_SHOW_STDERR") else subprocess.DEVNULL,
        )
        self._ended.callback(_end, process)
        return process

    @property
    def environment(self) -> dict[str, str]:
        """The environment of programs on this screen: no other desktop shines through."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("WAYLAND", "XDG_", "DBUS", "QT_", "GTK", "GNOME", "KDE"))
        }
        home = str(self._folder)
        return {**kept, "DISPLAY": getattr(self, "display", ""), "HOME": home, "LC_ALL": "C.UTF-8"}

    # Hands and eyes.

    def xdotool(self, *arguments: str | int) -> list[str]:
        """Run xdotool and give its output, line by line; no lines when it finds nothing."""
        done = subprocess.run(
            ["xdotool", *map(str, arguments)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
        return done.stdout.split("\n")[:-1]

    def window(self, title: str) -> str | None:
        """The visible window with this title, if there is one now."""
        found = self.xdotool("search", "--onlyvisible", "--name", f"^{title}$")
        return found[-1] if found else None

    def is_iconic(self, window: str) -> bool:
        """Whether the window manager keeps it in the task bar alone."""
        done = subprocess.run(
            ["xprop", "-id", window, "WM_STATE"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
        return "Iconic" in done.stdout

    def wait_for_window(self, title: str) -> str:
        """The window with this title, as soon as it is there and has the keyboard."""
        assert eventually(lambda: self.window(title) is not None, 20), f"no window “{title}”"
        found: list[str] = []

        def has_keyboard() -> bool:
            # Looked up again and again: one that is just closing may have borne the same title. And
            # asked for: a window manager forgets wishes about windows it does not know yet.
            found[:] = filter(None, [self.window(title)])
            return bool(found) and self._activated(found[0])

        assert eventually(has_keyboard, 20), f"“{title}” gets no keyboard"
        return found[0]

    def _activated(self, window: str) -> bool:
        self.xdotool("windowactivate", window)
        return self.xdotool("getactivewindow") == [window]

    def wait_until_gone(self, title: str) -> None:
        """Wait until no window has this title."""
        assert eventually(lambda: self.window(title) is None), f"“{title}” is still there"

    def click(self, window: str, x: int, y: int, button: int = 1) -> None:
        """Move the mouse to a place in this window and click."""
        self.xdotool("mousemove", "--window", window, x, y, "click", button)

    def key(self, *names: str) -> None:
        """Press keys one after the other, such as ``"ctrl+n"`` or ``"Tab"``."""
        self.xdotool("key", "--delay", 30, *names)

    def type(self, text: str) -> None:
        """Type a text."""
        self.xdotool("type", "--delay", 20, text)

    def photograph(self, path: Path, window: str = "root") -> Path:
        """Save what the screen, or one window on it, shows as a PNG."""
        subprocess.run(
            ["import", "-window", window, str(path)], env=self.environment, check=True, timeout=20
        )
        return path

    def _has_manager(self) -> bool:
        return self.xdotool("get_num_desktops") not in ([], ["0"])


@contextlib.contextmanager
def virtual_screen(
    width: int = 1400, height: int = 900, *, tray: bool = False
) -> Iterator[VirtualScreen]:
    """A virtual screen for the time of a with statement."""
    screen = VirtualScreen(width, height, tray=tray)
    try:
        yield screen
    finally:
        screen.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
