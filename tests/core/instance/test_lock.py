"""The lock of a profile: one holder at a time, whatever became of the one before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.config.paths import LOCK_FILE
from core.instance.lock import Holder, Kind, ProfileInUseError, ProfileLock, holder_of
from core.message import PortwayError

REPOSITORY = Path(__file__).parents[3]
HOLD = """
import sys
from pathlib import Path
from core.instance.lock import Holder, Kind, ProfileLock
import os
lock = ProfileLock(Path(sys.argv[1]))
print("taken" if lock.take() else "busy", flush=True)
lock.tell(Holder(pid=os.getpid(), kind=Kind.HEADLESS))
print("told", flush=True)
sys.stdin.read()
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="of POSIX systems")
ME = Holder(pid=1, kind=Kind.WINDOW, address="somewhere", token="secret")


def hold(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "taken"
    assert process.stdout.readline().strip() == "told"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait(10)
    for stream in (process.stdin, process.stdout):
        assert stream is not None
        stream.close()


def test_only_one_can_hold_it(tmp_path: Path) -> None:
    one, other = ProfileLock(tmp_path / "new"), ProfileLock(tmp_path / "new")
    assert one.take()
    assert not other.take()
    assert one.held
    assert not other.held
    one.release()
    assert other.take()
    other.release()


def test_another_process_is_kept_out_and_named_until_it_is_killed(tmp_path: Path) -> None:
    process = hold(tmp_path)
    lock = ProfileLock(tmp_path)
    assert not lock.take()
    assert holder_of(tmp_path) == Holder(pid=process.pid, kind=Kind.HEADLESS)
    kill(process)
    assert lock.take()
    assert (tmp_path / LOCK_FILE).is_file()
    lock.release()


def test_who_holds_it_is_told_while_it_is_held_and_not_after(tmp_path: Path) -> None:
    lock = ProfileLock(tmp_path)
    assert lock.take()
    lock.tell(ME)
    assert holder_of(tmp_path) == ME
    lock.tell(Holder(pid=2, kind=Kind.HEADLESS))
    assert holder_of(tmp_path) == Holder(pid=2, kind=Kind.HEADLESS)
    lock.release()
    assert holder_of(tmp_path) is None
    assert (tmp_path / LOCK_FILE).is_file()


@pytest.mark.parametrize("record", [b"", b"\xff\xfe", b"{}", b'{"pid": "x"}', b"[" * 5000])
def test_a_record_of_nonsense_names_nobody(tmp_path: Path, record: bytes) -> None:
    (tmp_path / LOCK_FILE).write_bytes(record)
    assert holder_of(tmp_path) is None
    lock = ProfileLock(tmp_path)
    assert lock.take()
    lock.release()


@posix
def test_nobody_else_can_read_the_record(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        lock = ProfileLock(tmp_path / "new")
        assert lock.take()
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / LOCK_FILE).stat().st_mode & 0o777 == 0o600
    lock.release()


@posix
@pytest.mark.parametrize("what", ["removed", "replaced"])
def test_a_lock_file_that_a_tool_removes_or_replaces_lets_nobody_else_in(
    tmp_path: Path, what: str
) -> None:
    one, other = ProfileLock(tmp_path), ProfileLock(tmp_path)
    assert one.take()
    (tmp_path / LOCK_FILE).unlink()
    if what == "replaced":
        (tmp_path / LOCK_FILE).touch()
    assert not other.take()
    one.release()
    assert other.take()
    other.release()


@posix
def test_a_file_system_without_locks_is_an_error_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno
    import fcntl

    def flock(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(PortwayError, match=f"Cannot use the folder {tmp_path}: No locks available"):
        ProfileLock(tmp_path).take()


def test_a_folder_that_is_a_file_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "profile").touch()
    with pytest.raises(PortwayError, match="Cannot use the folder"):
        ProfileLock(tmp_path / "profile").take()


@posix
def test_a_full_disk_costs_no_more_than_the_name(tmp_path: Path) -> None:
    lock = ProfileLock(tmp_path)
    assert lock.take()
    lock.tell(ME)
    lock.release()
    size = (tmp_path / LOCK_FILE).stat().st_size
    assert lock.take()
    lock.tell(Holder(pid=1, kind=Kind.COMMAND))
    assert (tmp_path / LOCK_FILE).stat().st_size == size, "written anew it must need no room"
    lock.release()


@pytest.mark.parametrize(
    ("holder", "words"),
    [
        (ME, "Portway's window has the profile .* open \\(process 1\\)"),
        (Holder(pid=7, kind=Kind.HEADLESS), "“portway run” serves .*\\(process 7\\)"),
        (Holder(pid=7, kind=Kind.COMMAND), "A command of Portway .*\\(process 7\\)"),
        (None, "Another Portway"),
    ],
)
def test_who_is_in_the_way_is_said_in_words(
    tmp_path: Path, holder: Holder | None, words: str
) -> None:
    with pytest.raises(ProfileInUseError, match=words):
        raise ProfileInUseError(tmp_path, holder)
