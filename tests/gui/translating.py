"""Brings the translation files up to date with the sources, by Qt's own lupdate and lrelease.

python -m tests.gui.translating          new texts into the .ts files, what is gone out of them
python -m tests.gui.translating release  .ts files, once translated, into the .qm files we ship
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import PySide6

from tests.gui.texts import ROOT, find_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.gui.texts import Text

FOLDER = ROOT / "gui" / "translations"
CHINESE = FOLDER / "portway_zh_CN.ts"
ENGLISH = FOLDER / "portway_en.ts"
"""Only plurals: the rest stands in the sources."""


def tool(name: str) -> str:
    """Where this Python's PySide6 has its lupdate or lrelease."""
    folder = Path(PySide6.__file__).parent
    found = shutil.which(name, path=str(folder))
    assert found is not None, f"PySide6 brought no {name}"
    return found


def call(name: str, folder: Path, *words: str) -> None:
    """Run a tool there, on files there: on Windows it cannot be told of folders in any script."""
    subprocess.run([tool(name), *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def update(chinese: Path = CHINESE, english: Path = ENGLISH) -> None:
    """Let lupdate merge the texts of now into the files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "texts.cpp").write_text(as_cpp(find_texts().texts), encoding="utf-8")
        for file, more in ((chinese, []), (english, ["-pluralonly"])):
            copy = folder / file.name
            copy.write_bytes(file.read_bytes())
            words = ["texts.cpp", "-no-obsolete", "-locations", "none", *more, "-ts", copy.name]
            call("lupdate", folder, *words)
            file.write_bytes(copy.read_bytes())


def as_cpp(texts: Iterable[Text]) -> str:
    """The texts as a source that lupdate reads without guessing."""
    lines = ["void texts(int n) {"]
    for text in sorted(texts):
        context, source, comment = (
            json.dumps(part, ensure_ascii=False)
            for part in (text.context, text.source, text.comment)
        )
        count = ", n" if text.plural else ""
        lines.append(f"  QCoreApplication::translate({context}, {source}, {comment}{count});")
    return "\n".join([*lines, "}", ""])


def release(file: Path, result: Path) -> None:
    """Let lrelease make the compact file that a program loads.

    A running Portway has mapped the old one into its memory, so that must not be written over.
    """
    new = result.with_suffix(".new")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / file.name).write_bytes(file.read_bytes())
        call("lrelease", folder, file.name, "-qm", "made.qm")
        new.write_bytes((folder / "made.qm").read_bytes())
    new.replace(result)


def main() -> int:
    """Do what the argument says."""
    if sys.argv[1:] == ["release"]:
        for file in (CHINESE, ENGLISH):
            release(file, file.with_suffix(".qm"))
    else:
        update()
    return 0


if __name__ == "__main__":
    sys.exit(main())
