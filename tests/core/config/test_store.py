"""The profile on disk: whatever happens while it is written, what was good can be loaded."""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import disk
from core.config.store import (
    COPIES_KEPT,
    Loaded,
    Profile,
    Store,
    StoreError,
    decode_newer,
    decode_profile,
    encode_profile,
)
from tests.core.config.mappings import MAPPINGS, mapping

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.mapping import Mapping

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX processes or file modes")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "profile")


def _named(name: str) -> Profile:
    return Profile(mappings=(mapping(id="x", name=name),))


def _name(loaded: Loaded) -> str:
    return ",".join(mapping.name for mapping in loaded.profile.mappings)


def _said(loaded: Loaded) -> str:
    return " ".join(map(str, loaded.notices))


def _files(store: Store) -> set[str]:
    return {path.name for path in store.folder.iterdir()}


def _contents(store: Store) -> dict[str, str]:
    """The name of the mapping in each file."""
    return {
        path.name: ",".join(m["name"] for m in json.loads(path.read_bytes())["mappings"])
        for path in store.folder.iterdir()
    }


# -- what is written is read ----------------------------------------------------------------------


def test_a_new_profile_is_empty_and_makes_no_folder(store: Store) -> None:
    assert store.load() == Loaded(Profile())
    assert not store.folder.exists()


def test_what_was_saved_is_loaded(store: Store) -> None:
    profile = Profile(mappings=(mapping(name="bücher 日本 \N{SNOWMAN}"), mapping(enabled=False)))
    store.save(profile)
    assert store.load() == Loaded(profile)
    assert _files(store) == {"mappings.json"}


@given(st.lists(MAPPINGS, max_size=3, unique_by=lambda m: m.id))
def test_every_profile_is_what_it_was_after_a_round_trip(mappings: list[Mapping]) -> None:
    profile = Profile(mappings=tuple(mappings))
    data = encode_profile(profile)
    assert decode_profile(data) == profile
    assert encode_profile(decode_profile(data)) == data


def test_the_file_is_for_people_too(store: Store) -> None:
    store.save(_named("bücher"))
    text = store.path.read_text(encoding="utf-8")
    assert '"name": "bücher"' in text
    assert '"listen_ports": "8080"' in text
    assert text.endswith("}\n")


@posix
def test_nobody_else_can_read_the_profile(store: Store) -> None:
    before = os.umask(0)
    try:
        store.save(_named("one"))
        store.save(_named("two"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    for path in store.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_last_good_copies_are_kept_the_newest_first(store: Store) -> None:
    for number in range(COPIES_KEPT + 4):
        store.save(_named(str(number)))
    kept = {f"mappings.copy-{n}.json": str(COPIES_KEPT + 3 - n) for n in range(1, COPIES_KEPT + 1)}
    assert _contents(store) == {"mappings.json": str(COPIES_KEPT + 3), **kept}


def test_copies_are_kept_where_there_are_no_hard_links(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break(monkeypatch, os, "link", errno.EPERM)
    for name in ("one", "two", "three"):
        store.save(_named(name))
    assert _contents(store) == {
        "mappings.json": "three", "mappings.copy-1.json": "two", "mappings.copy-2.json": "one",
    }  # fmt: skip


def test_a_folder_that_cannot_be_flushed_is_no_reason_to_complain(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Some network file systems answer EINVAL (fsync(2)); the file itself is flushed and in place.
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    store.save(_named("one"))
    assert _name(store.load()) == "one"


# -- damage ---------------------------------------------------------------------------------------

GOOD = encode_profile(_named("good"))
DAMAGED = {
    "nothing": b"",
    "zeros": bytes(200),
    "half": GOOD[: len(GOOD) // 2],
    "no JSON": b"hello",
    "not an object": b"[]",
    "not UTF-8": GOOD.replace(b"good", b"\xff\xfe"),
    "UTF-16": GOOD.decode().encode("utf-16"),
    "unknown field": GOOD.replace(b'"name"', b'"nom"'),
    "unknown field outside": GOOD.replace(b'"mappings"', b'"colour": 1, "mappings"'),
    "missing field": GOOD.replace(b'"listen_ports": "8080",', b""),
    "wrong type": GOOD.replace(b'"enabled": true', b'"enabled": 1'),
    "wrong word": GOOD.replace(b'"tcp"', b'"sctp"'),
    "port as number": GOOD.replace(b'"8080"', b"8080"),
    "port out of range": GOOD.replace(b'"8080"', b'"80800"'),
    "range of nothing": GOOD.replace(b'"8080"', b'"8080-80"'),
    "null": GOOD.replace(b"300.0", b"null"),
    "same id twice": msgspec.json.encode(
        {"version": 1, "mappings": [json.loads(GOOD)["mappings"][0]] * 2}
    ),
    "version of text": GOOD.replace(b'"version": 1', b'"version": "1"'),
    "version that never was": GOOD.replace(b'"version": 1', b'"version": 0'),
    "very deep": b'{"version": 1, "mappings": ' + b"[" * 100_000,
    "deep in an unknown field": b'{"x": ' + b"[" * 100_000,
}
NEWER = {
    "same shape": GOOD.replace(b'"version": 1', b'"version": 2'),
    "other shape": b'{"version": 7, "rows": {}}',
    "far away": b'{"version": 123456789012345678901234567890}',
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_file_is_set_aside_and_the_last_good_copy_loaded(store: Store, what: str) -> None:
    store.save(_named("old"))
    store.save(_named("newest"))
    store.path.write_bytes(DAMAGED[what])
    loaded = store.load()
    assert _name(loaded) == "old"
    (aside,) = store.folder.glob("mappings.damaged-*.json")
    assert aside.read_bytes() == DAMAGED[what]
    assert "could not be used" in _said(loaded)
    assert str(store.path) in _said(loaded)
    assert f"kept as {aside.name}" in _said(loaded)
    assert "restored from mappings.copy-1.json" in _said(loaded)


@pytest.mark.parametrize("what", NEWER)
def test_a_file_of_a_newer_portway_is_shown_and_stays_as_it_is(store: Store, what: str) -> None:
    store.save(_named("old"))
    store.save(_named("newest"))
    store.path.write_bytes(NEWER[what])
    loaded = store.load()
    assert loaded.read_only
    assert _name(loaded) == ("good" if what == "same shape" else "")
    assert "written by a newer Portway" in _said(loaded)
    assert "nothing can be changed" in _said(loaded)
    for _ in range(2):
        with pytest.raises(StoreError, match="written by a newer Portway"):
            store.save(_named("never"))
    assert store.path.read_bytes() == NEWER[what]
    assert _files(store) == {"mappings.json", "mappings.copy-1.json"}


def test_of_a_newer_mapping_what_is_understood_is_shown_switched_off() -> None:
    rows = [
        json.loads(GOOD)["mappings"][0],
        {**json.loads(GOOD)["mappings"][0], "id": "y", "name": "restricted", "only_on_sundays": 1},
        {"id": "z", "listen_ports": "80", "target_host": "a", "target_ports": "1"},
        {"id": "v", "listen_ports": "eighty", "target_host": "a", "target_ports": "1"},
        "no mapping",
    ]
    data = json.dumps({"version": 2, "mappings": rows, "more": True}).encode()
    found = decode_newer(data).mappings
    assert [(one.id, one.enabled) for one in found] == [("x", True), ("y", False), ("z", True)]
    assert found[1].name == "restricted"


def test_once_a_newer_file_is_renamed_the_earlier_copy_is_back(store: Store) -> None:
    store.save(_named("old"))
    store.save(_named("newest"))
    store.path.write_bytes(NEWER["same shape"])
    store.load()
    store.path.rename(store.folder / "for-later.json")
    assert _name(store.load()) == "old"
    store.save(_named("next"))


@given(st.binary() | st.binary(max_size=8).map(lambda cut: GOOD.replace(GOOD[40:48], cut)))
def test_any_bytes_are_a_profile_or_are_found_to_be_damaged(data: bytes) -> None:
    try:
        profile = decode_profile(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    assert decode_profile(encode_profile(profile)) == profile


def test_without_a_good_copy_the_list_starts_empty_and_says_so(store: Store) -> None:
    store.folder.mkdir()
    store.path.write_bytes(b"hello")
    loaded = store.load()
    assert loaded.profile == Profile()
    assert "There is no earlier good copy" in _said(loaded)


def test_damaged_and_unreadable_copies_are_passed_over(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("oldest", "older", "old", "new"):
        store.save(_named(name))
    store.path.write_bytes(b"")
    (store.folder / "mappings.copy-1.json").write_bytes(NEWER["same shape"])
    unreadable = store.folder / "mappings.copy-2.json"
    real = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path == unreadable:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    loaded = store.load()
    assert _name(loaded) == "oldest"
    assert "restored from mappings.copy-3.json" in _said(loaded)


def test_a_file_that_vanished_is_restored_from_its_copy(store: Store) -> None:
    store.save(_named("old"))
    store.save(_named("new"))
    store.path.unlink()
    loaded = store.load()
    assert _name(loaded) == "old"
    assert "restored from mappings.copy-1.json" in _said(loaded)


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "none"])
@pytest.mark.parametrize("what", ["damaged", "gone"])
def test_what_was_restored_is_told_once_and_is_the_file_from_then_on(
    store: Store, what: str, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:
        _break(monkeypatch, os, "link", errno.EPERM)
    store.save(_named("old"))
    store.save(_named("new"))
    if what == "damaged":
        store.path.write_bytes(b"hello")
    else:
        store.path.unlink()
    assert store.load().notices
    assert store.look() is None, "it is no news to us"
    again = Store(store.folder).load()
    assert (_name(again), again.notices) == ("old", ())
    assert not list(store.folder.glob(".*"))
    if os.name == "posix":
        assert store.path.stat().st_mode & 0o777 == 0o600
    store.save(_named("next"))
    assert store.path.read_bytes() == encode_profile(_named("next"))


@pytest.mark.skipif(os.name != "posix", reason="links are for everyone only there")
def test_a_link_whose_file_is_away_is_left_alone(store: Store, tmp_path: Path) -> None:
    store.save(_named("old"))
    store.save(_named("new"))
    store.path.unlink()
    store.path.symlink_to(tmp_path / "disk that is not there")
    assert _name(store.load()) == "old"
    assert store.path.is_symlink()
    assert not (tmp_path / "disk that is not there").exists()


def test_what_appears_while_a_copy_is_put_back_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(_named("old"))
    store.save(_named("new"))
    store.path.unlink()
    write_new = disk.write_new

    def meanwhile(path: Path, data: bytes) -> Path:
        path.write_bytes(GOOD)  # a tool that syncs folders is just bringing it back
        return write_new(path, data)

    monkeypatch.setattr(disk, "write_new", meanwhile)
    assert _name(store.load()) == "old"
    assert store.path.read_bytes() == GOOD
    outside = store.look()
    assert outside is not None
    assert outside.data == GOOD


def test_files_set_aside_in_the_same_second_have_different_names(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.strftime", lambda _: "20260102-030405")
    store.folder.mkdir()
    for damage in (b"one", b"two", b"three"):
        store.path.write_bytes(damage)
        store.load()
    kept = [path.read_bytes() for path in sorted(store.folder.glob("mappings.damaged-*"))]
    assert sorted(kept) == [b"one", b"three", b"two"]


def test_a_file_that_turned_bad_after_it_was_loaded_is_not_overwritten(store: Store) -> None:
    # Another program wrote it while this one ran.
    foreign = b"hello"
    store.save(_named("old"))
    store.save(_named("new"))
    store.path.write_bytes(foreign)
    for number in range(COPIES_KEPT + 2):
        store.save(_named(str(number)))
    assert foreign in [path.read_bytes() for path in store.folder.iterdir()]


def test_a_damaged_file_that_cannot_be_renamed_is_left_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(_named("old"))
    store.save(_named("new"))
    store.path.write_bytes(b"hello")
    _break(monkeypatch, os, "rename", errno.EROFS)
    with pytest.raises(StoreError, match="cannot be renamed: Read-only file system"):
        store.load()
    assert store.path.read_bytes() == b"hello"


def test_a_profile_that_cannot_be_read_is_an_error_in_words(store: Store) -> None:
    store.path.mkdir(parents=True)
    with pytest.raises(StoreError) as caught:
        store.load()
    assert str(caught.value).startswith(f"Cannot read {store.path}: ")


def test_a_profile_folder_that_is_a_file_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("I am a file.")
    store = Store(tmp_path / "profile")
    with pytest.raises(StoreError):
        store.save(_named("one"))
    assert (tmp_path / "profile").read_text() == "I am a file."


# -- failures while saving ------------------------------------------------------------------------


def _break(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, number: int) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(owner, name, broken)


def _break_creating(monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def opened(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", opened)


def _break_copying(monkeypatch: pytest.MonkeyPatch) -> None:
    _break(monkeypatch, os, "link", errno.EPERM)
    real = disk.write_new

    def write_new(target: Path, data: bytes, suffix: str = ".tmp") -> Path:
        if suffix == ".old":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(target, data, suffix)

    monkeypatch.setattr(disk, "write_new", write_new)


def _break_replacing_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    # A virus scanner on Windows holds the file open.
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        if Path(target).name == "mappings.json":
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)


BREAKAGES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "read-only folder": _break_creating,
    "disk full": lambda monkeypatch: _break(monkeypatch, os, "fsync", errno.ENOSPC),
    "disk full while copying": _break_copying,
    "no renaming": lambda monkeypatch: _break(monkeypatch, os, "replace", errno.EIO),
    "file held by another program": _break_replacing_the_file,
}


@pytest.mark.parametrize("what", BREAKAGES)
def test_saves_that_fail_leave_everything_as_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    for number in range(COPIES_KEPT + 1):
        store.save(_named(str(number)))
    newest = str(COPIES_KEPT)
    with monkeypatch.context() as broken:
        BREAKAGES[what](broken)
        for _ in range(COPIES_KEPT + 2):
            with pytest.raises(StoreError) as caught:
                store.save(_named("never"))
            assert str(caught.value).startswith(f"Cannot save {store.path}: ")
    left = _contents(store)
    assert left["mappings.json"] == newest
    # One save may have begun its turn; what it kept is a copy of the file that is still there.
    assert set(left.values()) >= {str(number) for number in range(1, COPIES_KEPT + 1)}
    assert all(name.startswith("mappings.") for name in left), "a temporary file was left"
    store.save(_named("after"))
    assert _contents(store)["mappings.json"] == "after"
    assert _contents(store)["mappings.copy-1.json"] == newest


def test_a_failing_removal_does_not_hide_why_the_save_failed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break(monkeypatch, os, "fsync", errno.ENOSPC)
    _break(monkeypatch, os, "unlink", errno.EROFS)
    with pytest.raises(StoreError, match="No space left on device"):
        store.save(_named("one"))


@pytest.mark.parametrize(
    "fields", [{"name": "\ud800"}, {"idle_timeout": float("nan")}, {"connect_timeout": 1e400}]
)
def test_what_could_not_be_read_again_is_not_written(store: Store, fields: dict[str, Any]) -> None:
    store.save(_named("good"))
    with pytest.raises(StoreError, match="a value has no place in a profile"):
        store.save(Profile(mappings=(mapping(**fields),)))
    assert _contents(store) == {"mappings.json": "good"}
