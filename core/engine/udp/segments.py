"""Equal datagrams in a row as one piece: UDP_GRO and UDP_SEGMENT of Linux; knows no sessions.

A bulky client (QUIC, WireGuard) sends runs of datagrams of one size. The system can hand such a
run over in one piece, with the size of its segments beside it, and takes one in the same form
(udp(7), "UDP_SEGMENT", "UDP_GRO"). The datagrams stay what they were: they are cut again before
anybody sees them.
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from core.engine.udp.sockets import SOL_UDP, UDP_GRO, UDP_SEGMENT

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable, Iterator, Sequence

    from core.engine.udp.listener import Client

MOST_SEGMENTS = 64
MOST_BYTES = 65_000
"""A run is one datagram to the system until it is cut, and can be no bigger."""

_CANNOT = frozenset(
    {errno.EINVAL, errno.EIO, errno.EMSGSIZE, errno.ENOPROTOOPT, errno.EOPNOTSUPP, errno.ENOSYS}
)
"""Segments bigger than the path takes whole, a device without checksums, an old kernel."""


class SegmentsError(OSError):
    """These cannot be sent as segments here; one by one they may pass."""


def coalesce(sock: socket.SocketType, *, wanted: bool = True) -> bool:
    """Have runs handed over in one piece, or no longer; false where the system cannot."""
    try:
        sock.setsockopt(SOL_UDP, UDP_GRO, int(wanted))
    except OSError:
        return False
    return True


def segment_of(level: int, kind: int, data: bytes) -> int:
    """The size of the segments, if this is the control message that tells it; else 0."""
    if level == SOL_UDP and kind == UDP_GRO and len(data) >= 4:
        return int(struct.unpack_from("@i", data)[0])
    return 0


def runs(keys: Sequence[object], sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where runs begin and end: of one key and one size, but that the last may be shorter."""
    begin, count = 0, len(sizes)
    while begin < count:
        key, size = keys[begin], sizes[begin]
        most = min(count, begin + (min(MOST_SEGMENTS, MOST_BYTES // size) if size else 1))
        end = begin + 1
        while end < most and sizes[end] == size and keys[end] == key:
            end += 1
        if end < most and 0 < sizes[end] < size and keys[end] == key:
            end += 1
        yield begin, end
        begin = end


def send_segments(
    sock: socket.SocketType,
    views: Sequence[memoryview],
    segment: int,
    control: Sequence[tuple[int, int, bytes]] = (),
    address: Client | None = None,
) -> None:
    """Send what is in these, cut every `segment` bytes; raises `SegmentsError` or `OSError`."""
    cut = (SOL_UDP, UDP_SEGMENT, struct.pack("@H", segment))
    try:
        if address is None:
            sock.sendmsg(views, [cut])  # type: ignore[attr-defined,unused-ignore]
        else:
            sock.sendmsg(views, [*control, cut], 0, address)  # type: ignore[attr-defined,unused-ignore]
    except OSError as error:
        if error.errno in _CANNOT:
            raise SegmentsError(error.errno, error.strerror) from error
        raise


def parts(views: Iterable[memoryview], segment: int) -> Iterator[memoryview]:
    """Each datagram of a run."""
    for view in views:
        if not segment or len(view) <= segment:
            yield view
        else:
            for at in range(0, len(view), segment):
                yield view[at : at + segment]
