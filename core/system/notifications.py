"""Messages in a corner of the screen on Linux, which can be clicked; what they say is the fronts'.

A service of the desktop shows them (the "Desktop Notifications Specification"). Qt's own way to it
offers no action, and without one most desktops do not tell of clicks.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.system.notification_service import Talk

log = logging.getLogger("portway.system")


@dataclass(frozen=True, slots=True)
class Note:
    """One message."""

    title: str
    text: str
    about: object = None
    """Given back when it is clicked."""
    action: str = "Open"
    """What a click does, for desktops that show a button for it."""
    icon: str = "portway"
    """A name or the address of a file."""


class Notifications:
    """Shows notes from the first `show` until `close`, on a thread of its own."""

    def __init__(self, clicked: Callable[[object], None], failed: Callable[[Note], None]) -> None:
        """`clicked` gets what a note was about; `failed` a note that nobody shows.

        Both are called on the thread, and must not raise.
        """
        self._clicked = clicked
        self._failed = failed
        self._change = threading.Lock()
        self._notes: deque[Note] = deque()  # guarded by _change, as all below
        self._bell: int | None = None
        self._thread: threading.Thread | None = None
        self._talk: Talk | None = None
        self._closing = False

    def show(self, note: Note) -> None:
        """Show it soon; returns at once."""
        with self._change:
            if self._closing:
                return
            self._notes.append(note)
            if self._bell is None:
                reader, self._bell = os.pipe()
                self._thread = threading.Thread(
                    target=self._run, args=(reader,), name="portway-notes", daemon=True
                )
                self._thread.start()
            os.write(self._bell, b"\0")

    def close(self, timeout: float = 0.2) -> None:
        """Show no more; what is shown stays."""
        with self._change:
            self._closing = True
            if self._talk is not None:
                self._talk.hang_up()
            thread = self._thread
        if thread is not None:
            thread.join(timeout)

    # -- on the thread --------------------------------------------------------------------------

    def _run(self, reader: int) -> None:
        try:
            # Not before there is a message: who sits in the tray all day may see none.
            from core.system.notification_service import Talk

            with contextlib.closing(Talk(self._clicked)) as talk:
                self._serve(talk, reader)
        except OSError as error:
            if not self._closing:
                log.info("The desktop shows no messages: %s", error)
        finally:
            with self._change:
                lost = [*self._notes]
                self._notes.clear()
                assert self._bell is not None
                os.close(self._bell)
                self._bell = None
            os.close(reader)
            if not self._closing:
                for note in lost:
                    self._failed(note)

    def _serve(self, talk: Talk, reader: int) -> None:
        """Show notes and hear of clicks, until the end."""
        poller = select.poll()  # not select(), which knows only the first 1,024 descriptors
        for descriptor in (talk.fileno(), reader):
            poller.register(descriptor, select.POLLIN)
        with self._change:
            self._talk = talk
        try:
            if not self._closing:
                talk.begin()
            while not self._closing:
                self._show_all(talk)
                talk.hear()  # even if nothing wakes us: it may have come together with an answer
                if reader in {descriptor for descriptor, _ in poller.poll()}:
                    os.read(reader, 64)
        finally:
            with self._change:
                self._talk = None

    def _show_all(self, talk: Talk) -> None:
        while self._notes and not self._closing:
            note = self._notes[0]  # and stays there, for `_run`, if the bus ends meanwhile
            shown = talk.show(note)
            with self._change:
                self._notes.popleft()
            if not shown:
                self._failed(note)
