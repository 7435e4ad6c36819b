"""A program for test_faults: saves, and is killed before one system call after another.

`FIRST SECOND FOLDER`: FOLDER/0, FOLDER/1, … are each left as a save of profile SECOND over FIRST
left them that was killed at its 0th, 1st, … step; the last one was not killed.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

from core.config.store import Profile, Store, decode_profile

assert sys.platform != "win32", "there is no fork"


def _save_until(step: int, store: Store, profile: Profile) -> None:
    left = step

    def watch(frame: object, event: str, function: Any) -> None:
        nonlocal left
        del frame
        if event != "c_call":
            return
        its_object = getattr(function, "__self__", None)
        if function.__module__ == "posix" or isinstance(its_object, io.IOBase):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[attr-defined,unused-ignore]

    sys.setprofile(watch)
    store.save(profile)
    sys.setprofile(None)


def main(first: Path, second: Path, folder: Path) -> None:
    """Make the folders."""
    before, after = decode_profile(first.read_bytes()), decode_profile(second.read_bytes())
    for step in count():
        store = Store(folder / str(step))
        for kept in range(3):
            store.save(Profile(mappings=before.mappings * (kept == 2)))
        store.load()  # as the program does: then a save also looks who was here meanwhile
        if os.fork() == 0:  # type: ignore[attr-defined,unused-ignore]
            _save_until(step, store, after)
            os._exit(0)
        if os.wait()[1] == 0:  # type: ignore[attr-defined,unused-ignore]
            return


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
