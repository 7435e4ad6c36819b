"""What the engine asks of sockets beyond Python's own methods."""

from __future__ import annotations

import socket
from collections import Counter
from typing import TYPE_CHECKING, cast

import pytest

from core.engine.sockets import keep_alive, probe_soon

if TYPE_CHECKING:
    from collections.abc import Callable

SOCKETS = 18_000
"""Of 9,000 connections."""
MOST_AT_ONCE = 2_500
"""Of these: a thousand arrive, and of those that got no answer the next probes are spread again."""


class Numbered:
    """A socket of a certain number, which only remembers what is set."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.options: dict[tuple[int, int], int] = {}

    def fileno(self) -> int:
        """The system's number for it."""
        return self.number

    def setsockopt(self, level: int, option: int, value: int) -> None:
        """Remember."""
        self.options[level, option] = value


@pytest.mark.skipif(not hasattr(socket, "TCP_KEEPIDLE"), reason="the pace cannot be set")
@pytest.mark.parametrize("step", [1, 2, 4, 8, 16, 32])
@pytest.mark.parametrize(
    ("probe", "most_at_once", "longest"), [(keep_alive, MOST_AT_ONCE, 70), (probe_soon, 5_000, 24)]
)
def test_idle_sockets_are_not_probed_in_step(
    probe: Callable[[socket.socket], None], step: int, most_at_once: int, longest: int
) -> None:
    idles: Counter[int] = Counter()
    seconds: Counter[int] = Counter()
    for number in range(100, 100 + SOCKETS * step, step):
        numbered = Numbered(number)
        probe(cast("socket.socket", numbered))
        idle, interval, count = (
            numbered.options[socket.IPPROTO_TCP, option]
            for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        )
        idles[idle] += 1
        seconds[idle + interval] += 1
        assert idle + count * interval <= longest
    assert max(idles.values()) <= most_at_once
    assert max(seconds.values()) <= most_at_once
