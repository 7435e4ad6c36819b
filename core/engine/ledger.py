"""What one mapping has carried since the engine started, through every off and on; only numbers."""

from __future__ import annotations

from core.engine.snapshot import MappingNumbers


class Ledger:
    """Plain integers, bumped in place on the loop's thread; bytes are of sessions that ended."""

    __slots__ = ("accepted", "bytes_down", "bytes_up", "failed", "rejected", "timed_out")

    def __init__(self) -> None:
        self.accepted = 0
        self.failed = 0
        """Clients whose target could not be reached."""
        self.rejected = 0
        """Clients that the allow-list or the connection limit kept out."""
        self.timed_out = 0
        """Sessions ended because they were silent for too long."""
        self.bytes_up = 0
        self.bytes_down = 0

    def numbers(self, connections: int = 0, live_up: int = 0, live_down: int = 0) -> MappingNumbers:
        """Give these and those of the live sessions as a value."""
        return MappingNumbers(
            connections=connections,
            accepted=self.accepted,
            failed=self.failed,
            rejected=self.rejected,
            timed_out=self.timed_out,
            bytes_up=self.bytes_up + live_up,
            bytes_down=self.bytes_down + live_down,
        )
