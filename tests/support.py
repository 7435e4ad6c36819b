"""Small helpers that tests of every subject share; knows nothing of Portway."""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WINE = sys.platform == "win32" and hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")
"""Whether this Windows is Wine, which does most of what Windows does, but not all."""

PATIENCE = 10.0
"""Seconds to wait for something that happens at once on a quiet machine."""


def eventually(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Wait until the condition holds; false if it never did."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.005)
    return True


def connect(port: int, host: str = "127.0.0.1") -> socket.socket:
    """A client's connection, with patience for reads."""
    return socket.create_connection((host, port), timeout=PATIENCE)


def listen(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """A target's listener on a free port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(256)
        listener.settimeout(PATIENCE)
    except BaseException:
        listener.close()
        raise
    return listener


def accept(listener: socket.socket) -> socket.socket:
    """The next connection at a target's listener."""
    sock, _ = listener.accept()
    sock.settimeout(PATIENCE)
    return sock


def port_of(sock: socket.socket) -> int:
    """The port a socket is bound to."""
    return int(sock.getsockname()[1])


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with listen() as listener:
        return port_of(listener)


def free_run(size: int) -> int:
    """The first of so many free ports in a row, below those that outgoing connections get."""
    for first in range(10_000, 32_000, size):
        try:
            for port in range(first, first + size):
                listen(port=port).close()
        except OSError:
            continue
        return first
    raise AssertionError(f"no {size} free ports in a row")


def read_all(sock: socket.socket) -> bytes:
    """Everything up to the end."""
    parts = []
    while part := sock.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)


def read_exactly(sock: socket.socket, size: int) -> bytes:
    """So many bytes; fewer only when the end came first."""
    data = b""
    while len(data) < size and (part := sock.recv(size - len(data))):
        data += part
    return data


def reset(sock: socket.socket) -> None:
    """Close with a reset instead of an orderly end."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def is_turned_away(port: int) -> bool:
    """Whether a client is closed without an answer; the reset may come before or after connect."""
    try:
        with connect(port) as client:
            return client.recv(1) == b""
    except ConnectionResetError:
        return True
