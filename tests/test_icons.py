"""The drawings: rendered files are fresh, states differ in shape, actions can be recoloured."""

import re
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from icons import render

ICONS = Path(render.__file__).parent
ACTIONS = sorted((ICONS / "actions").glob("*.svg"))
TRAY = sorted(ICONS.glob("tray-*.svg"))
STATES = [path for path in ACTIONS if path.stem.startswith("state-")]


def shape(drawing: Path, size: int) -> bytes:
    """Render only how opaque each pixel is: what is left when nobody can see colours."""
    renderer = QSvgRenderer(str(drawing))
    assert renderer.isValid()
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return bytes(image.convertToFormat(QImage.Format.Format_Alpha8).constBits())


def test_rendered_files_match_the_drawing() -> None:
    assert list(render.stale(render.RENDERED)) == []


def test_a_changed_drawing_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "portway.svg"
    changed.write_text(render.DRAWING.read_text(encoding="utf-8").replace("M24 64", "M20 64"))
    monkeypatch.setattr(render, "DRAWING", changed)
    assert "portway-64.png" in list(render.stale(render.RENDERED))


def test_a_missing_file_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "rendered"
    shutil.copytree(render.RENDERED, folder)
    (folder / "portway-16.png").unlink()
    (folder / "portway.ico").unlink()
    assert list(render.stale(folder)) == ["portway-16.png", "portway.ico"]


def test_qt_reads_every_size_of_the_ico() -> None:
    images = render.unpack_ico((render.RENDERED / "portway.ico").read_bytes())
    assert tuple(images) == render.ICO_SIZES
    for size, data in images.items():
        image = QImage.fromData(data)
        assert (image.width(), image.height()) == (size, size)
    assert not QImage(str(render.RENDERED / "portway.ico")).isNull()


@pytest.mark.parametrize("drawing", ACTIONS, ids=lambda path: path.stem)
def test_an_action_is_one_colour_on_the_common_grid(drawing: Path) -> None:
    text = drawing.read_text(encoding="utf-8")
    assert 'viewBox="0 0 24 24"' in text
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', text)) <= {"#000", "none"}
    assert any(shape(drawing, 16))


def test_states_differ_in_shape_even_at_16_pixels() -> None:
    assert len(STATES) == 6
    shapes = [shape(drawing, 16) for drawing in STATES]
    for index, one in enumerate(shapes):
        for other in shapes[:index]:
            differing = sum(abs(a - b) > 128 for a, b in zip(one, other, strict=True))
            assert differing >= 16


def test_tray_states_differ_without_colour() -> None:
    def grey(drawing: Path) -> list[int]:
        image = QImage(16, 16, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.black)
        painter = QPainter(image)
        QSvgRenderer(str(drawing)).render(painter, QRectF(0, 0, 16, 16))
        painter.end()
        # Which pixels are bright: the gate, and what stands in it.
        pixels = bytes(image.convertToFormat(QImage.Format.Format_Grayscale8).constBits())
        return [int(value > 140) for value in pixels]

    assert [path.stem for path in TRAY] == ["tray-active", "tray-idle", "tray-trouble"]
    shapes = [grey(drawing) for drawing in TRAY]
    for index, one in enumerate(shapes):
        for other in shapes[:index]:
            assert sum(a != b for a, b in zip(one, other, strict=True)) >= 8
