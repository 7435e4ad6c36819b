"""The uninstaller of one user's Portway on Linux, with a program in its place that answers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from installer.linux.share import LINUX

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of Linux")


class Home:
    """The home of a user who has Portway, mappings, and things of others."""

    def __init__(self, folder: Path, answer: str) -> None:
        self.folder = folder
        self.program = folder / ".local/lib/portway/portway"
        self.profile = folder / ".config/portway"
        self.menu = folder / ".local/share/applications/portway.desktop"
        self.foreign = folder / ".local/share/applications/other.desktop"
        for path in (self.program, self.profile / "mappings.json", self.menu, self.foreign):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"Exec={self.program}\n")
        self.program.write_text(f'#!/bin/sh\n[ "$1" != ask-uninstall ] || {answer}\n')
        self.program.chmod(0o755)
        shutil.copy(LINUX / "uninstall.sh", self.program.parent)

    def uninstall(self, *words: str) -> subprocess.CompletedProcess[str]:
        """As the menu starts it, with nobody at a terminal."""
        return subprocess.run(
            ["sh", self.program.parent / "uninstall.sh", *words],
            env={"HOME": str(self.folder), "PATH": "/usr/bin:/bin"}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=True,
        )  # fmt: skip

    def left(self) -> list[str]:
        """Which of these there are."""
        here = [("program", self.program), ("menu", self.menu), ("profile", self.profile)]
        return [name for name, path in here if path.exists()]


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("echo cancel", ["program", "menu", "profile"]),
        ("echo keep", ["profile"]),
        ("echo remove", []),
        ("exit 1", ["profile"]),  # no screen, or a program that does not start: it must go, too
    ],
)
def test_from_the_menu_the_answer_decides(tmp_path: Path, answer: str, left: list[str]) -> None:
    home = Home(tmp_path, answer)
    home.uninstall()
    assert home.left() == left
    assert home.foreign.is_file()


@pytest.mark.parametrize(
    ("word", "left"), [("--keep-profile", ["profile"]), ("--remove-profile", [])]
)
def test_a_script_is_asked_nothing(tmp_path: Path, word: str, left: list[str]) -> None:
    home = Home(tmp_path, "echo cancel")
    home.uninstall(word)
    assert home.left() == left


def test_the_entry_of_a_portway_for_all_users_stays(tmp_path: Path) -> None:
    home = Home(tmp_path, "echo keep")
    home.menu.write_text("Exec=portway\n")
    home.uninstall()
    assert home.left() == ["menu", "profile"]
