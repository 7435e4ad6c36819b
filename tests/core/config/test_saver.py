"""Saving in the background: the newest wins, failures are told once, the end writes what waits."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from core.config.saver import Saver
from core.config.store import Outside, Profile, Store, StoreError
from core.message import message
from tests.core.config.mappings import mapping
from tests.support import PATIENCE, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEVER = 3600.0


class Disk(Store):
    """A store whose disk answers when, and as, the test says."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.saved: list[str] = []
        self.fault = ""
        self.answers = threading.Event()
        self.answers.set()
        self.asked = threading.Semaphore(0)

    def save(self, value: Profile, accepted: Outside[Profile] | None = None) -> None:
        self.asked.release()
        assert self.answers.wait(PATIENCE)
        if self.fault:
            raise StoreError(message(self.fault))
        self.saved.append(value.mappings[0].name)

    def wait_until_asked(self) -> None:
        assert self.asked.acquire(timeout=PATIENCE)


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


@pytest.fixture
def told() -> list[str]:
    """What the front was told: a failure, or "" once saving works again."""
    return []


@pytest.fixture
def saver(disk: Disk, told: list[str]) -> Iterator[Saver[Profile]]:
    saver = Saver(disk, lambda error: told.append(str(error or "")), retry_after=NEVER)
    yield saver
    disk.answers.set()
    saver.close(PATIENCE)


def _named(name: str) -> Profile:
    return Profile(mappings=(mapping(name=name),))


def test_what_is_handed_over_is_saved(disk: Disk, saver: Saver[Profile]) -> None:
    saver.save(_named("one"))
    assert saver.flush(PATIENCE)
    assert disk.saved == ["one"]


def test_nothing_to_save_is_all_saved(saver: Saver[Profile]) -> None:
    assert saver.flush(0.0)


def test_while_the_disk_is_slow_only_the_newest_waits(disk: Disk, saver: Saver[Profile]) -> None:
    disk.answers.clear()
    saver.save(_named("first"))
    disk.wait_until_asked()
    for name in ("second", "third", "newest"):
        saver.save(_named(name))
    assert not saver.flush(0.01)
    disk.answers.set()
    assert saver.flush(PATIENCE)
    assert disk.saved == ["first", "newest"]


def test_a_failure_is_told_once_and_its_end_too(
    disk: Disk, saver: Saver[Profile], told: list[str]
) -> None:
    disk.fault = "The disk is full."
    for number in range(3):
        saver.save(_named(str(number)))
        assert not saver.flush(PATIENCE)
    assert told == ["The disk is full."]
    disk.fault = "The disk is gone."
    saver.save(_named("3"))
    assert not saver.flush(PATIENCE)
    assert told == ["The disk is full.", "The disk is gone."]
    disk.fault = ""
    saver.save(_named("4"))
    assert saver.flush(PATIENCE)
    saver.save(_named("5"))
    assert saver.flush(PATIENCE)
    assert told == ["The disk is full.", "The disk is gone.", ""]
    assert disk.saved == ["4", "5"]


def test_what_could_not_be_saved_is_tried_again_by_itself(disk: Disk, told: list[str]) -> None:
    disk.fault = "The disk is full."
    saver = Saver(disk, lambda error: told.append(str(error or "")), retry_after=0.01)
    saver.save(_named("one"))
    for _ in range(3):
        disk.wait_until_asked()
    disk.fault = ""
    assert eventually(lambda: disk.saved == ["one"])
    assert saver.close(PATIENCE)
    assert told == ["The disk is full.", ""]


def test_the_end_writes_what_waits(disk: Disk, saver: Saver[Profile]) -> None:
    disk.answers.clear()
    saver.save(_named("first"))
    disk.wait_until_asked()
    saver.save(_named("last"))
    disk.answers.set()
    assert saver.close(PATIENCE)
    assert disk.saved == ["first", "last"]


def test_the_end_tries_once_more_what_could_not_be_saved(disk: Disk, saver: Saver[Profile]) -> None:
    disk.fault = "The disk is full."
    saver.save(_named("one"))
    assert not saver.flush(PATIENCE)
    disk.fault = ""
    assert saver.close(PATIENCE)
    assert disk.saved == ["one"]


def test_the_end_says_what_could_not_be_saved(
    disk: Disk, saver: Saver[Profile], told: list[str]
) -> None:
    disk.fault = "The disk is full."
    saver.save(_named("one"))
    assert not saver.close(PATIENCE)
    assert told == ["The disk is full."]


def test_the_end_does_not_wait_for_a_disk_that_hangs(disk: Disk, saver: Saver[Profile]) -> None:
    disk.answers.clear()
    saver.save(_named("one"))
    disk.wait_until_asked()
    assert not saver.close(0.01)


def test_what_the_saver_writes_the_store_reads(tmp_path: Path) -> None:
    store = Store(tmp_path / "profile")
    saver = Saver(store, lambda error: pytest.fail(str(error)))
    saver.save(_named("one"))
    assert saver.close(PATIENCE)
    assert store.load().profile.mappings[0].name == "one"
