"""Renders portway.svg to the PNG sizes and the Windows .ico that launchers and installers take.

Without arguments it writes icons/rendered/; with --check it names what is stale there.
"""

import struct
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).with_name("portway.svg")
RENDERED = Path(__file__).with_name("rendered")
PNG_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)

# Qt versions differ in how they soften an edge; an edit of the drawing differs by far more.
TOLERANCE = 24


def draw(size: int) -> QImage:
    """Render the drawing into a square."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(DRAWING)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def png(image: QImage) -> bytes:
    """Encode as PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # PySide6's stubs want bytes where Qt wants a string.
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def pack_ico(images: Mapping[int, bytes]) -> bytes:
    """Put PNG images into an .ico: a header, a directory entry for each size, the images."""
    offset = 6 + 16 * len(images)
    entries = b""
    for size, data in images.items():
        side = size % 256  # one byte, in which 0 stands for 256
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(data), offset)
        offset += len(data)
    return struct.pack("<HHH", 0, 1, len(images)) + entries + b"".join(images.values())


def unpack_ico(data: bytes) -> dict[int, bytes]:
    """Take the images out of what `pack_ico` made."""
    _, _, count = struct.unpack_from("<HHH", data)
    images = {}
    for index in range(count):
        side, _, _, _, _, _, length, offset = struct.unpack_from("<BBBBHHII", data, 6 + 16 * index)
        images[side or 256] = data[offset : offset + length]
    return images


def alike(left: QImage, right: QImage) -> bool:
    """Compare two images pixel by pixel; what is transparent has no colour."""
    form = QImage.Format.Format_RGBA8888_Premultiplied
    left, right = left.convertToFormat(form), right.convertToFormat(form)
    if left.isNull() or left.size() != right.size():
        return False
    return all(
        abs(a - b) <= TOLERANCE
        for a, b in zip(left.constBits(), right.constBits(), strict=True)
        if a != b
    )


def write(folder: Path) -> None:
    """Write every rendered file."""
    folder.mkdir(exist_ok=True)
    images = {size: png(draw(size)) for size in sorted({*PNG_SIZES, *ICO_SIZES})}
    for size in PNG_SIZES:
        (folder / f"portway-{size}.png").write_bytes(images[size])
    (folder / "portway.ico").write_bytes(pack_ico({size: images[size] for size in ICO_SIZES}))


def stale(folder: Path) -> Iterable[str]:
    """Name each rendered file that is missing or no longer looks like the drawing."""
    for size in PNG_SIZES:
        if not alike(QImage(str(folder / f"portway-{size}.png")), draw(size)):
            yield f"portway-{size}.png"
    ico = folder / "portway.ico"
    images = unpack_ico(ico.read_bytes()) if ico.is_file() else {}
    if tuple(images) != ICO_SIZES or not all(
        alike(QImage.fromData(data), draw(size)) for size, data in images.items()
    ):
        yield ico.name


def main() -> int:
    """Write, or check: 1 when something is stale."""
    if sys.argv[1:] != ["--check"]:
        write(RENDERED)
        return 0
    names = list(stale(RENDERED))
    if names:
        sys.stderr.write(f"stale, run icons/render.py: {', '.join(names)}\n")
    return int(bool(names))


if __name__ == "__main__":
    sys.exit(main())
