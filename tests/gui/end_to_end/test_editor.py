"""The editor of the real program: a target is suggested, tried, and found refused, by real keys."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from core.config.store import Profile, Store
from gui.appearance import colours, palette_for
from tests.gui.examples import mapping
from tests.gui.virtual_screen import VirtualScreen, missing, virtual_screen
from tests.support import (
    accept,
    connect,
    eventually,
    free_port,
    free_run,
    listen,
    port_of,
    read_exactly,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtGui import QColor

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=f"needs {', '.join(missing())} to be installed"),
    pytest.mark.timeout(180),
]

TITLE = "Add a mapping.*"


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    """A low screen, as small laptops have."""
    with virtual_screen(1024, 600) as screen:
        yield screen


def saved(profile: Path) -> list[str]:
    mappings = Store(profile).load().profile.mappings
    return [f"{one.listen} {' '.join(map(str, one.targets))} {one.limit_up}" for one in mappings]


def shows(screen: VirtualScreen, window: str, colour: QColor, folder: Path) -> bool:
    """Whether the window shows this colour somewhere below its first fields."""
    image = QImage(str(screen.photograph(folder / "editor.png", window)))
    places = product(range(100, image.width()), range(150, image.height() - 60))
    return any(near(image.pixelColor(x, y), colour) for x, y in places)


def size(screen: VirtualScreen, window: str) -> list[str]:
    told = screen.xdotool("getwindowgeometry", "--shell", window)
    return [line for line in told if line.startswith(("WIDTH", "HEIGHT"))]


def near(one: QColor, other: QColor) -> bool:
    """Whether only smoothing lies between the two."""
    parts = zip(one.getRgb(), other.getRgb(), strict=True)  # type: ignore[call-overload]
    return all(abs(a - b) < 30 for a, b in parts)


def test_a_program_that_listens_is_suggested_and_the_mapping_relays(
    screen: VirtualScreen, tmp_path: Path
) -> None:
    profile, port = tmp_path / "profile", free_port()
    # Low, for it to be among the first of a machine on which much listens.
    with listen(port=free_run(1)) as program:
        place = f"127.0.0.1:{port_of(program)}"
        portway = screen.portway(profile)
        screen.wait_for_window("Portway")
        screen.key("ctrl+n")
        screen.wait_for_window(TITLE)
        screen.key("Tab", "Tab", "Tab")
        screen.type(str(port))

        def chosen() -> bool:
            """The list is there at once; what listens here is found a little later."""
            screen.key("alt+f", "alt+Down")
            screen.type(place)
            screen.key("Return", "Return")
            return eventually(lambda: screen.window(TITLE) is None, 0.5)

        assert eventually(chosen, 30)
        assert eventually(lambda: saved(profile) == [f"127.0.0.1:{port} {place} 0"])
        assert eventually(lambda: relays(port, program))
        screen.wait_for_window("Portway")
        screen.key("ctrl+q")
        assert portway.wait(10) == 0


def relays(port: int, program: socket.socket) -> bool:
    """Whether a word goes through."""
    try:
        with connect(port) as client, accept(program) as server:
            client.sendall(b"word")
            return read_exactly(server, 4) == b"word"
    except OSError:
        return False


def test_a_refused_target_is_told_and_nothing_typed_is_lost(
    screen: VirtualScreen, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    Store(profile).save(Profile(mappings=(mapping("Other", free_port(), enabled=False),)))
    port, dead = free_port(), free_port()
    paint = colours(palette_for(Qt.ColorScheme.Light))
    portway = screen.portway(profile)
    screen.wait_for_window("Portway")
    screen.key("ctrl+n")
    editor = screen.wait_for_window(TITLE)
    screen.key("Tab", "Tab", "Tab")
    screen.type(f"{port}\t127.0.0.1\t{dead}")
    assert not shows(screen, editor, paint.bad, tmp_path)
    screen.key("alt+t")
    assert eventually(lambda: shows(screen, editor, paint.bad, tmp_path)), "no refusal is shown"
    with listen(port=dead):
        screen.key("alt+t")
        assert eventually(lambda: not shows(screen, editor, paint.bad, tmp_path))
        assert eventually(lambda: shows(screen, editor, paint.good, tmp_path)), "no answer is shown"

    # On this low screen what is below "More" scrolls into sight as the keys come to it.
    folded = size(screen, editor)
    screen.key("alt+m")
    assert eventually(lambda: size(screen, editor) != folded)
    screen.key("alt+r")
    screen.type("[::1]:81")
    screen.key("Return")
    screen.type("b.example.org:82")
    screen.key("alt+u", "ctrl+a")
    screen.type("1.5 MB/s")
    screen.key("alt+a")
    screen.wait_until_gone(TITLE)
    wanted = f"127.0.0.1:{port} 127.0.0.1:{dead} [::1]:81 b.example.org:82 1500000"
    assert eventually(lambda: saved(profile)[-1] == wanted), saved(profile)
    screen.wait_for_window("Portway")
    screen.key("ctrl+q")
    assert portway.wait(10) == 0
