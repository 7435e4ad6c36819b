"""What Windows tells a program with a window: the session ends, the taskbar has started anew.

Told to the real program, on the native platform, by the messages that Windows itself sends.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.config.store import Profile, Store
from core.config.totals import TotalsFile
from tests.core.cli.program import REPOSITORY
from tests.support import (
    PATIENCE,
    WINE,
    accept,
    connect,
    eventually,
    free_port,
    listen,
    port_of,
    read_exactly,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(sys.platform != "win32", reason="Windows' own messages"),
    pytest.mark.timeout(180),
]

QUERY_END, END, LOGOFF = 0x0011, 0x0016, 0x80000000
"""WM_QUERYENDSESSION, WM_ENDSESSION, and why they come (ENDSESSION_LOGOFF)."""
CHANGE, DELETE = 1, 2
"""NIM_MODIFY, NIM_DELETE."""


class Portway:
    """The program with one mapping, and what can be told to its windows."""

    def __init__(self, profile: Path, target: socket.socket) -> None:
        self.profile = profile
        self._target = target
        self._clients: list[socket.socket] = []
        self._port = free_port()
        mapping = Mapping(
            listen_ports=PortRange.single(self._port),
            target_host="127.0.0.1",
            target_ports=PortRange.single(port_of(target)),
        )
        Store(profile).save(Profile(mappings=(mapping,)))
        self.child = subprocess.Popen(
            [sys.executable, "-m", "gui", "--profile", str(profile)],
            env={**os.environ, "QT_QPA_PLATFORM": "windows"},
            cwd=REPOSITORY,
        )

    def carry(self, data: bytes) -> None:
        """Have it forward this, once it listens: the window may be there a moment before."""
        assert eventually(self._listens)
        with self._clients.pop() as client, accept(self._target) as server:
            client.sendall(data)
            assert read_exactly(server, len(data)) == data

    def _listens(self) -> bool:
        try:
            self._clients.append(connect(self._port))
        except ConnectionRefusedError:
            return False
        return True

    def kill(self) -> None:
        """End it without asking, if it has not ended."""
        if self.child.poll() is None:
            for process in self.processes():
                psutil.Process(process).kill()
        self.child.wait(PATIENCE)

    def processes(self) -> set[int]:
        """Its own, and what a virtual environment's Python has started in its place."""
        children = psutil.Process(self.child.pid).children(recursive=True)
        return {self.child.pid, *(one.pid for one in children)}

    def window(self, like: str, *, visible: bool = True) -> int:
        """Wait for the window whose class or title begins so."""
        deadline = time.monotonic() + 4 * PATIENCE
        while time.monotonic() < deadline:
            assert self.child.poll() is None
            for handle, words in _windows(self.processes(), visible=visible):
                if any(word.startswith(like) for word in words):
                    return handle
            time.sleep(0.05)
        raise AssertionError(f"there is no window {like}")


def _windows(processes: set[int], *, visible: bool) -> list[tuple[int, tuple[str, str]]]:
    found: list[tuple[int, tuple[str, str]]] = []
    if sys.platform == "win32":
        from ctypes import wintypes

        user = ctypes.windll.user32

        @ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
        def look(handle: int, _: int) -> bool:
            owner = wintypes.DWORD()
            user.GetWindowThreadProcessId(wintypes.HWND(handle), ctypes.byref(owner))
            if owner.value in processes and (user.IsWindowVisible(handle) or not visible):
                words = []
                for ask in (user.GetClassNameW, user.GetWindowTextW):
                    text = ctypes.create_unicode_buffer(200)
                    ask(wintypes.HWND(handle), text, 200)
                    words.append(text.value)
                found.append((handle, (words[0], words[1])))
            return True

        user.EnumWindows(look, 0)
    return found


def tell(window: int, message: int, first: int, second: int) -> int:
    """Send it as Windows does, and wait for the answer."""
    if sys.platform == "win32":
        from ctypes import wintypes

        answer = ctypes.c_size_t()
        sent = ctypes.windll.user32.SendMessageTimeoutW(
            wintypes.HWND(window), message, ctypes.c_size_t(first), ctypes.c_ssize_t(second), 2,
            int(PATIENCE * 1000), ctypes.byref(answer),
        )  # fmt: skip
        assert sent, "the window does not answer"
        return answer.value
    return 0


def tell_the_taskbar(what: int, window: int) -> bool:
    """Whether the taskbar has an icon of this window, and did that."""
    if sys.platform == "win32":
        from ctypes import wintypes

        class Icon(ctypes.Structure):
            _fields_ = (
                ("size", wintypes.DWORD),
                ("window", wintypes.HWND),
                ("number", wintypes.UINT),
                ("rest", ctypes.c_byte * 952),
            )

        icon = Icon(size=ctypes.sizeof(Icon), window=window)
        return bool(ctypes.windll.shell32.Shell_NotifyIconW(what, ctypes.byref(icon)))
    return False


@pytest.fixture
def portway(tmp_path: Path) -> Iterator[Portway]:
    with listen() as target:
        started = Portway(tmp_path, target)
        try:
            yield started
        finally:
            started.kill()


def test_a_log_off_never_waits_and_finds_all_saved(portway: Portway) -> None:
    window = portway.window("Portway")
    portway.carry(b"before")
    begun = time.monotonic()
    assert tell(window, QUERY_END, 0, LOGOFF) == 1
    assert time.monotonic() - begun < 1.0
    portway.carry(b" and after")  # another program may still object: until then all goes on
    tell(window, END, 1, LOGOFF)
    portway.kill()  # as Windows does once that is answered
    assert time.monotonic() - begun < 3.0
    (total,) = TotalsFile(portway.profile).read().value.mappings.values()
    assert total.up == len(b"before and after")
    assert "Portway ends." in (portway.profile / "logs" / "portway.log").read_text("utf-8")


def test_a_log_off_that_another_program_stops_ends_nothing(portway: Portway) -> None:
    window = portway.window("Portway")
    assert tell(window, QUERY_END, 0, LOGOFF) == 1
    tell(window, END, 0, LOGOFF)
    portway.carry(b"still here")
    assert portway.child.poll() is None


def test_a_taskbar_that_starts_anew_gets_the_icon_again(portway: Portway) -> None:
    """As after a crash of the Explorer, which then tells all windows."""
    portway.window("Portway")
    owner = portway.window("QTrayIconMessageWindow", visible=False)
    if not eventually(lambda: tell_the_taskbar(CHANGE, owner)):
        assert not WINE
        pytest.skip("this Windows has no taskbar")
    assert tell_the_taskbar(DELETE, owner)
    assert not tell_the_taskbar(CHANGE, owner)
    if sys.platform == "win32":
        news = ctypes.windll.user32.RegisterWindowMessageW("TaskbarCreated")
        tell(owner, news, 0, 0)
    assert eventually(lambda: tell_the_taskbar(CHANGE, owner))
