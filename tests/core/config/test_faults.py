"""Every system call of a save fails in turn: never is there less than the last good copy."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.config.store import COPIES_KEPT, Profile, Store, StoreError, encode_profile
from tests.core.config.faults import Faults
from tests.core.config.mappings import mapping

REPOSITORY = Path(__file__).parents[3]
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX processes")


def named(name: str) -> Profile:
    return Profile(mappings=(mapping(id="x", name=name),))


def name_in(store: Store) -> str:
    loaded = store.load()
    assert not loaded.notices, "the file itself is good"
    return ",".join(one.name for one in loaded.profile.mappings)


def copies(folder: Path) -> list[str]:
    found = []
    for path in sorted(folder.glob("mappings.copy-*.json")):
        found += [one.name for one in Store(folder).decode(path.read_bytes()).mappings]
    return found


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A profile with all its copies: old, and 5 4 3 2 1 before it."""
    folder = tmp_path / "before"
    for name in ("1", "2", "3", "4", "5", "old"):
        Store(folder).save(named(name))
    assert copies(folder) == ["5", "4", "3", "2", "1"]
    return folder


def calls_of_a_save(faults: Faults, before: Path, tmp_path: Path) -> list[str]:
    store = Store(shutil.copytree(before, tmp_path / "counted"))
    store.load()
    faults.fail(-1, 0)
    store.save(named("new"))
    return list(faults.calls)


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize(
    "number",
    [errno.EIO, errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EMFILE],
    ids=lambda number: errno.errorcode[number],
)
def test_whatever_call_fails_the_old_list_or_the_new_one_is_there_and_every_copy(
    monkeypatch: pytest.MonkeyPatch, before: Path, tmp_path: Path, number: int, lasting: bool
) -> None:
    with monkeypatch.context() as patched:
        faults = Faults(patched)
        calls = calls_of_a_save(faults, before, tmp_path)
        assert {"open", "write", "fsync", "close", "replace", "read"} <= set(calls)
        refused = 0
        for at, call in enumerate(calls):
            folder = Path(shutil.copytree(before, tmp_path / f"at-{at}"))
            store = Store(folder)
            store.load()
            faults.fail(at, number, lasting=lasting)
            try:
                store.save(named("new"))
            except StoreError:
                refused += 1
            faults.stop()
            what = f"{call}, call {at}"
            assert name_in(Store(folder)) in ("old", "new"), what
            kept = [one for one in copies(folder) if one not in ("old", "1")]
            assert kept == ["5", "4", "3", "2"], what
            Store(folder).sweep()
            assert not list(folder.glob(".*")), what
            store.save(named("after"))
            assert name_in(Store(folder)) == "after"
            assert copies(folder)[0] in ("old", "new"), what
            assert len(copies(folder)) >= COPIES_KEPT - 1, what
        assert refused > 8


def test_the_file_is_flushed_before_it_takes_its_place_and_the_folder_after(
    monkeypatch: pytest.MonkeyPatch, before: Path, tmp_path: Path
) -> None:
    with monkeypatch.context() as patched:
        calls = calls_of_a_save(Faults(patched), before, tmp_path)
    assert calls.index("write") < calls.index("fsync") < calls.index("replace")
    if os.name == "posix":
        last = len(calls) - 1 - calls[::-1].index("replace")
        assert "fsync" in calls[last:]


@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_disk_that_takes_little_at_a_time_gets_all(
    monkeypatch: pytest.MonkeyPatch, before: Path, size: int
) -> None:
    store = Store(before)
    store.load()
    with monkeypatch.context() as patched:
        faults = Faults(patched)
        faults.write_at_most(size)
        store.save(named("new"))
        data = encode_profile(named("new"))
        assert faults.calls.count("write") >= len(data) // size
    assert store.path.read_bytes() == data


@posix
def test_killed_between_any_two_steps_of_a_save_the_profile_is_the_old_or_the_new_one(
    tmp_path: Path,
) -> None:
    (tmp_path / "first").write_bytes(encode_profile(named("old")))
    (tmp_path / "second").write_bytes(encode_profile(named("new")))
    program = [sys.executable, "-m", "tests.core.config.killed_saves", "first", "second", "left"]
    subprocess.run(
        [*program[:3], *(str(tmp_path / name) for name in program[3:])],
        cwd=REPOSITORY, check=True, timeout=60,
    )  # fmt: skip
    left = sorted((tmp_path / "left").iterdir(), key=lambda folder: int(folder.name))
    assert len(left) > 10
    outcomes = []
    left_behind = 0
    for folder in left:
        store = Store(folder)
        left_behind += len(list(folder.glob(".*")))
        store.sweep()
        assert not list(folder.glob(".*"))
        outcomes.append(name_in(store))
        store.save(named("next"))
        assert name_in(Store(folder)) == "next"
    assert left_behind > 3, "some were killed with temporary files open"
    assert outcomes == sorted(outcomes, reverse=True), "old, and from some step on new"
    assert {outcomes[0], outcomes[-1]} == {"old", "new"}


@posix
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting is root's")
def test_a_disk_that_is_really_full_keeps_the_list_and_takes_it_again_once_there_is_room(
    tmp_path: Path,
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        store = Store(disk / "profile")
        store.save(named("old"))
        store.load()
        filler = disk / "filler"
        with pytest.raises(OSError, match="No space"):
            filler.write_bytes(bytes(100_000))
        for _ in range(COPIES_KEPT + 2):
            with pytest.raises(StoreError, match="No space left on device"):
                store.save(named("never" * 2000))
        assert name_in(Store(disk / "profile")) == "old"
        assert not list((disk / "profile").glob(".*"))
        filler.unlink()
        store.save(named("new"))
        assert name_in(Store(disk / "profile")) == "new"
    finally:
        subprocess.run(["umount", str(disk)], check=True)
