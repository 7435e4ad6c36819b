"""What is said to the desktop's service of messages on Linux, over D-Bus; when, is elsewhere.

Loaded with the first message: who shows none does without jeepney. QtDBus would not do: from
Python, it cannot send the unsigned numbers that services ask for, and while one of its calls waits,
every thread does.
"""

from __future__ import annotations

import contextlib
import html
import logging
import os
import socket
from collections import deque
from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, DBusErrorResponse, MatchRule, message_bus, new_method_call
from jeepney.bus import get_bus
from jeepney.io.blocking import DBusConnection, prep_socket
from jeepney.wrappers import unwrap_msg

if TYPE_CHECKING:
    from collections.abc import Callable

    from jeepney import Message

    from core.system.notifications import Note

log = logging.getLogger("portway.system")

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
CLICK = "default"
"""The action that a click on the message itself stands for."""
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 25.0
"""As long as D-Bus' own library waits: the service may have to be started first."""
REMEMBERED = 100
"""So many messages can still be clicked."""
AS_THE_DESKTOP_LIKES = -1

_SERVICE = DBusAddress(PATH, bus_name=SERVICE, interface=SERVICE)
_CLICKS = {"type": "signal", "interface": SERVICE, "member": "ActionInvoked"}


class Talk:
    """With the service, on one connection. Raises `OSError` when there is none (any more).

    What waits for the service does so never for ever, and `hang_up` ends it.
    """

    def __init__(self, clicked: Callable[[object], None]) -> None:
        self._clicked = clicked
        self._shown: dict[int, Note] = {}
        self._signals: deque[Message] = deque()
        self._can: list[str] = []
        self._bus = _connect()
        self._bus.filter(MatchRule(**_CLICKS), queue=self._signals)

    def begin(self) -> None:
        """Before all else: hear of its clicks from now on, and ask what it can do."""
        try:
            # Only the bus knows who the service is at the moment.
            self._call(message_bus.AddMatch(MatchRule(sender=SERVICE, **_CLICKS)))
            answer = self._call(new_method_call(_SERVICE, "GetCapabilities"))
        except DBusErrorResponse as error:
            raise ConnectionRefusedError(f"no service for them: {error}") from error
        match answer:
            case (list(can),):
                self._can = can
            case _:
                raise ConnectionRefusedError(f"a service that cannot be understood: {answer}")

    def fileno(self) -> int:
        """To wait on, until there is something to hear."""
        return int(self._bus.sock.fileno())

    def close(self) -> None:
        """Leave the bus."""
        self._bus.close()

    def hang_up(self) -> None:
        """End whatever waits here; from any thread."""
        with contextlib.suppress(OSError):  # the bus may have hung up before
            self._bus.sock.shutdown(socket.SHUT_RDWR)

    def show(self, note: Note) -> bool:
        """Whether the service takes it."""
        text = html.escape(note.text, quote=False) if "body-markup" in self._can else note.text
        actions = [CLICK, _sendable(note.action)] if "actions" in self._can else []
        hints = {"desktop-entry": ("s", "portway")}
        arguments = (
            "Portway", 0, note.icon, _sendable(note.title), _sendable(text), actions, hints,
            AS_THE_DESKTOP_LIKES,
        )  # fmt: skip
        try:
            answer = self._call(new_method_call(_SERVICE, "Notify", "susssasa{sv}i", arguments))
        except DBusErrorResponse as error:
            log.info("The desktop refuses a message: %s", error)
            return False
        match answer:
            case (int(number),):
                self._shown[number] = note
                for oldest in list(self._shown)[:-REMEMBERED]:
                    del self._shown[oldest]
            case _:
                pass  # shown; it cannot be told which of the clicks are its own
        return True

    def hear(self) -> None:
        """See to all clicks that have come by now, while something else was waited for, too."""
        while True:
            while self._signals:
                self._hear_one(self._signals.popleft())
            try:
                self._bus.recv_messages(timeout=0)
            except TimeoutError:
                return

    def _hear_one(self, signal: Message) -> None:
        match signal.body:
            case (int(number), str(action)) if action == CLICK:
                note = self._shown.pop(number, None)  # else it is of another program
                if note is not None:
                    self._clicked(note.about)
            case _:
                pass

    def _call(self, message: Message) -> tuple[Any, ...]:
        reply = self._bus.send_and_get_reply(message, timeout=ANSWER_SECONDS)
        body: tuple[Any, ...] = unwrap_msg(reply)
        return body


class _Connection(DBusConnection):  # type: ignore[misc] # jeepney tells no types
    """One that says Hello without waiting for ever, and raises nothing but `OSError`."""

    def receive(self, *, timeout: float | None = None) -> Message:
        try:
            return super().receive(timeout=CONNECT_SECONDS if timeout is None else timeout)
        except OSError:
            raise
        except Exception as error:  # bytes that are no message raise all sorts of it
            raise ConnectionError(f"a message on the bus cannot be read: {error!r}") from error


def _connect() -> _Connection:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    usual = f"unix:path={runtime}/bus" if runtime else ""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS", usual)
    try:
        # Not `open_dbus_connection`, which leaves the socket open where Hello goes wrong.
        sock = prep_socket(get_bus(address), timeout=CONNECT_SECONDS)
    except (ValueError, RuntimeError) as error:  # no address, or an answer that is none
        raise ConnectionError(f"no bus of a session at {address!r}: {error}") from error
    try:
        connection = _Connection(sock)
    except (DBusErrorResponse, IndexError) as error:  # a refusal, or an answer without our name
        sock.close()
        raise ConnectionRefusedError(f"the bus does not let us in: {error}") from error
    except BaseException:
        sock.close()
        raise
    sock.settimeout(ANSWER_SECONDS)  # for sending; jeepney waits by itself before it receives
    return connection


def _sendable(text: str) -> str:
    """Half a character, which no encoding has, would end the connection."""
    return text.encode("utf-8", "replace").decode()
