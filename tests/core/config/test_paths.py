"""Where the profile lives: where one says, beside a portable program, else where the user's do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from core.config.paths import PORTABLE_MARKER, profile_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's file, in a folder of its own."""
    program = tmp_path / "program" / "portway"
    program.parent.mkdir()
    monkeypatch.setattr(sys, "argv", [str(program)])
    return program


def test_the_chosen_folder_wins(program: Path, tmp_path: Path) -> None:
    (program.parent / PORTABLE_MARKER).touch()
    assert profile_folder(str(tmp_path / "chosen")) == tmp_path / "chosen"


def test_a_chosen_folder_does_not_move_with_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    chosen = profile_folder("mine")
    monkeypatch.chdir("/")
    assert chosen == tmp_path / "mine"


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert profile_folder("~/mine") == tmp_path / "mine"


def test_a_tilde_of_nobody_is_an_ordinary_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert profile_folder("~nobody-of-this-name/x") == tmp_path / "~nobody-of-this-name" / "x"


def test_a_marker_beside_the_program_makes_it_portable(program: Path) -> None:
    (program.parent / PORTABLE_MARKER).touch()
    assert profile_folder() == program.parent / "profile"


def test_a_frozen_program_looks_beside_itself(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = tmp_path / "frozen"
    frozen.mkdir()
    (frozen / PORTABLE_MARKER).touch()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(frozen / "portway.exe"))
    assert profile_folder() == frozen / "profile"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="XDG is of Linux")
def test_else_it_is_where_this_user_keeps_settings(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    assert profile_folder() == tmp_path / "settings" / "portway"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert profile_folder() == tmp_path / ".config" / "portway"
    assert not (tmp_path / ".config").exists(), "asking must not make it"
