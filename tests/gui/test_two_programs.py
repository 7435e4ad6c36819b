"""On Windows there are two programs; the one with a console leaves the window to the other."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from gui.__main__ import main, program_without_console

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This is portway.com, frozen, with Portway.exe beside it."""
    program = tmp_path / "portway.com"
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    (tmp_path / "Portway.exe").touch()
    return program


def test_the_one_with_a_console_starts_the_other_with_the_same_words(
    console: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(subprocess, "Popen", lambda words, **_: started.append(words))
    monkeypatch.setattr(sys, "argv", [str(console), "--hidden"])
    assert main() == 0
    assert started == [[console.with_name("Portway.exe"), "--hidden"]]


def test_every_other_program_opens_its_own_window(
    console: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert program_without_console() is not None
    monkeypatch.setattr(sys, "executable", str(console.with_name("Portway.exe")))
    assert program_without_console() is None
    monkeypatch.setattr(sys, "executable", str(console))
    console.with_name("Portway.exe").unlink()
    assert program_without_console() is None


def test_a_checkout_is_no_such_program(console: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sys, "frozen")
    assert program_without_console() is None
