"""The real program as a child process: its lines as they come, its end; asks nothing of core."""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tests.support import PATIENCE

if TYPE_CHECKING:
    from typing import Self

REPOSITORY = Path(__file__).parents[3]
NO_SCREEN = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}


class Program:
    """Runs `python -m core ARGUMENTS`; as a context manager it is ended and reaped at the end."""

    def __init__(
        self,
        *arguments: str,
        module: str = "core",
        environment: dict[str, str] | None = None,
        before: str = "",
    ) -> None:
        """Start. `before` is Python that runs in the same process before the program (POSIX)."""
        command = [sys.executable, "-m", module, *arguments]
        if before:
            start = (
                f"import os, resource, signal, sys; {before}; os.execv(sys.argv[1], sys.argv[1:])"
            )
            command = [sys.executable, "-c", start, *command]
        if sys.platform == "win32":
            # CTRL_BREAK_EVENT, the one polite way to end a child there, goes to a whole group.
            flags = subprocess.CREATE_NEW_PROCESS_GROUP
        else:
            flags = 0
        self.child = subprocess.Popen(
            command,
            creationflags=flags,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=REPOSITORY,
            env={**os.environ, **(environment or {})},
        )
        assert self.child.stdout is not None
        assert self.child.stderr is not None
        self.out: list[str] = []
        self.err: list[str] = []
        self.killed = False
        """Whether `end` could not ask, and killed it."""
        self._news = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=(stream, lines))
            for stream, lines in ((self.child.stdout, self.out), (self.child.stderr, self.err))
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: IO[bytes], lines: list[str]) -> None:
        for line in stream:
            with self._news:
                lines.append(line.decode().rstrip("\r\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait(PATIENCE)
        self._join()

    def _join(self) -> None:
        for reader in self._readers:
            reader.join(PATIENCE)
        for stream in (self.child.stdout, self.child.stderr):
            assert stream is not None
            stream.close()

    def said(self, pattern: str, *, error: bool = False) -> re.Match[str]:
        """Wait for a line of standard output (or error) that matches the whole pattern."""
        lines = self.err if error else self.out

        def found() -> re.Match[str] | None:
            return next((match for line in lines if (match := re.fullmatch(pattern, line))), None)

        with self._news:
            self._news.wait_for(
                lambda: found() is not None or self.child.poll() is not None, PATIENCE
            )
        if self.child.poll() is not None:
            self._readers[0].join(PATIENCE)
            self._readers[1].join(PATIENCE)
        match = found()
        assert match is not None, f"no line {pattern!r} in {self.out} {self.err}"
        return match

    def port(self) -> int:
        """Wait for a listening line; the first port it names."""
        return int(self.said(r"listening tcp .*?:(\d+)(?:-\d+)? -> .*")[1])

    def signal(self, number: int) -> None:
        """Send a signal."""
        self.child.send_signal(number)

    def status(self) -> int:
        """Wait for the end; the exit status. All lines are there then."""
        status = self.child.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return status

    def end(self) -> int:
        """Ask for the end as a service manager does; the exit status.

        Without a console Windows cannot ask: then the program is killed, which counts as 0 here.
        """
        if sys.platform != "win32":
            self.signal(signal.SIGTERM)
        elif self.child.poll() is None:
            # Not os.kill(), which in Python 3.11 fails twice at once where there is no console.
            ask = ctypes.windll.kernel32.GenerateConsoleCtrlEvent
            if not ask(signal.CTRL_BREAK_EVENT, self.child.pid):
                self.child.kill()
                self.killed = True
                return 0 if self.status() == 1 else -1
        return self.status()

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The lines of standard output as JSON objects."""
        return [json.loads(line) for line in self.out]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The lines of standard error as JSON objects."""
        return [json.loads(line) for line in self.err]


def run(*arguments: str, **more: Any) -> Program:
    """Run the program to its end."""
    with Program(*arguments, **more) as program:
        program.status()
        return program
