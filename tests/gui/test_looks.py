"""Drawings, colours and words: what is named exists, and can be read."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette

import gui
from core.engine.status import State
from core.message import message
from gui import wording
from gui.appearance import Appearance, Colours, colours, is_dark, palette_for
from gui.delegates import STATE_DRAWINGS, state_colour
from gui.resources import action_icon, pixmap

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

LIGHT, DARK = Qt.ColorScheme.Light, Qt.ColorScheme.Dark
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in Path(gui.__path__[0]).glob("*.py"))


def luminance(colour: QColor) -> float:
    """Relative luminance as WCAG 2 defines it."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_every_text_colour_can_be_read_on_every_ground(
    qapp: QApplication, scheme: Qt.ColorScheme
) -> None:
    palette = palette_for(scheme)
    paint = colours(palette)
    grounds = [
        palette.color(QPalette.ColorRole.Base),
        palette.color(QPalette.ColorRole.Window),
        paint.hover,
        paint.selected,
        paint.selected_away,
    ]
    texts = {
        name: getattr(paint, name)
        for name in ("text", "dim", "good", "busy", "warn", "bad", "up", "down")
    }
    for name, text in texts.items():
        for ground in grounds:
            assert contrast(text, ground) >= 4.5, (name, text.name(), ground.name())
    highlight = palette.color(QPalette.ColorRole.Highlight)
    assert contrast(palette.color(QPalette.ColorRole.HighlightedText), highlight) >= 4
    assert contrast(paint.accent, palette.color(QPalette.ColorRole.Base)) >= 3


def test_the_application_follows_a_wish_for_dark_and_back(qapp: QApplication) -> None:
    appearance = qapp.findChild(Appearance)
    assert appearance is not None
    appearance.ask_for(DARK)
    assert is_dark(qapp.palette())
    appearance.ask_for(LIGHT)
    assert not is_dark(qapp.palette())
    appearance.ask_for(Qt.ColorScheme.Unknown)


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_own_drawing_and_word(qapp: QApplication, state: State) -> None:
    others = [one for one in State if one is not state]
    assert STATE_DRAWINGS[state] not in [STATE_DRAWINGS[one] for one in others]
    assert wording.state_word(state) not in [wording.state_word(one) for one in others]
    paint: Colours = colours(palette_for(LIGHT))
    picture = pixmap(STATE_DRAWINGS[state], 16, 2.0, state_colour(state, paint))
    assert (picture.width(), picture.devicePixelRatio()) == (32, 2.0)
    assert not picture.toImage().allGray() or state is State.OFF


def test_an_icon_takes_the_palettes_colour(qapp: QApplication) -> None:
    palette = palette_for(DARK)
    image = action_icon("add", palette).pixmap(16, 16).toImage()
    assert image.pixelColor(8, 8).name() == palette.color(QPalette.ColorRole.ButtonText).name()


def test_a_drawing_that_is_missing_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        pixmap("no-such-drawing", 16, 1.0)


def test_a_message_is_filled_in_also_when_it_holds_another() -> None:
    inner = message("port {port}", port=80)
    assert wording.say(message("Cannot use {what}.", what=inner)) == "Cannot use port 80."
    assert wording.say(message("")) == ""


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (99_940, "99.9 kB"),
        (999_940, "1,000 kB"),
        (999_960, "1.0 MB"),
        (1_234_567, "1.2 MB"),
        (250_000_000, "250 MB"),
        (7.2e15, "7,200 TB"),
    ],
)
def test_amounts(size: float, words: str) -> None:
    assert wording.amount(size) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.9, "0 s"),
        (59.99, "59 s"),
        (60, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 0 min"),
        (86_399, "23 h 59 min"),
        (90_000, "1 d 1 h"),
        (86_400 * 1234, "1,234 d 0 h"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert wording.duration(seconds) == words


def test_a_moment_of_another_day_has_its_date() -> None:
    today = datetime.now().astimezone().replace(hour=7, minute=5, second=9)
    assert wording.moment(today) == "07:05:09"
    earlier = wording.moment(datetime(2020, 12, 31, 7, 5, 9).astimezone())
    assert earlier.endswith(" 07:05:09")
    assert "31" in earlier
    assert "20" in earlier


def test_no_text_is_built_by_gluing_or_inside_the_translation_call() -> None:
    glued = re.findall(r"\b(?:tr|translate)\(\s*f[\"']", SOURCES)
    glued += re.findall(r"\b(?:tr|translate)\([^()]*\)\s*\+", SOURCES)
    assert glued == []
