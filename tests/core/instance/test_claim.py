"""To be the one Portway of a profile: lock first, then probe, then take over a stale one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.config.paths import SOCKET_FILE
from core.instance.claim import Instance, claim, claim_for_serving, claim_for_window
from core.instance.client import Live, reach
from core.instance.lock import Holder, Kind, ProfileInUseError, ProfileLock, holder_of
from core.instance.messages import Done, Raise, Reply, Request
from tests.support import PATIENCE

REPOSITORY = Path(__file__).parents[3]
START = """
import os
import sys
from pathlib import Path
from core.instance.claim import claim_for_window
from core.instance.messages import Done
instance = claim_for_window(Path(sys.argv[1]))
if instance is None:
    print("raised", flush=True)
    sys.exit(0)
def answer(request):
    os.write(1, b"asked\\n")  # many threads at once, which would mix what they print
    return Done()
print("first", flush=True)
instance.serve(answer)
sys.stdin.read()
instance.release()
"""


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY,
    )  # fmt: skip


def lines_at_end(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    lines = process.stdout.read().split()
    process.stdout.close()
    process.wait(PATIENCE)
    return lines


def done(_request: Request) -> Reply:
    return Done()


def test_the_first_gets_the_profile_and_the_next_finds_it(tmp_path: Path) -> None:
    first = claim(tmp_path, Kind.WINDOW)
    assert isinstance(first, Instance)
    other = claim(tmp_path, Kind.WINDOW)
    assert isinstance(other, Live)
    assert other.about == first.about
    first.release()
    again = claim(tmp_path, Kind.HEADLESS)
    assert isinstance(again, Instance)
    again.release()


def test_a_second_start_raises_the_window_of_the_first(tmp_path: Path) -> None:
    asked: list[Request] = []
    first = claim_for_window(tmp_path)
    assert first is not None

    def answer(request: Request) -> Reply:
        asked.append(request)
        return Done()

    first.serve(answer)
    assert claim_for_window(tmp_path) is None
    assert asked == [Raise()]
    assert claim_for_window(tmp_path, hidden=True) is None
    assert asked == [Raise()], "the start at log-on shows nothing"
    first.release()


def test_a_window_and_a_headless_one_exclude_each_other_and_say_who_is_there(
    tmp_path: Path,
) -> None:
    window = claim_for_window(tmp_path)
    assert window is not None
    with pytest.raises(ProfileInUseError, match=f"window .* \\(process {os.getpid()}\\)"):
        claim_for_serving(tmp_path)
    window.release()
    headless = claim_for_serving(tmp_path)
    for hidden in (False, True):
        with pytest.raises(ProfileInUseError, match=f"“portway run” .* {os.getpid()}"):
            claim_for_window(tmp_path, hidden=hidden)
    with pytest.raises(ProfileInUseError, match="“portway run”"):
        claim_for_serving(tmp_path)
    headless.release()


def test_one_that_holds_the_lock_and_cannot_be_reached_is_waited_for_then_named(
    tmp_path: Path,
) -> None:
    lock = ProfileLock(tmp_path)
    assert lock.take()
    for call in (lambda: claim(tmp_path, Kind.WINDOW, 0.1), lambda: reach(tmp_path, 0.1)):
        with pytest.raises(ProfileInUseError, match="Another Portway"):
            call()
    lock.tell(Holder(pid=5, kind=Kind.WINDOW, address=str(tmp_path / "nobody"), token="x"))
    with pytest.raises(ProfileInUseError, match="process 5"):
        claim(tmp_path, Kind.WINDOW, 0.1)
    lock.release()


def test_after_a_kill_the_next_start_has_the_profile(tmp_path: Path) -> None:
    killed = start(tmp_path)
    assert killed.stdout is not None
    assert killed.stdout.readline().strip() == "first"
    killed.kill()
    lines_at_end(killed)
    assert reach(tmp_path) is None
    first = claim_for_window(tmp_path)
    assert first is not None
    holder = holder_of(tmp_path)
    assert holder is not None
    if sys.platform != "win32":
        assert holder.address == str(tmp_path / SOCKET_FILE), "the old socket is in the way"
    first.serve(done)
    second = start(tmp_path)
    assert lines_at_end(second) == ["raised"]
    assert second.returncode == 0
    first.release()


def test_twenty_starts_at_once_leave_one_which_all_others_raise(tmp_path: Path) -> None:
    started = [start(tmp_path) for _ in range(20)]
    said = []
    for process in started:
        assert process.stdout is not None
        said.append(process.stdout.readline().strip())
    assert sorted(said) == ["first"] + ["raised"] * 19
    for process, word in zip(started, said, strict=True):
        if word == "raised":
            process.communicate(timeout=PATIENCE)
            assert process.returncode == 0
    first = started[said.index("first")]
    assert lines_at_end(first) == ["asked"] * 19


def test_reaching_a_profile_that_nobody_has_used_makes_no_folder(tmp_path: Path) -> None:
    assert reach(tmp_path / "none") is None
    assert not (tmp_path / "none").exists()


def test_quitting_waits_until_the_process_has_ended(tmp_path: Path) -> None:
    script = "import threading\nasked = threading.Event()" + START
    script = script.replace('os.write(1, b"asked\\n")', "asked.set()")
    script = script.replace("sys.stdin.read()", "asked.wait()\nthreading.Event().wait(0.5)")
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "first"
    other = reach(tmp_path)
    assert other is not None
    other.quit(PATIENCE)
    assert process.poll() == 0
    assert reach(tmp_path) is None
    process.stdout.close()
