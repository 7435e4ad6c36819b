"""Which of a mapping's targets to try first; passive health, no connections of its own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.config.mapping import Policy

if TYPE_CHECKING:
    from core.config.address import Endpoint
    from core.config.mapping import Mapping
    from core.engine.status import Trouble

REST_SECONDS = 10.0
"""A target that refused or did not answer is tried last for so long."""


class Targets:
    """Failover tries them in the order given; round-robin begins at the next one each time."""

    def __init__(self, mapping: Mapping) -> None:
        self._endpoints = mapping.targets
        self._round_robin = mapping.policy == Policy.ROUND_ROBIN
        self._next = 0
        self._troubles: dict[Endpoint, tuple[float, Trouble]] = {}

    def in_order(self) -> list[Endpoint]:
        """All of them: the healthy first, those that rest at the end rather than not at all."""
        begin = self._next
        order = [*self._endpoints[begin:], *self._endpoints[:begin]]
        if self._round_robin:
            self._next = (begin + 1) % len(order)
        if self._troubles:
            now = time.monotonic()
            order.sort(key=lambda endpoint: self._rests(endpoint, now))
        return order

    def first(self) -> Endpoint | None:
        """The one that would be tried first now; None if several take turns."""
        now = time.monotonic()
        healthy = [one for one in self._endpoints if not self._rests(one, now)]
        if self._round_robin and len(healthy) > 1:
            return None
        return healthy[0] if healthy else self._endpoints[0]

    def failed(self, endpoint: Endpoint, trouble: Trouble) -> None:
        """Let it rest for a while."""
        self._troubles[endpoint] = (time.monotonic() + REST_SECONDS, trouble)

    def reached(self, endpoint: Endpoint | None = None) -> None:
        """It is healthy again; without an endpoint, all are."""
        if endpoint is None:
            self._troubles.clear()
        else:
            self._troubles.pop(endpoint, None)

    @property
    def trouble(self) -> Trouble | None:
        """What ails the first of those that failed and have not been reached since."""
        if self._troubles:
            for endpoint in self._endpoints:
                if endpoint in self._troubles:
                    return self._troubles[endpoint][1]
        return None

    def _rests(self, endpoint: Endpoint, now: float) -> bool:
        return endpoint in self._troubles and self._troubles[endpoint][0] > now
