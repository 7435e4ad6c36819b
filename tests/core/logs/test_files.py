"""Log files: what was logged is in them, they rotate, and no disk can hold up who logs."""

from __future__ import annotations

import logging
import os
import re
import stat
import sys
import threading
from typing import TYPE_CHECKING

import pytest

import core.logs.files as module
from core.config.settings import LogLevel
from core.logs.files import LogFiles
from core.message import message
from tests.support import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

log = logging.getLogger("portway.test")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "logs" / "portway.log"


@pytest.fixture
def opened(path: Path) -> Iterator[Callable[..., LogFiles]]:
    made: list[LogFiles] = []

    def opened(level: LogLevel = LogLevel.NORMAL) -> LogFiles:
        made.append(LogFiles(path, level))
        return made[-1]

    yield opened
    for one in made:
        assert one.close(PATIENCE)


def test_a_line_has_time_level_mapping_and_text(
    path: Path, opened: Callable[..., LogFiles]
) -> None:
    files = opened()
    log.warning(message("Waiting: {why}", why="taken"), extra={"mapping_title": "Web"})
    assert files.close(PATIENCE)
    line = path.read_text("utf-8")
    day, zone = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}", r"[+-]\d\d:\d\d"
    assert re.fullmatch(rf"{day}{zone} WARNING Web: Waiting: taken\n", line), line


def test_a_name_with_a_line_break_makes_no_second_entry(
    path: Path, opened: Callable[..., LogFiles]
) -> None:
    files = opened()
    log.info(message("Off."), extra={"mapping_title": "Web\n2026 ERROR forged \ud800"})
    assert files.close(PATIENCE)
    (line,) = path.read_text("utf-8").splitlines()
    assert r"Web\n2026 ERROR forged" in line


def test_a_fault_comes_with_its_traceback(path: Path, opened: Callable[..., LogFiles]) -> None:
    files = opened()
    try:
        raise ValueError("here")
    except ValueError:
        log.exception("It broke.")
    assert files.close(PATIENCE)
    assert path.read_text("utf-8").rstrip().endswith("ValueError: here")


@pytest.mark.parametrize(
    ("level", "written"),
    [
        (LogLevel.PROBLEMS, ["WARNING"]),
        (LogLevel.NORMAL, ["INFO", "WARNING"]),
        (LogLevel.DETAILED, ["DEBUG", "INFO", "WARNING"]),
    ],
)
def test_the_level_says_how_much_is_written(
    path: Path, opened: Callable[..., LogFiles], level: LogLevel, written: list[str]
) -> None:
    files = opened(LogLevel.PROBLEMS)
    files.choose(level)
    for one in (logging.DEBUG, logging.INFO, logging.WARNING):
        log.log(one, "x")
    assert files.close(PATIENCE)
    assert [line.split()[2] for line in path.read_text("utf-8").splitlines()] == written


def test_other_listeners_get_the_ordinary_entries_whatever_the_files_get(
    opened: Callable[..., LogFiles], caplog: pytest.LogCaptureFixture
) -> None:
    opened(LogLevel.PROBLEMS)
    log.info("ordinary")
    log.debug("detail")
    assert caplog.messages == ["ordinary"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs file modes")
def test_only_the_owner_may_read_them(path: Path, opened: Callable[..., LogFiles]) -> None:
    before = os.umask(0)
    try:
        files = opened()
        log.info("x")
        assert files.close(PATIENCE)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_full_files_move_on_and_the_oldest_goes(
    path: Path, opened: Callable[..., LogFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_FILE", 300)
    files = opened()
    for number in range(40):
        log.info("line %d", number)
    assert files.close(PATIENCE)
    kept = sorted(one.name for one in path.parent.iterdir())
    assert kept == ["portway.log", *(f"portway.log.{n}" for n in range(1, 5))]
    assert all(one.stat().st_size <= 300 for one in path.parent.iterdir())
    assert path.read_text("utf-8").rstrip().endswith("line 39")


def test_a_file_that_cannot_be_renamed_grows_on(
    path: Path, opened: Callable[..., LogFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*_: object) -> None:
        raise PermissionError(13, "another program has it open")

    monkeypatch.setattr(module, "LARGEST_FILE", 200)
    monkeypatch.setattr(os, "rename", held)
    files = opened()
    for number in range(9):
        log.info("line %d", number)
    assert files.close(PATIENCE)
    lines = path.read_text("utf-8").splitlines()
    assert [line.split()[-1] for line in lines] == [str(number) for number in range(9)]


def test_a_disk_that_hangs_holds_up_nobody_and_the_gap_is_told(
    path: Path, opened: Callable[..., LogFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, real, first = threading.Event(), os.open, threading.Event()

    def slow(*arguments: object, **more: object) -> int:
        first.set()
        assert answers.wait(PATIENCE)
        return real(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "LONGEST_QUEUE", 3)
    monkeypatch.setattr(os, "open", slow)
    files = opened()
    log.info("line 0")
    assert first.wait(PATIENCE)
    for number in range(1, 10):
        log.info("line %d", number)
    assert not files.close(0.01)
    answers.set()
    assert files.close(PATIENCE)
    files = opened()
    log.info("line 10")
    assert files.close(PATIENCE)
    ends = [line.split(" ", 3)[-1].strip() for line in path.read_text("utf-8").splitlines()]
    assert ends == ["line 0", "line 1", "line 2", "line 3", "line 10"]


def test_lines_lost_to_a_full_queue_are_counted(
    path: Path, opened: Callable[..., LogFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, real, first = threading.Event(), os.open, threading.Event()

    def slow(*arguments: object, **more: object) -> int:
        first.set()
        assert answers.wait(PATIENCE)
        return real(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "LONGEST_QUEUE", 2)
    monkeypatch.setattr(os, "open", slow)
    files = opened()
    log.info("line 0")
    assert first.wait(PATIENCE)
    for number in range(1, 6):
        log.info("line %d", number)
    answers.set()
    written = threading.Event()

    def until_written() -> bool:
        log.info("later")
        return path.is_file() and "missing" in path.read_text("utf-8")

    while not until_written():
        written.wait(0.01)
    assert files.close(PATIENCE)
    assert " lines are missing here: the disk did not keep up." in path.read_text("utf-8")


def test_a_disk_that_was_full_is_tried_again(
    path: Path, opened: Callable[..., LogFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tries = os.open, []

    def open_later(*arguments: object, **more: object) -> int:
        tries.append(arguments)
        if len(tries) < 3:
            raise OSError(28, "No space left on device")
        return real(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", open_later)
    files = opened()
    for number in range(4):
        log.info("line %d", number)
    assert files.close(PATIENCE)
    assert path.read_text("utf-8").split()[-1] == "3"
    assert "line 0" not in path.read_text("utf-8")


def test_without_an_entry_no_file_is_made(path: Path, opened: Callable[..., LogFiles]) -> None:
    assert opened().close(PATIENCE)
    assert not path.parent.exists()
