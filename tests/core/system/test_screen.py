"""Whether a window can be shown: what the environment promises must also answer."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

import pytest

from core.system import screen
from core.system.screen import has_screen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform in ("win32", "darwin"):
    pytest.skip("there, there is always a screen", allow_module_level=True)

NUMBER = 917  # type: ignore[unreachable, unused-ignore]
"""A display that nobody has."""


@pytest.fixture(autouse=True)
def nothing_promised(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment of no session; tests add to it."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.fixture
def x_server() -> Iterator[str]:
    """Something that listens where an X server would; its abstract socket leaves no file."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0/tmp/.X11-unix/X{NUMBER}")
        server.listen()
        yield f":{NUMBER}"


def test_without_a_display_there_is_no_screen() -> None:
    assert not has_screen()


@pytest.mark.parametrize("display", ["", ":", "nonsense", f":{NUMBER}", f":{NUMBER}.0",
                                     f"unix:{NUMBER}", ":99999999999999999999"])  # fmt: skip
def test_a_display_that_does_not_answer_is_no_screen(
    monkeypatch: pytest.MonkeyPatch, display: str
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    assert not has_screen()


@pytest.mark.parametrize("display", ["127.0.0.1:99999", f"127.0.0.1:{NUMBER}", "a..b:0",
                                     "a" * 70 + ".example:0", "\N{SNOWMAN}:0"])  # fmt: skip
def test_a_display_of_another_computer_that_cannot_be_is_no_screen(
    monkeypatch: pytest.MonkeyPatch, display: str
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    assert not has_screen()


@pytest.mark.parametrize("form", ["{}", "{}.0", "unix{}"])
def test_a_display_that_answers_is_a_screen(
    monkeypatch: pytest.MonkeyPatch, x_server: str, form: str
) -> None:
    monkeypatch.setenv("DISPLAY", form.format(x_server))
    assert has_screen()


def test_a_display_through_ssh_is_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1] - 6000  # where X over TCP begins
        monkeypatch.setenv("DISPLAY", f"127.0.0.1:{number}.0")
        assert has_screen()


def test_a_display_that_does_not_take_connections_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket(socket.AF_UNIX) as hung, socket.socket(socket.AF_UNIX) as waiting:
        hung.bind(f"\0/tmp/.X11-unix/X{NUMBER}")
        hung.listen(0)
        waiting.connect(f"\0/tmp/.X11-unix/X{NUMBER}")  # the one place in its queue
        monkeypatch.setattr(screen, "PATIENCE", 0.01)
        monkeypatch.setenv("DISPLAY", f":{NUMBER}")
        assert not has_screen()


def test_wayland_is_a_screen_when_it_answers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert not has_screen()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-0"))
        server.listen()
        assert has_screen()
        monkeypatch.setenv("WAYLAND_DISPLAY", str(tmp_path / "wayland-0"))
        monkeypatch.setenv("XDG_RUNTIME_DIR", "/nonexistent")
        assert has_screen()


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600", "xcb;offscreen"])
def test_a_platform_that_needs_no_display_was_chosen_by_somebody(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert has_screen()


@pytest.mark.parametrize("platform", ["", "xcb", "wayland", "wayland;xcb", "wayland-egl", "xcb:a",
                                      "wayland;"])  # fmt: skip
def test_a_platform_that_needs_a_display_needs_one_that_answers(
    monkeypatch: pytest.MonkeyPatch, x_server: str, platform: str
) -> None:
    # Many desktops set "wayland;xcb" for everybody; Qt ends the program where neither answers.
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert not has_screen()
    monkeypatch.setenv("DISPLAY", x_server)
    assert has_screen()
