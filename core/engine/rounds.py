"""When each session is looked at again: those that are silent seldom, a few hundred in one turn.

Knows when, and what they answer; what a look is for, the sessions know.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.engine.reactor.loop import Loop
    from core.engine.tcp.receiver import Receiver
    from core.engine.udp.session import Session

NEXT: Final = 0.0
"""Due at the next look, whenever that is."""
IN_ONE_TURN: Final = 512
"""So many are looked at before the loop turns, which takes half a millisecond."""


class Rounds:
    """The live sessions of one engine by the second in which they are due.

    So the look at some of thousands does not have to go through them all. Times are seconds on
    `time.monotonic`.
    """

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._next: dict[Receiver | Session, None] = {}
        """The sessions that are due `NEXT`, most of those in use."""
        self._by_second = {int(NEXT): self._next}
        """Those and all others. Whoever leaves is found by its `due`, which only we set."""
        self._left: list[Receiver | Session] = []
        """What the look that is under way has still to come to."""
        self._begun = self._seconds = 0.0
        """When that began, and how many seconds after the one before it."""

    def __bool__(self) -> bool:
        """Whether there are any sessions."""
        return len(self._next) > 0 or len(self._by_second) > 1

    def begin(self) -> None:
        """Measure the time until the first look from now."""
        self._begun = time.monotonic()

    # -- whose turn it is -----------------------------------------------------------------------

    def join(self, session: Receiver | Session) -> None:
        """Have a new session looked at next time."""
        session.due = NEXT
        self._next[session] = None

    def leave(self, session: Receiver | Session) -> None:
        """Forget one that ends; it must have joined."""
        second = int(session.due)
        place = self._by_second[second]
        del place[session]
        if not place and place is not self._next:
            del self._by_second[second]

    def soon(self, session: Receiver | Session) -> None:
        """Have this one looked at next time: something has changed for it."""
        self._put(session, NEXT)

    def _put(self, session: Receiver | Session, due: float) -> None:
        if due != session.due:
            self.leave(session)
            session.due = due
            self._by_second.setdefault(int(due), {})[session] = None

    # -- looking --------------------------------------------------------------------------------

    def look(self) -> None:
        """Have all that are due now look after themselves, some at once, the rest as turns go by.

        Does nothing while it does so still.
        """
        if self._left:
            return
        now = time.monotonic()
        self._begun, self._seconds = now, now - self._begun
        for second in [second for second in self._by_second if second <= now]:
            self._left += [one for one in self._by_second[second] if one.due <= now]
        self._go_on()

    def _go_on(self) -> None:
        left = self._left
        some = left[-IN_ONE_TURN:]
        del left[-IN_ONE_TURN:]
        for session in some:
            if not self._is_here(session):
                continue  # an earlier one ended it
            try:
                due = session.tick(self._begun, self._seconds)
            except Exception:  # noqa: BLE001 - contained like any handler's
                self._loop.contain(session)
            else:
                if self._is_here(session):
                    self._put(session, due)
        if left:
            self._loop.after(0.0, self._go_on)

    def _is_here(self, session: Receiver | Session) -> bool:
        return session in self._by_second.get(int(session.due), ())
