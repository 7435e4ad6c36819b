"""The list of the real program, used by a real pointer: dragging, folding, groups, pasting."""

from __future__ import annotations

import time
from itertools import groupby
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from core.config.store import Profile, Store
from gui.appearance import palette_for
from tests.gui.examples import mapping
from tests.gui.virtual_screen import VirtualScreen, missing, virtual_screen
from tests.support import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=f"needs {', '.join(missing())} to be installed"),
    pytest.mark.timeout(180),
]

SWITCH_COLUMN = 58
NAME = 160
ARROW = 66


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with virtual_screen() as screen:
        yield screen


def stored(profile: Path) -> list[str]:
    mappings = Store(profile).load().profile.mappings
    return [f"{one.group}/{one.name}{'' if one.enabled else ' off'}" for one in mappings]


def lines(screen: VirtualScreen, window: str, folder: Path) -> list[int]:
    """The middles of all lines that show a switch with something on, from top to bottom."""
    image = QImage(str(screen.photograph(folder / "window.png", window)))
    accent = palette_for(Qt.ColorScheme.Light).accent().color().rgb()
    inked = [
        any(image.pixel(x, y) == accent for x in range(SWITCH_COLUMN))
        for y in range(60, image.height() - 40)
    ]
    runs = groupby(enumerate(inked, 60), key=lambda pair: pair[1])
    found = []
    for is_inked, run in runs:
        places = [y for y, _ in run]
        if is_inked and len(places) > 1:
            found.append((places[0], places[-1]))
    # Of a group that is on in part the rim and the knob are three runs of one switch.
    merged: list[list[int]] = []
    for top, bottom in found:
        if merged and top - merged[-1][1] < 12:
            merged[-1][1] = bottom
        else:
            merged.append([top, bottom])
    return [(top + bottom) // 2 for top, bottom in merged]


def drag(screen: VirtualScreen, window: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    steps = [(start[0] + (end[0] - start[0]) * at // 8, start[1] + (end[1] - start[1]) * at // 8)
             for at in range(1, 9)]  # fmt: skip
    screen.xdotool("mousemove", "--window", window, *start, "mousedown", 1)
    for x, y in (*steps, end):
        screen.xdotool("mousemove", "--window", window, x, y, "sleep", "0.05")
    screen.xdotool("mouseup", 1)


def test_a_mapping_is_dragged_into_a_group_and_the_group_folded_and_switched(
    screen: VirtualScreen, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    listed = (
        mapping("Loose", 42801, target_host="127.0.0.1"),
        mapping("Wiki", 42802, group="Office", target_host="127.0.0.1"),
        mapping("Quake", 42803, group="Games", target_host="127.0.0.1"),
    )
    Store(profile).save(Profile(mappings=listed))
    program = screen.portway(profile)
    window = screen.wait_for_window("Portway")

    def now() -> list[int]:
        return lines(screen, window, tmp_path)

    assert eventually(lambda: len(now()) == 5), now()
    loose, _, _, games, _ = now()
    drag(screen, window, (NAME, loose), (NAME, games))
    assert eventually(lambda: stored(profile)[-1] == "Games/Loose"), stored(profile)

    assert eventually(lambda: len(now()) == 5), now()
    office, _, games, _, _ = now()
    screen.click(window, ARROW, games)
    assert eventually(lambda: len(now()) == 3), "folding shows the same lines"
    screen.click(window, 30, games)
    after = ["Office/Wiki", "Games/Quake off", "Games/Loose off"]
    assert eventually(lambda: stored(profile) == after), stored(profile)

    screen.click(window, NAME, office)
    screen.key("ctrl+z", "ctrl+z")
    assert eventually(lambda: stored(profile) == ["/Loose", "Office/Wiki", "Games/Quake"])
    screen.key("Delete")
    assert eventually(lambda: stored(profile) == ["/Loose", "Games/Quake"])
    screen.key("ctrl+z")
    screen.key("ctrl+a", "ctrl+c", "ctrl+v")
    assert eventually(lambda: len(stored(profile)) == 6)
    assert stored(profile)[3:] == ["/Loose off", "Office/Wiki off", "Games/Quake off"]
    screen.key("ctrl+q")
    assert program.wait(10) == 0


@pytest.mark.parametrize(("count", "seconds"), [(20, 3.0), (2000, 5.0)])
def test_the_list_is_there_soon_after_the_start(
    screen: VirtualScreen, tmp_path: Path, count: int, seconds: float
) -> None:
    """The aims are 1 and 2 seconds on a machine at rest; this one is not."""
    groups = ("", "A", "B")
    many = tuple(
        mapping(f"m{n}", 43000 + n, group=groups[n % 3], enabled=n < 1, target_host="127.0.0.1")
        for n in range(count)
    )
    Store(tmp_path).save(Profile(mappings=many))
    begun = time.monotonic()
    program = screen.portway(tmp_path)
    assert eventually(lambda: screen.window("Portway") is not None, seconds)
    window = screen.window("Portway")
    assert window is not None
    picture = tmp_path / "pictures"
    picture.mkdir()
    assert eventually(lambda: bool(lines(screen, window, picture)), seconds)
    assert time.monotonic() - begun < seconds
    program.terminate()
    assert program.wait(10) == 0
