"""As much of D-Bus as it takes to call a service and to hear its signals; which one is elsewhere.

From Python, QtDBus cannot send the unsigned numbers that services ask for, and while one of its
calls waits, every thread does.
"""

from __future__ import annotations

import os
import socket
import struct
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

CALL, REPLY, ERROR, SIGNAL = 1, 2, 3, 4
"""Kinds of messages."""
CONNECT_SECONDS = 5.0
LONGEST = 1 << 20
"""No message for us is longer."""
BUS = "org.freedesktop.DBus"

_PATH, _INTERFACE, _MEMBER, _REPLY_TO, _DESTINATION, _SIGNATURE = 1, 2, 3, 5, 6, 8
_ALIGNMENT = {"y": 1, "g": 1, "v": 1, "(": 8, "{": 8}
"""Of types in a message; 4 for all others that are known here."""
_NUMBERS = {"u": "I", "i": "i", "b": "I"}


@dataclass(frozen=True, slots=True)
class Message:
    """One that came."""

    kind: int
    reply_to: int
    """The number of the call that it answers, or 0."""
    member: str
    values: tuple[Any, ...]


class SessionBus:
    """A connection to the bus of the user's session. Blocking; raises `OSError`."""

    def __init__(self) -> None:
        self._serial = 0
        self._socket = _connect()
        try:
            self._socket.settimeout(CONNECT_SECONDS)
            user = str(os.getuid()).encode().hex()  # type: ignore[attr-defined,unused-ignore]
            self._socket.sendall(f"\0AUTH EXTERNAL {user}\r\n".encode())
            answer = b""
            while not answer.endswith(b"\r\n"):
                answer += self._exactly(1)
            if not answer.startswith(b"OK "):
                raise ConnectionRefusedError("the bus does not let us in")
            self._socket.sendall(b"BEGIN\r\n")
            hello = self.call(BUS, "/org/freedesktop/DBus", BUS, "Hello")
            while self.receive().reply_to != hello:
                pass
            self._socket.settimeout(None)
        except BaseException:
            self._socket.close()
            raise

    def fileno(self) -> int:
        """To wait on, until there is something to receive."""
        return self._socket.fileno()

    def close(self) -> None:
        """Leave the bus."""
        self._socket.close()

    def hear(self, service: str, member: str) -> None:
        """From now on, receive this signal of a service, from nobody else."""
        rule = f"type='signal',sender='{service}',member='{member}'"
        self.call(BUS, "/org/freedesktop/DBus", BUS, "AddMatch", "s", rule)

    def call(
        self, service: str, path: str, interface: str, member: str, signature: str = "",
        *values: Any,
    ) -> int:  # fmt: skip
        """Send a call, and give the number of the message that will answer it."""
        self._serial += 1
        body = _Writer()
        body.put(signature, *values)
        fields = [
            (_PATH, ("o", path)),
            (_INTERFACE, ("s", interface)),
            (_MEMBER, ("s", member)),
            (_DESTINATION, ("s", service)),
            *([(_SIGNATURE, ("g", signature))] if signature else []),
        ]
        head = _Writer()
        head.put("yyyyuua(yv)", ord("l"), CALL, 0, 1, len(body.data), self._serial, fields)
        head.align(8)
        self._socket.sendall(head.data + body.data)
        return self._serial

    def receive(self) -> Message:
        """Wait for the next message."""
        fixed = self._exactly(16)
        order = "<" if fixed[:1] == b"l" else ">"
        size, _, rest = struct.unpack_from(f"{order}III", fixed, 4)
        fields_size = rest + -rest % 8
        if size + fields_size > LONGEST:
            raise ConnectionError("a message on the bus is too long")
        reader = _Reader(fixed + self._exactly(fields_size), order)
        reader.at = 12
        (pairs,) = reader.take("a(yv)")
        fields = dict(pairs)
        body = _Reader(self._exactly(size), order)
        return Message(
            kind=fixed[1],
            reply_to=fields.get(_REPLY_TO, 0),
            member=fields.get(_MEMBER, ""),
            values=body.take(fields.get(_SIGNATURE, "")),
        )

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._socket.recv(size - len(data))
            if not part:
                raise ConnectionResetError("the bus has ended")
            data += part
        return data


def _connect() -> socket.socket:
    if not hasattr(socket, "AF_UNIX") or not hasattr(os, "getuid"):
        raise OSError("there is no such bus on this system")
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    usual = f"unix:path={runtime}/bus" if runtime else ""
    last = OSError("there is no bus of a session")
    for address in os.environ.get("DBUS_SESSION_BUS_ADDRESS", usual).split(";"):
        transport, _, rest = address.partition(":")
        options = dict(pair.partition("=")[::2] for pair in rest.split(","))
        path = unquote(options.get("path", ""))
        if "abstract" in options:
            path = "\0" + unquote(options["abstract"])
        if transport != "unix" or not path:
            continue
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.settimeout(CONNECT_SECONDS)
            sock.connect(path)
        except OSError as error:
            sock.close()
            last = error
        else:
            return sock
    raise last


def _end(signature: str, at: int) -> int:
    """Where the one type that begins here ends."""
    if signature[at] == "a":
        return _end(signature, at + 1)
    depth = 0
    while True:
        depth += (signature[at] in "({") - (signature[at] in ")}")
        at += 1
        if not depth:
            return at


class _Writer:
    def __init__(self) -> None:
        self.data = bytearray()

    def align(self, size: int) -> None:
        self.data += bytes(-len(self.data) % size)

    def put(self, signature: str, *values: Any) -> None:
        at = 0
        for value in values:
            end = _end(signature, at)
            self._one(signature[at:end], value)
            at = end

    def _one(self, kind: str, value: Any) -> None:
        self.align(_ALIGNMENT.get(kind[0], 4))
        match kind[0]:
            case "y":
                self.data.append(value)
            case "u" | "i" | "b":
                self.data += struct.pack(f"<{_NUMBERS[kind]}", value)
            case "s" | "o" | "g":
                text = value.encode("utf-8", "replace")
                size = bytes([len(text)]) if kind == "g" else struct.pack("<I", len(text))
                self.data += size + text + b"\0"
            case "v":
                self._one("g", value[0])
                self._one(*value)
            case "a":
                at = len(self.data)
                self.data += bytes(4)
                self.align(_ALIGNMENT.get(kind[1], 4))  # which does not count
                begin = len(self.data)
                for one in value.items() if isinstance(value, dict) else value:
                    self._one(kind[1:], one)
                self.data[at : at + 4] = struct.pack("<I", len(self.data) - begin)
            case "(" | "{":
                self.put(kind[1:-1], *value)
            case _:
                raise ValueError(f"{kind} is not known here")


class _Reader:
    def __init__(self, data: bytes, order: str) -> None:
        self.data = data
        self.at = 0
        self._order = order

    def take(self, signature: str) -> tuple[Any, ...]:
        """Read values; raises `ConnectionError` for what is not as it should be."""
        found = []
        at = 0
        try:
            while at < len(signature):
                end = _end(signature, at)
                found.append(self._one(signature[at:end]))
                at = end
        except (IndexError, struct.error, ValueError, RecursionError) as error:
            raise ConnectionError(f"a message on the bus cannot be read: {error}") from error
        return tuple(found)

    def _one(self, kind: str) -> Any:
        self.at += -self.at % _ALIGNMENT.get(kind[0], 4)
        match kind[0]:
            case "y":
                return self._bytes(1)[0]
            case "u" | "i" | "b":
                return struct.unpack(self._order + _NUMBERS[kind], self._bytes(4))[0]
            case "s" | "o" | "g":
                size = self._one("y" if kind == "g" else "u")
                text = self._bytes(size)
                self.at += 1
                return text.decode()
            case "v":
                return self._one(self._one("g"))
            case "a":
                size = self._one("u")
                self.at += -self.at % _ALIGNMENT.get(kind[1], 4)
                end = self.at + size
                found = []
                while self.at < end:
                    found.append(self._one(kind[1:]))
                return found
            case "(" | "{":
                return self.take(kind[1:-1])
            case _:
                raise ValueError(f"{kind} is not known here")

    def _bytes(self, size: int) -> bytes:
        found = self.data[self.at : self.at + size]
        if len(found) < size:
            raise IndexError("it ends too soon")
        self.at += size
        return found
