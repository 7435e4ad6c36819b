"""What one kind of peers has sent and received; added to from many threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Sums of one mapping's clients, or of its servers."""

    connections: int = 0
    sent: int = 0
    received: int = 0
    wrong: list[str] = field(default_factory=list)
    """What should not have happened, in words."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *, connections: int = 0, sent: int = 0, received: int = 0) -> None:
        """Add to the sums."""
        with self._lock:
            self.connections += connections
            self.sent += sent
            self.received += received

    def complain(self, what: str) -> None:
        """Remember that this went wrong."""
        with self._lock:
            self.wrong.append(what)
