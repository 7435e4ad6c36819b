"""The picture beside the setup's last page, drawn from Portway's own; NSIS's is of 2000."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter
from PySide6.QtSvg import QSvgRenderer

from installer.project import ROOT

if TYPE_CHECKING:
    from pathlib import Path

WIDTH, HEIGHT, MARGIN = 164, 314, 26
SCALE = 2  # NSIS shrinks it on ordinary screens, and need not enlarge it on fine ones


def draw(file: Path) -> None:
    """Write it as the one format that NSIS reads."""
    image = QImage(WIDTH * SCALE, HEIGHT * SCALE, QImage.Format.Format_RGB888)
    painter = QPainter(image)
    shade = QLinearGradient(0, 0, 0, image.height())
    shade.setColorAt(0, QColor("#167f98"))
    shade.setColorAt(1, QColor("#0b4654"))
    painter.fillRect(image.rect(), shade)
    side = (WIDTH - 2 * MARGIN) * SCALE
    place = QRectF(MARGIN * SCALE, MARGIN * SCALE, side, side)
    QSvgRenderer(str(ROOT / "icons" / "portway.svg")).render(painter, place)
    painter.end()
    image.save(str(file), "BMP")  # type: ignore[call-overload]  # the stubs want bytes


if __name__ == "__main__":
    import sys
    from pathlib import Path

    draw(Path(sys.argv[1]))
