"""Who makes room when a mapping has as many UDP sessions as it may; opens and closes nothing.

Least recently used goes first, but a client can make itself look new as often as it likes, by
another port for every datagram. So a session whose client has spoken more than once is not given
up for a newcomer while it is in use, and a client that holds more than half of all sessions makes
room among its own.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.engine.udp.session import Session

LOOKS = 64
"""So many sessions are looked at for one that can go. A bound, so that a flood costs what it does
whatever it finds; those found busy go to the end of the queue, and the next look begins behind."""


class Crowd:
    """The sessions of one mapping in the order in which they are to be looked at."""

    def __init__(self) -> None:
        self._all: OrderedDict[Session, None] = OrderedDict()
        self._of_host: dict[str, OrderedDict[Session, None]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def join(self, session: Session) -> None:
        """Count a new session in, as the most recent."""
        self._all[session] = None
        host = session.client[0]
        own = self._of_host.get(host)
        if own is None:
            own = self._of_host[host] = OrderedDict()
        own[session] = None

    def leave(self, session: Session) -> None:
        """Forget a session that ends."""
        if self._all.pop(session, session) is None:
            host = session.client[0]
            own = self._of_host[host]
            del own[session]
            if not own:
                del self._of_host[host]

    def victim(self, host: str, now: float) -> Session:
        """Choose who makes room for a newcomer from this host; there must be somebody."""
        own = self._of_host.get(host)
        greedy = own is not None and 2 * len(own) > len(self._all)
        return _first_idle(own if greedy and own is not None else self._all, now)


def _first_idle(queue: OrderedDict[Session, None], now: float) -> Session:
    for _ in range(min(LOOKS, len(queue))):
        session = next(iter(queue))
        if not session.in_use(now):
            return session
        queue.move_to_end(session)
    return next(iter(queue))
