"""Printing one line so that no reader, terminal or alphabet can end the program; no wording."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TextIO


def print_line(stream: TextIO | None, text: str) -> None:
    """Print, whatever the stream can take; a relay goes on when nobody reads its lines any more."""
    if stream is None:  # there is none for a program without a console
        return
    encoding = stream.encoding or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
    except (OSError, ValueError):  # ValueError: it is closed
        _give_up(stream)


def write_text(stream: TextIO | None, text: str) -> bool:
    """Write a whole text as UTF-8, whatever the terminal's own encoding; false if nobody reads it.

    For what other programs read: there, a character shown by its code would be another text.
    """
    if stream is None:
        return False
    try:
        binary = getattr(stream, "buffer", None)
        if binary is None:  # a substitute for a stream, such as a test's
            stream.write(text)
        else:
            stream.flush()
            binary.write(text.encode("utf-8", "surrogateescape"))
        stream.flush()
    except (OSError, ValueError):
        _give_up(stream)
        return False
    return True


def set_up_streams() -> None:
    """Let any character be printed, by argparse too; into pipes and files as UTF-8 on Windows.

    There Python takes the "ANSI" code page for them, which knows few characters, and which no
    reader expects. A console shows everything as it is.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            chosen = "PYTHONIOENCODING" in os.environ
            if os.name == "nt" and not chosen and not stream.isatty():
                stream.reconfigure(encoding="utf-8")
            stream.reconfigure(errors="backslashreplace")


def flush_at_end() -> None:
    """Flush what argparse printed, so that Python need not complain at exit that nobody reads."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            try:
                stream.flush()
            except (OSError, ValueError):
                _give_up(stream)


def _give_up(stream: TextIO) -> None:
    """Let what is still in the stream's buffer, and all that follows, go nowhere."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)
