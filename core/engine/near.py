"""What connections over the loopback are spared: pacing, and a refusal that takes seconds.

Knows sockets, before they are connected most of them, and no session.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import struct
import sys
from pathlib import Path

_CONGESTION_CONTROL = Path("/proc/sys/net/ipv4/tcp_congestion_control")
_RENO = b"reno"
"""Every Linux has it, and everybody may take it (net/ipv4/tcp_cong.c)."""
WINDOW = 2 << 20
"""Bytes that a paced sender on this computer may have under way: four times what a turn moves."""
_SIO_TCP_INITIAL_RTO = 0x98000011
_NO_RETRANSMISSION = struct.pack("HBx", 0xFFFF, 0xFE)
"""TCP_INITIAL_RTO_PARAMETERS: the usual time-out, no second SYN."""


def is_near(address: str) -> bool:
    """Whether this literal is a loopback address; told without parsing, for each connection."""
    return address.startswith("127.") or address == "::1"


def before_connect(sock: socket.SocketType, address: str) -> None:
    """Prepare a socket for the address that it will be connected to; harmless for any."""
    if is_near(address):
        if sys.platform == "win32":
            _refused_at_once(sock)
        elif default_paces():
            unpace(sock)


def paced_in_vain(address: str) -> bool:
    """Whether the system would pace what is sent between this address and others of its own.

    BBR sends by a timer for every few packets, so as not to flood the narrowest place on the way.
    The loopback has none, and the timers cost more than all else there is to do for bulk.
    """
    return is_near(address) and default_paces()


@functools.cache
def default_paces() -> bool:
    """Whether what the system controls congestion with by itself paces; asked once."""
    try:
        return _CONGESTION_CONTROL.read_text(encoding="ascii").startswith("bbr")
    except OSError:  # not Linux
        return False


def unpace(sock: socket.SocketType) -> None:
    """Have this socket, or those that a listener accepts, send without pacing.

    It must not be connected yet: a socket that has begun to pace goes on to, whatever controls it.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # then it is paced
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, _RENO)


def narrow(sock: socket.SocketType, address: str) -> None:
    """Have less under way of bulk that a paced sender at this address sends within this computer.

    It is not ours to choose how another program sends. But whoever has filled the window goes on
    when told of room, and sets no timer to send: with the usual windows, of up to tens of megabytes
    (tcp(7), tcp_rmem), twice as many timers go off, for a quarter fewer bytes. As the system
    enlarges a buffer it widens the window with it, so this wants to be said again now and then.
    """
    if sys.platform == "linux" and paced_in_vain(address):
        with contextlib.suppress(OSError):  # then it stays as wide as it is
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP, WINDOW)


def _refused_at_once(sock: socket.SocketType) -> None:
    """Have Windows believe a refusal by this computer at the first word.

    There a connect that is refused is tried twice more, half a second apart, as the other side may
    just be starting: two seconds in all. Within a computer no answer gets lost, so nothing is
    gained by that (mstcpip.h, TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS). Where this is not granted
    (before Windows 10 1709), the refusal comes late.
    """
    if sys.platform == "win32":
        import ctypes

        told = ctypes.c_ulong(0)
        ctypes.windll.ws2_32.WSAIoctl(
            ctypes.c_size_t(sock.fileno()), _SIO_TCP_INITIAL_RTO, _NO_RETRANSMISSION,
            len(_NO_RETRANSMISSION), None, 0, ctypes.byref(told), None, None,
        )  # fmt: skip
