"""Our drawings: found, recoloured for the palette, rendered sharp; the only reader of icons/."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

SIZES = (16, 20, 24, 32)
"""Icon sizes that menus, tool bars and buttons ask for, in device independent pixels."""
WINDOW_SIZES = (16, 24, 32, 48, 64, 128, 256)


@cache
def icons_folder() -> Path:
    """The folder of the drawings: beside the package when installed, else the checkout's."""
    installed = Path(__file__).parent / "icons"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "icons"


@lru_cache(maxsize=8)  # few: a drawing is rendered in all its sizes at a time
def _drawing(name: str) -> QSvgRenderer:
    path = icons_folder() / "actions" / f"{name}.svg"
    if not path.is_file():
        path = icons_folder() / f"{name}.svg"
    if not path.is_file():
        raise FileNotFoundError(path)
    renderer = QSvgRenderer(str(path))
    if not renderer.isValid():
        raise ValueError(f"{path} is no drawing")
    return renderer


def pixmap(name: str, size: int, ratio: float, colour: QColor | None = None) -> QPixmap:
    """Render a drawing at `size` for a screen of this ratio, in one colour if one is given."""
    return _pixmap(name, size, ratio, colour.rgba() if colour is not None else None)


@cache
def _pixmap(name: str, size: int, ratio: float, rgba: int | None) -> QPixmap:
    drawing = _drawing(name)  # before there is a painter: an error must not leave one open
    side = round(size * ratio)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing.render(painter, QRectF(0, 0, side, side))
    if rgba is not None:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(picture.rect(), QColor.fromRgba(rgba))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def action_icon(name: str, palette: QPalette) -> QIcon:
    """A one-colour icon in the palette's text colours, for every ratio of the screens here."""
    icon = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        colour = palette.color(group, QPalette.ColorRole.ButtonText)
        _add_sizes(icon, name, SIZES, mode, colour)
    return icon


def picture_icon(name: str, sizes: tuple[int, ...] = WINDOW_SIZES) -> QIcon:
    """A drawing in its own colours: the program's icon, the tray's."""
    icon = QIcon()
    _add_sizes(icon, name, sizes, QIcon.Mode.Normal, None)
    return icon


def _add_sizes(
    icon: QIcon, name: str, sizes: tuple[int, ...], mode: QIcon.Mode, colour: QColor | None
) -> None:
    for ratio in _ratios():
        for size in sizes:
            icon.addPixmap(pixmap(name, size, ratio, colour), mode)


def _ratios() -> list[float]:
    return sorted({screen.devicePixelRatio() for screen in QApplication.screens()} or {1.0})


def forget_renderings() -> None:
    """Free what was rendered for colours or screens that are gone."""
    _pixmap.cache_clear()
