"""Winsock's recvmsg and sendmsg, which Python lacks: which address of ours a datagram was sent to.

The shapes are Python's own on Linux, so that nobody else needs to know.
"""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
from typing import TYPE_CHECKING, Any, Final

from core.engine.sockets import socket_error

if TYPE_CHECKING:
    from collections.abc import Sequence

Control = tuple[int, int, bytes]
"""Level, type and data of a control message."""

PKTINFO_HERE: Final = 19
"""IP_PKTINFO and IPV6_PKTINFO alike (ws2ipdef.h)."""
IPV6: Final = 23
"""AF_INET6 as Winsock's structures spell it (winsock2.h)."""

MAPPED: Final = bytes(10) + b"\xff\xff"
"""What makes an IPv6 address of an IPv4 one, at a socket for both."""
_HEADER: Final = struct.Struct("=QiI")
"""WSACMSGHDR: length of all, level, type; what follows lies at the next multiple of 8."""
_INFO4: Final = struct.Struct("=4sI")
_INFO6: Final = struct.Struct("=16sI")
_LINUX4: Final = struct.Struct("=i4s4s")
_CONTROL_SIZE: Final = 128
_NAME_SIZE: Final = 128


def control_of(family: int, told: bytes, shapes: dict[int, tuple[int, int]]) -> list[Control]:
    """What Winsock told with a datagram, in Linux's shapes (ip(7), ipv6(7))."""
    at = 0
    found: list[Control] = []
    while at + _HEADER.size <= len(told):
        length, level, kind = _HEADER.unpack_from(told, at)
        if length < _HEADER.size:
            break
        data = told[at + _HEADER.size : at + length]
        at += (length + 7) & ~7
        if kind != PKTINFO_HERE:
            continue
        if level == socket.IPPROTO_IP and len(data) >= _INFO4.size:
            ours, index = _INFO4.unpack_from(data)
            if family == socket.AF_INET:
                found.append((*shapes[family], _LINUX4.pack(index, ours, ours)))
            else:
                found.append((*shapes[family], _INFO6.pack(MAPPED + ours, index)))
        elif level == socket.IPPROTO_IPV6 and len(data) >= _INFO6.size:
            found.append((*shapes[family], bytes(data[: _INFO6.size])))
    return found


def control_for(family: int, data: bytes) -> bytes:
    """The same back: Winsock's message for an answer from the address in this one of Linux's."""
    if family == socket.AF_INET:
        ours = data[4:8]
    elif data.startswith(MAPPED):
        ours = data[12:16]  # to an IPv4 client, also from a socket for both
    else:
        ours = data[:16]
    info = _INFO4 if len(ours) == 4 else _INFO6
    level = socket.IPPROTO_IP if len(ours) == 4 else socket.IPPROTO_IPV6
    if not any(ours):
        return b""  # the system is to choose
    head = _HEADER.pack(_HEADER.size + info.size, level, PKTINFO_HERE)
    whole = head + info.pack(ours, 0)
    return whole + bytes(-len(whole) % 8)


def name_of(raw: bytes) -> tuple[Any, ...]:
    """A socket address as Python has it."""
    (family,) = struct.unpack_from("=H", raw)
    (port,) = struct.unpack_from(">H", raw, 2)
    if family == socket.AF_INET:
        return socket.inet_ntop(socket.AF_INET, raw[4:8]), port
    flow, host, zone = struct.unpack_from("=I16sI", raw, 4)
    return socket.inet_ntop(socket.AF_INET6, host), port, socket.ntohl(flow), zone


def raw_name(family: int, name: tuple[Any, ...]) -> bytes:
    """The same back."""
    if family == socket.AF_INET:
        return struct.pack(
            "=H2s4s8x", socket.AF_INET, struct.pack(">H", name[1]), socket.inet_aton(name[0])
        )
    host, port, flow, zone = name
    packed = socket.inet_pton(socket.AF_INET6, host.partition("%")[0])
    return struct.pack(
        "=H2sI16sI", IPV6, struct.pack(">H", port), socket.htonl(flow), packed, zone
    )  # fmt: skip


if sys.platform == "win32":
    from ctypes import wintypes

    class _Buffer(ctypes.Structure):
        _fields_ = (("size", wintypes.ULONG), ("data", ctypes.c_void_p))

    class _Message(ctypes.Structure):
        _fields_ = (
            ("name", ctypes.c_void_p),
            ("name_size", ctypes.c_int),
            ("buffers", ctypes.c_void_p),
            ("count", wintypes.DWORD),
            ("control", _Buffer),
            ("flags", wintypes.DWORD),
        )

    # PyDLL: a call that never waits need not let go of the interpreter.
    _winsock = ctypes.PyDLL("ws2_32")
    _RECEIVE = ctypes.PYFUNCTYPE(
        ctypes.c_int, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p,
        ctypes.c_void_p,
    )  # fmt: skip
    _EXTENSION = 0xC8000006  # SIO_GET_EXTENSION_FUNCTION_POINTER
    _WSARECVMSG = bytes.fromhex("c8d789f61f6f6b438a53e54fe351c322")

    def _address(data: bytes) -> int | None:
        """Where these bytes are, for as long as somebody holds them."""
        return ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value

    def _extension(sock: socket.SocketType) -> Any:
        """WSARecvMsg, which has to be asked for."""
        pointer, size = ctypes.c_void_p(), wintypes.DWORD()
        failed = _winsock.WSAIoctl(
            ctypes.c_size_t(sock.fileno()), _EXTENSION, _WSARECVMSG, len(_WSARECVMSG),
            ctypes.byref(pointer), ctypes.sizeof(pointer), ctypes.byref(size), None, None,
        )  # fmt: skip
        if failed or not pointer.value:
            raise socket_error(int(_winsock.WSAGetLastError()))
        return _RECEIVE(pointer.value)

    class TellingSocket(socket.SocketType):
        """A datagram socket that has `recvmsg_into` and `sendmsg`; see the module."""

        def prepare(self, shapes: dict[int, tuple[int, int]]) -> None:
            """Have the system tell from now on; raises `OSError` where it cannot."""
            self._shapes = shapes
            self._receive = _extension(self)
            # A socket for both families tells of each by that family's own option.
            self.setsockopt(socket.IPPROTO_IP, PKTINFO_HERE, 1)
            if self.family == socket.AF_INET6:
                self.setsockopt(socket.IPPROTO_IPV6, PKTINFO_HERE, 1)
            self._name = ctypes.create_string_buffer(_NAME_SIZE)
            self._control = ctypes.create_string_buffer(_CONTROL_SIZE)
            self._buffer = _Buffer()
            self._message = _Message(count=1, buffers=ctypes.addressof(self._buffer))
            self._size = wintypes.DWORD()
            self._send = _winsock.WSASendMsg
            self._send.argtypes = (
                ctypes.c_size_t, ctypes.c_void_p, wintypes.DWORD, ctypes.c_void_p, ctypes.c_void_p,
                ctypes.c_void_p,
            )  # fmt: skip

        def recvmsg_into(
            self, buffers: Sequence[memoryview], room: int
        ) -> tuple[int, list[Control], int, tuple[Any, ...]]:
            """Receive one datagram, with what was told of it."""
            del room
            (view,) = buffers
            message, buffer = self._message, self._buffer
            buffer.data = ctypes.addressof(ctypes.c_char.from_buffer(view))
            buffer.size = len(view)
            message.name, message.name_size = ctypes.addressof(self._name), _NAME_SIZE
            message.control.data = ctypes.addressof(self._control)
            message.control.size, message.flags = _CONTROL_SIZE, 0
            if self._receive(
                self.fileno(), ctypes.byref(message), ctypes.byref(self._size), None, None
            ):
                raise socket_error(int(_winsock.WSAGetLastError()))
            told = self._control.raw[: message.control.size]
            control = control_of(self.family, told, self._shapes)
            return self._size.value, control, message.flags, name_of(self._name.raw)

        def sendmsg(
            self,
            buffers: Sequence[memoryview | bytes],
            ancillary: Sequence[Control],
            flags: int,
            address: tuple[Any, ...],
        ) -> int:
            """Send one datagram from the address of ours that is named."""
            data = b"".join(buffers)
            name = raw_name(self.family, address)
            control = control_for(self.family, ancillary[0][2])
            buffer = _Buffer(len(data), _address(data))
            message = _Message(
                _address(name), len(name), ctypes.addressof(buffer), 1,
                _Buffer(len(control), _address(control)), 0,
            )  # fmt: skip
            if self._send(
                self.fileno(), ctypes.byref(message), flags, ctypes.byref(self._size), None, None
            ):
                raise socket_error(int(_winsock.WSAGetLastError()))
            return self._size.value
