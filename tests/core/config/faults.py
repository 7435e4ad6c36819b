"""Makes the n-th system call fail, of those that files are written with; knows no store."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

CALLS = (
    "open", "write", "fsync", "close", "link", "replace", "rename", "unlink", "chmod", "mkdir",
    "stat", "lstat", "listdir", "readlink",
)  # fmt: skip
WRITING = {"open", "write", "fsync", "link", "replace", "rename", "chmod", "mkdir"}
"""Those that a full or failing disk refuses; what only reads or frees still works there."""


class Faults:
    """Counts the calls, and fails one, or all that write from one on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        """Every call, in order."""
        self._at = -1
        self._number = 0
        self._lasting = False
        self._most = 0
        for name in CALLS:
            monkeypatch.setattr(os, name, self._wrap(name, getattr(os, name)))
        monkeypatch.setattr(io, "open", self._wrap("read", io.open))

    def fail(self, at: int, number: int, *, lasting: bool = False) -> None:
        """Let the call at this place raise this error; if it lasts, all that write from then on."""
        self.calls.clear()
        self._at, self._number, self._lasting = at, number, lasting

    def write_at_most(self, size: int) -> None:
        """Let every write take no more bytes than this."""
        self.calls.clear()
        self._at, self._most = -1, size

    def stop(self) -> None:
        """Let all work again."""
        self._at, self._most = -1, 0

    def _wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            place = len(self.calls)
            self.calls.append(name)
            lasting = self._lasting and 0 <= self._at < place and name in WRITING
            if place == self._at or lasting:
                if name == "close":
                    real(*arguments)  # as close(2): it is closed all the same
                raise OSError(self._number, os.strerror(self._number))
            if name == "write" and self._most:
                return real(arguments[0], arguments[1][: self._most])
            return real(*arguments, **more)

        return call
