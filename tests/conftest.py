"""For every test: what it opened is closed at its end. Helpers of one subject are not here."""

from __future__ import annotations

import gc
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_collection_finish() -> None:
    """Leave all that is loaded by now out of the looks for what each test has left behind.

    Such a look takes as long as there are objects, and there is one after each test.
    """
    gc.collect()
    gc.freeze()


def _descriptors() -> dict[str, str]:
    """This process's sockets and pipes, by descriptor; only Linux lets us look."""
    found: dict[str, str] = {}
    if not Path("/proc/self/fd").is_dir():
        return found
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - names are all we need
        try:
            target = os.readlink(f"/proc/self/fd/{name}")  # noqa: PTH115
        except OSError:
            continue  # the descriptor of the listing itself
        if target == "anon_inode:[eventfd]":
            continue  # of Qt's threads, which render large pictures and stay for a while
        if target.startswith(("socket:", "pipe:", "anon_inode:")):
            found[name] = target
    return found


def _threads() -> set[threading.Thread]:
    return {t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)}


@pytest.fixture(autouse=True)
def nothing_is_left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a socket, a pipe or a thread behind."""
    if "qapp" in request.fixturenames:
        yield  # Qt keeps descriptors of its own for the process; tests/gui has its own watch
        return
    descriptors, threads = _descriptors(), _threads()
    yield
    gc.collect()

    def left() -> list[str]:
        sockets = {
            f"{name} -> {what}"
            for name, what in _descriptors().items()
            if descriptors.get(name) != what
        }
        running = {f"thread {thread.name}" for thread in _threads() - threads}
        return sorted(sockets | running)

    assert eventually(lambda: not left(), seconds=3.0), f"left open: {left()}"
