"""Datagrams of batch.py, moved without ctypes. In C alone, and for Linux.

`messages` is where the `mmsghdr` are (recvmmsg(2)), the other places are in them.
"""

def receive(fd: int, messages: int, count: int) -> int:
    """Take what waits, at most `count`; how many, or a negative error number."""

def send(fd: int, messages: int, count: int) -> int:
    """Send `count`; how many were taken, or a negative error number."""

def push(fd: int, message: int) -> int:
    """Send what was received as this message; its size, or a negative error number."""

def take(fd: int, message: int, name: int, room: int) -> int:
    """Read one datagram, of `room` bytes at the most, into the message, and address it to `name`.

    Gives its size; raises `OSError`.
    """
