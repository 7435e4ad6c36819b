"""The graph: its scale, what it paints, and that it can be read without its colours."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from gui.appearance import colours, palette_for
from gui.graph import Graph, runs, scale_step
from gui.history import SLOTS, Sight, Slot, Span

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SEEN, MISSED, NOTHING = Sight.WATCHED, Sight.AVERAGE, Sight.NOTHING
LEVEL = [Slot(500_000.0, 2_000_000.0, SEEN)] * SLOTS


@pytest.fixture
def graph(qtbot: QtBot) -> Graph:
    graph = Graph()
    qtbot.addWidget(graph)
    graph.setPalette(palette_for(Qt.ColorScheme.Light))
    graph.resize(QSize(600, 200))
    return graph


def painted(graph: Graph, ratio: float = 1.0) -> QImage:
    image = QImage(graph.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    graph.render(painter, QPoint())
    painter.end()
    return image


def near(one: QColor, other: QColor) -> bool:
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()),
               abs(one.blue() - other.blue())) < 40  # fmt: skip


def breaks(image: QImage, colour: QColor) -> int:
    """How often the busiest line of this colour is interrupted, from left to right."""
    lines = [
        [near(image.pixelColor(x, y), colour) for x in range(image.width())]
        for y in range(image.height())
    ]
    busiest = max(lines, key=sum)
    assert any(busiest), "the line is not there"
    return sum(one and not other for one, other in pairwise(busiest))


@pytest.mark.parametrize(
    ("highest", "step"),
    [(0, 500), (1000, 500), (3999, 1000), (4001, 2000), (17.6e6, 5e6), (24e6, 10e6), (9.9e9, 5e9)],
)
def test_the_scale_goes_by_round_steps(highest: float, step: float) -> None:
    assert scale_step(highest) == pytest.approx(step)
    assert highest <= 4 * scale_step(highest)


def test_up_and_down_differ_by_the_shape_of_their_lines(graph: Graph) -> None:
    graph.show_slots(LEVEL, Span.MINUTE)
    image, palette = painted(graph), colours(graph.palette())
    assert breaks(image, palette.down) == 1, "down is one solid line"
    assert breaks(image, palette.up) > 20, "up is dashed"


def test_down_is_filled_and_up_is_not(graph: Graph) -> None:
    graph.show_slots([Slot(2e6, 0.0, SEEN)] * SLOTS, Span.MINUTE)
    below_up = painted(graph).pixelColor(300, 120)
    graph.show_slots([Slot(0.0, 2e6, SEEN)] * SLOTS, Span.MINUTE)
    below_down = painted(graph).pixelColor(300, 120)
    ground = graph.palette().color(graph.backgroundRole())
    assert below_up == ground
    assert below_down != ground


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_the_lines_of_the_scale_are_sharp_at_any_scale(graph: Graph, ratio: float) -> None:
    graph.show_slots([Slot(0.0, 0.0, NOTHING)] * SLOTS, Span.MINUTE)
    image = painted(graph, ratio)
    x = round(300 * ratio)
    inside = {image.pixelColor(x, y).name() for y in range(round(170 * ratio))}
    ground = graph.palette().color(graph.backgroundRole()).name()
    assert inside == {ground, colours(graph.palette()).hairline.name()}


def test_time_without_a_look_is_hatched(graph: Graph) -> None:
    half = SLOTS // 2
    graph.show_slots([Slot(0.0, 0.0, MISSED)] * half + [Slot(0.0, 0.0, SEEN)] * half, Span.HOUR)
    image = painted(graph)
    ground = graph.palette().color(graph.backgroundRole()).name()
    left = [image.pixelColor(200, y).name() for y in range(20, 150)]
    right = [image.pixelColor(500, y).name() for y in range(20, 150)]
    assert sum(name != ground for name in left) > sum(name != ground for name in right) + 5


def test_stretches() -> None:
    slots = [Slot(0, 0, sight) for sight in (SEEN, SEEN, NOTHING, MISSED, SEEN, NOTHING, SEEN)]
    assert list(runs(slots, SEEN)) == [(0, 1), (4, 4), (6, 6)]
    assert list(runs(slots, SEEN, MISSED)) == [(0, 1), (3, 4), (6, 6)]
    assert list(runs([], SEEN)) == []


def test_it_tells_in_words_what_is_under_the_mouse(graph: Graph) -> None:
    slots = [Slot(0, 0, NOTHING)] * 20 + [Slot(0, 5000, MISSED)] * 20 + LEVEL[:20]
    graph.show_slots(slots, Span.TEN_MINUTES)
    assert graph.words_at(graph.width() - 13) == "0 s ago: 2.0 MB/s down, 500 kB/s up"
    assert "nobody was looking" in graph.words_at(320)
    assert graph.words_at(100) == ""
    assert graph.words_at(0) == ""
    assert graph.words_at(10_000) == ""


def test_its_summary_is_for_those_who_cannot_see_it(graph: Graph) -> None:
    graph.show_slots(LEVEL, Span.MINUTE)
    assert graph.summary() == "At most 2.0 MB/s down and 500 kB/s up in the time shown."


def test_without_traffic_it_has_a_scale_all_the_same(graph: Graph) -> None:
    assert graph.top == 1000.0
    painted(graph)
