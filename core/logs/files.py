"""Log files that rotate, written by a thread of their own: whoever logs never waits for a disk."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
from datetime import datetime
from io import TextIOWrapper
from logging.handlers import QueueHandler, RotatingFileHandler
from typing import TYPE_CHECKING

from core.config.settings import LogLevel
from core.message import Message, one_line

if TYPE_CHECKING:
    from pathlib import Path

LOGGER = logging.getLogger("portway")
"""All of Portway logs below this one."""
LARGEST_FILE = 1_000_000
FILES_KEPT = 4
"""Older ones beside the one that is written; 5 MB in all, some weeks of a busy list."""
LONGEST_QUEUE = 5_000
"""Lines that wait for a disk that does not answer; more are counted and dropped."""

LEVELS = {
    LogLevel.PROBLEMS: logging.WARNING,
    LogLevel.NORMAL: logging.INFO,
    LogLevel.DETAILED: logging.DEBUG,
}


class LogFiles:
    """Takes what is logged below `LOGGER` until it is closed."""

    def __init__(self, path: Path, level: LogLevel, *, least: int = logging.INFO) -> None:
        """Start. Other handlers of the logger get all from `least` up, whatever the files get."""
        self.folder = path.parent
        self._least = least
        self._queue: queue.Queue[logging.LogRecord | None] = queue.Queue(LONGEST_QUEUE)
        self._front = _Front(self._queue)
        self._path = path
        self._thread = threading.Thread(target=self._write, name="portway-log", daemon=True)
        self.choose(level)
        LOGGER.addHandler(self._front)
        self._thread.start()

    def choose(self, level: LogLevel) -> None:
        """Write this much from now on."""
        self._front.setLevel(LEVELS[level])
        LOGGER.setLevel(min(self._least, LEVELS[level]))

    def close(self, timeout: float = 2.0) -> bool:
        """Write what waits and end the thread; false if the disk does not answer in time."""
        LOGGER.removeHandler(self._front)
        LOGGER.setLevel(logging.NOTSET)
        try:
            self._queue.put(None, timeout=timeout)
        except queue.Full:
            return False
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _write(self) -> None:
        writer: _Writer | None = None
        while (record := self._queue.get()) is not None:
            if writer is None:
                writer = self._open()
            if writer is not None:
                writer.handle(record)
        if writer is not None:
            writer.close()

    def _open(self) -> _Writer | None:
        """Open the file with the first line; where that fails, the next line tries again."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _Writer(self._path)
        except OSError:
            return None  # there is no other place to say it, and relaying does not depend on it


class _Front(QueueHandler):
    """Makes the line at once, since what it tells of may change, and queues it for the writer."""

    def __init__(self, lines: queue.Queue[logging.LogRecord | None]) -> None:
        super().__init__(lines)
        self.setFormatter(_Line())
        self._lines = lines
        self._dropped = 0

    def enqueue(self, record: logging.LogRecord) -> None:
        """Queue the line, or count it where the disk is too far behind."""
        try:
            if self._dropped:
                self._lines.put_nowait(self._gap())
                self._dropped = 0
            self._lines.put_nowait(record)
        except queue.Full:
            self._dropped += 1

    def _gap(self) -> logging.LogRecord:
        text = f"{self._dropped} lines are missing here: the disk did not keep up."
        record = logging.LogRecord(LOGGER.name, logging.WARNING, "", 0, text, None, None)
        record.msg = self.format(record)
        return record


class _Line(logging.Formatter):
    """One line: the local time with its distance from UTC, the level, the mapping, what happened.

    Always English, whatever the window speaks: these files are for reports, too.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Make the line; a traceback follows below."""
        when = datetime.fromtimestamp(record.created).astimezone()
        text = record.getMessage()
        title = getattr(record, "mapping_title", "")
        if title:
            text = f"{title}: {text}"
        if isinstance(record.msg, Message):
            text = one_line(text)  # what a person typed must not look like another entry
        if record.exc_info:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        return f"{when.isoformat(sep=' ', timespec='milliseconds')} {record.levelname:<7} {text}"


class _Writer(RotatingFileHandler):
    """A file for its owner's eyes only; a disk that is full or away loses lines, nothing else."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, maxBytes=LARGEST_FILE, backupCount=FILES_KEPT, encoding="utf-8",
            errors="backslashreplace",
        )  # fmt: skip

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(
            self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _NO_INHERIT, 0o600
        )
        file = os.fdopen(descriptor, "ab")
        return TextIOWrapper(file, encoding=self.encoding, errors=self.errors)

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802 - logging's name
        """Ask the open file alone: looking up its path for each line takes long on Windows."""
        if self.stream is None:
            self.stream = self._open()
        size = os.fstat(self.stream.fileno()).st_size
        return size + len(self.format(record)) >= self.maxBytes

    def doRollover(self) -> None:  # noqa: N802 - logging's name
        """Rotate; a file that another program holds open (Windows) just grows on."""
        try:
            super().doRollover()
        except OSError:
            if self.stream is None:
                self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Lose the line; the next one is tried with a fresh file, as the disk may be back."""
        del record
        stream, self.stream = self.stream, None
        if stream is not None:
            with contextlib.suppress(OSError):  # what it could not write it cannot flush either
                stream.close()


_NO_INHERIT = getattr(os, "O_NOINHERIT", 0)
