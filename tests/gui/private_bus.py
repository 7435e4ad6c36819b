"""A D-Bus of the test's own, and services played on it by a thread; what they say is elsewhere."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import threading
from typing import TYPE_CHECKING, Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    message_bus,
    new_error,
    new_method_call,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

PROPERTIES = "org.freedesktop.DBus.Properties"
Answer = tuple[str, tuple[Any, ...]]
NOTHING: Answer = ("", ())


def bus_is_missing() -> bool:
    """Whether this machine has no D-Bus daemon."""
    return shutil.which("dbus-daemon") is None


@contextlib.contextmanager
def private_bus() -> Iterator[str]:
    """The address of a bus that nobody else knows, for the time of a with statement."""
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        try:
            assert daemon.stdout is not None
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()


class Service:
    """Answers calls to one well-known name, on a thread, until `close`.

    A subclass has a method for each member it knows, called with the message and giving a
    signature and values; `properties` gives those of an interface.
    """

    def __init__(self, bus: str, name: str, path: str, interface: str) -> None:
        self.name, self.path, self.interface = name, path, interface
        self._connection = open_dbus_connection(bus)
        self._asking = open_dbus_connection(bus)
        self.unique_name = str(self._connection.unique_name)
        self._connection.send_and_get_reply(message_bus.RequestName(name))
        self._thread = threading.Thread(target=self._serve, name=f"service {name}")
        self._thread.start()

    def close(self) -> None:
        """Leave the bus, as a program does that crashes."""
        # Closing alone would not end the thread's wait.
        self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for one in (self._connection, self._asking):
            one.close()

    def properties(self) -> dict[str, tuple[str, Any]]:
        """What `Get` and `GetAll` answer."""
        return {}

    def emit(self, member: str, signature: str = "", *values: Any) -> None:
        """Send a signal to everyone."""
        emitter = DBusAddress(self.path, interface=self.interface)
        self._asking_as_service(new_signal(emitter, member, signature or None, values))

    def _asking_as_service(self, message: Message) -> None:
        self._connection.send(message)

    def ask(
        self, sender: str, path: str, interface: str, member: str, signature: str = "", *values: Any
    ) -> Any:
        """Call somebody, and give the values of the answer."""
        address = DBusAddress(path, bus_name=sender, interface=interface)
        call = new_method_call(address, member, signature or None, values)
        reply = self._asking.send_and_get_reply(call, timeout=10)
        if reply.header.message_type is MessageType.error:
            raise LookupError(reply.body)
        return reply.body

    # On the thread.

    def _serve(self) -> None:
        connection: DBusConnection = self._connection
        while True:
            try:
                message = connection.receive()
                if message.header.message_type is MessageType.method_call:
                    connection.send(self._reply(message))
            except (OSError, EOFError):  # `close` may come in the middle of an answer
                return

    def _reply(self, message: Message) -> Message:
        fields = message.header.fields
        member, interface = fields[HeaderFields.member], fields.get(HeaderFields.interface)
        if interface == PROPERTIES:
            known = self.properties()
            if member == "GetAll":
                return new_method_return(message, "a{sv}", (known,))
            wanted = message.body[1]
            if member == "Get" and wanted in known:
                return new_method_return(message, "v", (known[wanted],))
        elif hasattr(self, member):
            signature, values = getattr(self, member)(message)
            return new_method_return(message, signature or None, values)
        return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")


def sender_of(message: Message) -> str:
    """Who sent it."""
    return str(message.header.fields[HeaderFields.sender])
