"""Messages in a corner of the screen on Linux, which can be clicked; what they say is the fronts'.

A service of the desktop shows them (the "Desktop Notifications Specification"). Qt's own way to it
offers no action, and without one most desktops do not tell of clicks.
"""

from __future__ import annotations

import html
import logging
import os
import select
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.system.session_bus import ERROR, REPLY, SIGNAL, SessionBus

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.system.session_bus import Message

log = logging.getLogger("portway.system")

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
CLICK = "default"
"""The action that a click on the message itself stands for."""
REMEMBERED = 100
"""So many messages can still be clicked."""
AS_THE_DESKTOP_LIKES = -1


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
            if self._bell is not None:
                os.write(self._bell, b"\0")
            thread = self._thread
        if thread is not None:
            thread.join(timeout)

    # -- on the thread --------------------------------------------------------------------------

    def _run(self, reader: int) -> None:
        talk: _Talk | None = None
        try:
            talk = _Talk(self._clicked, self._failed)
            while self._serve(talk, reader):
                pass
        except OSError as error:
            log.info("The desktop shows no messages: %s", error)
        finally:
            with self._change:
                lost = [*self._notes]
                self._notes.clear()
                assert self._bell is not None
                os.close(self._bell)
                self._bell = None
            os.close(reader)
            if talk is not None:
                lost = [*talk.unanswered(), *lost]
                talk.close()
            if not self._closing:
                for note in lost:
                    self._failed(note)

    def _serve(self, talk: _Talk, reader: int) -> bool:
        """Wait for something, and see to it; false at the end."""
        bus = talk.bus.fileno()
        poller = select.poll()  # not select(), which knows only the first 1,024 descriptors
        for descriptor in (bus, reader):
            poller.register(descriptor, select.POLLIN)
        ready = {descriptor for descriptor, _ in poller.poll()}
        if reader in ready:
            os.read(reader, 64)
        if bus in ready:
            talk.take()
        if self._closing:
            return False
        if talk.ready:
            with self._change:
                notes = [*self._notes]
                self._notes.clear()
            for note in notes:
                talk.show(note)
        return True


class _Talk:
    """With the service, on one connection; raises `OSError` when there is none (any more)."""

    def __init__(self, clicked: Callable[[object], None], failed: Callable[[Note], None]) -> None:
        self.bus = SessionBus()
        self._clicked = clicked
        self._failed = failed
        self._sent: dict[int, Note] = {}
        self._shown: dict[int, Note] = {}
        self._can: tuple[str, ...] | None = None
        try:
            self.bus.hear(SERVICE, "ActionInvoked")
            self._asked = self.bus.call(SERVICE, PATH, SERVICE, "GetCapabilities")
        except OSError:
            self.bus.close()
            raise

    @property
    def ready(self) -> bool:
        """Whether it is known what the service can do."""
        return self._can is not None

    def unanswered(self) -> list[Note]:
        """What was sent, and perhaps not shown."""
        return [*self._sent.values()]

    def close(self) -> None:
        """Hang up."""
        self.bus.close()

    def show(self, note: Note) -> None:
        """Send it."""
        can = self._can or ()
        text = html.escape(note.text, quote=False) if "body-markup" in can else note.text
        actions = [CLICK, note.action] if "actions" in can else []
        hints = {"desktop-entry": ("s", "portway")}
        arguments = ("Portway", 0, note.icon, note.title, text, actions, hints)
        number = self.bus.call(
            SERVICE, PATH, SERVICE, "Notify", "susssasa{sv}i", *arguments, AS_THE_DESKTOP_LIKES
        )
        self._sent[number] = note

    def take(self) -> None:
        """Take what has come."""
        message = self.bus.receive()
        if message.kind == SIGNAL:
            self._take_signal(message)
        elif message.reply_to == self._asked:
            if message.kind != REPLY:
                raise ConnectionRefusedError("no service for them")
            self._can = tuple(message.values[0])
        elif message.reply_to in self._sent:
            note = self._sent.pop(message.reply_to)
            if message.kind == ERROR:
                self._failed(note)
                return
            self._shown[message.values[0]] = note
            for oldest in list(self._shown)[:-REMEMBERED]:
                del self._shown[oldest]

    def _take_signal(self, message: Message) -> None:
        match message.values:
            case (number, action) if message.member == "ActionInvoked" and action == CLICK:
                note = self._shown.pop(number, None)  # else it is of another program
                if note is not None:
                    self._clicked(note.about)
            case _:
                pass
