"""A file that others touch, too: their work is noticed, and never replaced unseen."""

from __future__ import annotations

import os
import stat
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from core.config import disk
from core.config.saver import Saver
from core.config.schema import Fault
from core.config.store import (
    ChangedOutsideError,
    Outside,
    Profile,
    Store,
    StoreError,
    encode_profile,
)
from core.config.tidy import tidy
from core.config.watch import FileWatch
from tests.core.config.mappings import mapping
from tests.support import PATIENCE, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")


def named(name: str) -> Profile:
    return Profile(mappings=(mapping(id="x", name=name),))


def name_of(profile: Profile | None) -> str:
    assert profile is not None
    return ",".join(one.name for one in profile.mappings)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "profile")
    store.save(named("ours"))
    store.load()
    return store


def write(store: Store, data: Profile | bytes) -> None:
    """Write as an editor does: another file, renamed."""
    other = store.folder / "editor~"
    other.write_bytes(data if isinstance(data, bytes) else encode_profile(data))
    disk.replace(other, store.path)  # on Windows we may just be reading it


def seen(store: Store) -> Outside[Profile]:
    outside = store.look()
    assert outside is not None
    return outside


# -- noticing -------------------------------------------------------------------------------------


def test_what_we_wrote_ourselves_is_no_news(store: Store) -> None:
    assert store.look() is None
    store.save(named("again"))
    assert store.look() is None
    store.path.touch()
    assert store.look() is None


def test_a_store_that_was_never_read_expects_nothing(tmp_path: Path) -> None:
    Store(tmp_path).save(named("one"))
    assert Store(tmp_path).look() is None


@pytest.mark.parametrize("how", ["renamed", "in place"])
def test_what_another_program_wrote_is_told_once(store: Store, how: str) -> None:
    if how == "renamed":
        write(store, named("theirs"))
    else:
        store.path.write_bytes(encode_profile(named("theirs")))
    outside = seen(store)
    assert name_of(outside.value) == "theirs"
    assert [name_of(one) for one in outside.versions] == ["ours"]
    assert store.look() is None
    write(store, named("theirs again"))
    assert name_of(seen(store).value) == "theirs again"


def test_a_file_that_cannot_be_used_any_more_is_told_in_words(store: Store) -> None:
    write(store, b"hello")
    outside = seen(store)
    assert (outside.value, outside.fault) == (None, Fault.DAMAGED)
    assert "cannot be used" in str(outside.notice)
    newer = encode_profile(named("theirs")).replace(b'"version": 1', b'"version": 2')
    write(store, newer)
    outside = seen(store)
    assert outside.fault is Fault.NEWER
    assert name_of(outside.value) == "theirs"
    assert "newer Portway" in str(outside.notice)


@pytest.mark.parametrize("bad", [b"hello", b'{"version": 2}'])
def test_a_file_that_is_again_as_it_was_before_it_was_bad_is_told(store: Store, bad: bytes) -> None:
    good = store.path.read_bytes()
    write(store, bad)
    assert seen(store).fault is not None
    write(store, good)
    outside = seen(store)
    assert (outside.fault, name_of(outside.value)) == (None, "ours")
    assert store.look() is None
    store.path.touch()
    assert store.look() is None


def test_a_file_that_is_gone_is_no_news_and_comes_back_with_the_next_save(store: Store) -> None:
    store.path.unlink()
    assert store.look() is None
    store.save(named("next"))
    assert name_of(Store(store.folder).load().profile) == "next"


# -- never clobbering -----------------------------------------------------------------------------


def test_a_save_does_not_replace_what_another_program_wrote(store: Store) -> None:
    write(store, named("theirs"))
    for _ in range(2):
        with pytest.raises(ChangedOutsideError, match="changed by another program") as caught:
            store.save(named("never"))
        assert name_of(caught.value.outside.value) == "theirs"
        assert name_of(Store(store.folder).load().profile) == "theirs"


def test_a_save_that_takes_account_of_it_replaces_it_and_keeps_a_copy(store: Store) -> None:
    write(store, named("theirs"))
    outside = seen(store)
    store.save(named("merged"), outside)
    assert name_of(Store(store.folder).load().profile) == "merged"
    copy = (store.folder / "mappings.copy-1.json").read_bytes()
    assert copy == encode_profile(named("theirs"))
    store.save(named("next"))


def test_a_save_that_takes_account_of_an_earlier_change_does_not_replace_a_later_one(
    store: Store,
) -> None:
    write(store, named("theirs"))
    outside = seen(store)
    write(store, named("theirs again"))
    with pytest.raises(ChangedOutsideError) as caught:
        store.save(named("merged"), outside)
    assert name_of(caught.value.outside.value) == "theirs again"
    assert [name_of(one) for one in caught.value.outside.versions] == ["ours", "theirs"]


def test_a_change_in_the_middle_of_a_save_is_not_replaced(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = disk.write_new

    def meanwhile(target: Path, data: bytes, suffix: str = ".tmp") -> Path:
        written = real(target, data, suffix)
        write(store, named("theirs"))
        return written

    with monkeypatch.context() as patched:
        patched.setattr(disk, "write_new", meanwhile)
        with pytest.raises(ChangedOutsideError):
            store.save(named("never"))
    assert name_of(Store(store.folder).load().profile) == "theirs"
    assert not list(store.folder.glob(".*"))


def test_the_same_list_written_by_both_is_no_conflict(store: Store) -> None:
    write(store, named("both"))
    store.save(named("both"))
    store.save(named("next"))


def test_a_newer_file_is_not_replaced_even_if_it_came_while_we_ran(store: Store) -> None:
    newer = encode_profile(named("theirs")).replace(b'"version": 1', b'"version": 2')
    write(store, newer)
    with pytest.raises(StoreError, match="newer Portway"):
        store.save(named("never"))
    assert store.path.read_bytes() == newer


@pytest.mark.parametrize("bad", [b"{", b'{"version": 2}'])
def test_what_a_spoilt_file_held_before_is_what_the_next_start_finds(
    store: Store, bad: bytes
) -> None:
    store.save(named("newest"))
    write(store, bad)
    seen(store)
    store.path.unlink()  # as whoever wants the earlier copy is told to do
    again = Store(store.folder)
    assert name_of(again.load().profile) == "newest"


def test_what_cannot_become_the_file_any_more_is_kept_apart(store: Store) -> None:
    path = store.keep_apart(named("unsaved"))
    assert path.name.startswith("mappings.unsaved-")
    assert name_of(store.decode(path.read_bytes())) == "unsaved"
    assert store.keep_apart(named("again")) != path


# -- in the background ----------------------------------------------------------------------------


def test_the_saver_tells_each_change_and_goes_on_once_one_is_accepted(store: Store) -> None:
    told: list[StoreError | None] = []
    saver = Saver(store, told.append, retry_after=3600.0)
    for name in ("theirs", "theirs again"):
        write(store, named(name))
        saver.save(named("ours"))
        assert not saver.flush(PATIENCE)
    first, second = told
    assert isinstance(first, ChangedOutsideError)
    assert isinstance(second, ChangedOutsideError)
    saver.save(named("merged"), second.outside)
    assert saver.flush(PATIENCE)
    assert told[2:] == [None]
    assert name_of(Store(store.folder).load().profile) == "merged"
    assert saver.close(PATIENCE)


def test_what_could_not_be_saved_at_the_end_because_of_another_program_is_kept_apart(
    store: Store,
) -> None:
    told: list[StoreError | None] = []
    saver = Saver(store, told.append, retry_after=3600.0)
    write(store, named("theirs"))
    saver.save(named("ours, unsaved"))
    assert not saver.close(PATIENCE)
    assert name_of(Store(store.folder).load().profile) == "theirs"
    (kept,) = store.folder.glob("mappings.unsaved-*")
    assert name_of(store.decode(kept.read_bytes())) == "ours, unsaved"


@pytest.fixture
def changes(store: Store) -> Iterator[tuple[FileWatch[Profile], list[str]]]:
    told: list[str] = []
    watch = FileWatch(store, lambda outside: told.append(name_of(outside.value)))
    yield watch, told
    assert watch.close(PATIENCE)


def test_a_watch_that_is_poked_tells_what_is_new(
    store: Store, changes: tuple[FileWatch[Profile], list[str]]
) -> None:
    watch, told = changes
    watch.poke()
    write(store, named("theirs"))
    watch.poke()
    assert eventually(lambda: told == ["theirs"])
    watch.poke()
    write(store, named("next"))
    watch.poke()
    assert eventually(lambda: told == ["theirs", "next"])


def test_a_file_that_is_written_in_steps_is_looked_at_when_it_is_whole(
    store: Store, changes: tuple[FileWatch[Profile], list[str]]
) -> None:
    watch, told = changes
    data = encode_profile(named("theirs"))
    pause = threading.Event()
    with store.path.open("wb", buffering=0) as file:
        for at in range(0, len(data), 200):
            file.write(data[at : at + 200])
            watch.poke()
            pause.wait(0.02)
    assert eventually(lambda: told == ["theirs"])


def test_without_pokes_a_watch_looks_by_itself_every_so_often(store: Store) -> None:
    told: list[str] = []
    watch = FileWatch(store, lambda outside: told.append(name_of(outside.value)), every=0.01)
    write(store, named("theirs"))
    assert eventually(lambda: told == ["theirs"])
    assert watch.close(PATIENCE)


# -- links and rights -----------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("relative", [False, True])
def test_a_file_that_is_a_link_stays_one(tmp_path: Path, relative: bool) -> None:
    dotfiles = tmp_path / "dotfiles"
    dotfiles.mkdir()
    (dotfiles / "mine.json").write_bytes(encode_profile(named("old")))
    store = Store(tmp_path / "profile")
    store.folder.mkdir()
    store.path.symlink_to("../dotfiles/mine.json" if relative else dotfiles / "mine.json")
    assert name_of(store.load().profile) == "old"
    store.save(named("new"))
    store.save(named("newer"))
    assert store.path.is_symlink()
    assert (dotfiles / "mine.json").read_bytes() == encode_profile(named("newer"))
    assert os.listdir(dotfiles) == ["mine.json"]  # noqa: PTH208
    copies = [(store.folder / f"mappings.copy-{n}.json").read_bytes() for n in (1, 2)]
    assert copies == [encode_profile(named("new")), encode_profile(named("old"))]
    store.path.write_bytes(b"hello")
    assert name_of(store.load().profile) == "new"
    assert store.path.is_symlink()
    store.save(named("after"))
    assert (dotfiles / "mine.json").read_bytes() == encode_profile(named("after"))


@posix
def test_a_link_to_another_file_system_stays_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    real = os.replace

    def replace(source: Path, target: Path) -> None:
        if source.parent != target.parent:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    test_a_file_that_is_a_link_stays_one(tmp_path, relative=False)


def _rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_rights_that_others_had_are_taken_from_them(store: Store) -> None:
    store.save(named("next"))
    store.folder.chmod(0o755)
    (store.folder / "logs").mkdir(0o755)
    (store.folder / "logs" / "run.log").touch(0o644)
    for path in store.folder.iterdir():
        if path.is_file():
            path.chmod(0o644)
    store.save(named("more"))
    assert _rights(store.path) == _rights(store.folder / "mappings.copy-1.json") == 0o600
    tidy(store.folder)
    assert _rights(store.folder) == _rights(store.folder / "logs") == 0o700
    assert {_rights(path) for path in store.folder.iterdir() if path.is_file()} == {0o600}


@posix
def test_a_folder_with_other_things_in_it_keeps_its_rights(store: Store) -> None:
    (store.folder / "holiday.jpg").touch(0o644)
    store.folder.chmod(0o755)
    store.path.chmod(0o644)
    tidy(store.folder)
    assert _rights(store.folder) == 0o755
    assert _rights(store.folder / "holiday.jpg") == 0o644
    assert _rights(store.path) == 0o600


def test_sweeping_removes_only_what_saves_left(store: Store) -> None:
    for name in (".mappings-1.tmp", ".mappings-2.old", ".settings-1.tmp", ".mappings-mine"):
        (store.folder / name).touch()
    store.sweep()
    left = {path.name for path in store.folder.iterdir()}
    assert left == {"mappings.json", ".settings-1.tmp", ".mappings-mine"}
