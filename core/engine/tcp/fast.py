"""Between the two paths of a session: lends plain ones to the fast path, and takes them back.

What the fast path is, and that everything works without it, says `core/engine/fast_path.pyi`.
Nothing is decided here: a session that comes back meets the same methods as if it had never left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.engine.lean_sockets import stream_of
from core.engine.near import paced_in_vain
from core.engine.reactor.channel import Channel
from core.engine.sockets import family_of, socket_error
from core.engine.tcp.receiver import Receiver
from core.engine.tcp.sender import Sender
from core.engine.tcp.side import DONE
from core.engine.udp.fast import FastFlows

if TYPE_CHECKING:
    from core.engine.fast_path import Carried, FastPath, Young
    from core.engine.runner import Runner
    from core.engine.services import Services
    from core.engine.tcp.forwarder import Forwarder

EVENT: Final = 0
"""A session comes back because of an event; the number is its mask."""
READ_FAILED: Final = 1
"""The number is the error number that reading gave."""
NOT_TAKEN: Final = 2
"""The other side took none or some of what was read, and the rest is enclosed; the number is the
error number, or 0."""
FULL: Final = 3
"""A read filled the whole buffer."""
CONNECT_FAILED: Final = 4
"""The number is the error number of a connect that failed at once; nothing is watched yet."""
NOT_WATCHED: Final = 5
"""The system watches no more descriptors."""


class FastSessions(Channel):
    """One for an engine. It hears of sessions that come back as an event of the poller itself."""

    __slots__ = ("_path", "_runners", "_services", "flows")

    def __init__(self, services: Services, path: FastPath) -> None:
        self.loop = services.loop
        self.fd = path.fileno()
        self.interest = 0
        self.watched = True
        self._path = path
        self._services = services
        self.flows = FastFlows(services.loop, path)
        """The same for datagrams."""
        self._runners: dict[int, Runner] = {}
        """Every mapping at work, by the number of its account."""
        self.loop.handlers[self.fd] = self.handle_event

    def close(self) -> None:
        """Hear of no more; the poller closes itself."""
        self.loop.handlers.pop(self.fd, None)

    def handle_error(self) -> None:
        """A fault of our own has been reported; there is nothing to let go of."""

    # -- mappings and their listeners -----------------------------------------------------------

    def open_account(self, runner: Runner) -> int:
        """Give the number under which what this mapping's young sessions do is booked."""
        account = self._path.open_account()
        self._runners[account] = runner
        return account

    def close_account(self, account: int) -> None:
        """End it; the mapping has no sessions any more."""
        self._path.close_account(account)
        del self._runners[account]

    def serve(self, forwarder: Forwarder, account: int, *, plain: bool) -> None:
        """Have this listener's clients accepted by the fast path as long as they are plain."""
        if plain and forwarder.direct is not None:
            family, address = forwarder.direct
            unpaced = paced_in_vain(address[0])
            self._path.serve(forwarder.fd, account, family, address, unpaced)
        else:
            self.leave(forwarder)

    def leave(self, forwarder: Forwarder) -> None:
        """Have its clients accepted by itself; harmless where that is so."""
        self._path.leave(forwarder.fd)

    def collect(self, account: int) -> None:
        """Bring the mapping's books up to date."""
        ledger = self._runners[account].ledger
        accepted, up, down, evicted, not_read = self._path.collect(account)
        if accepted or up or down or evicted:
            ledger.accepted += accepted
            ledger.bytes_up += up
            ledger.bytes_down += down
            ledger.evicted += evicted
            ledger.drops.not_read += not_read

    def young(self, account: int) -> tuple[int, int, int]:
        """How many sessions have no objects, and the bytes up and down that they have carried."""
        return self._path.young(account)

    def gather(self, account: int, most: int) -> int:
        """Make objects for so many of them, the oldest first; says for how many."""
        self.collect(account)
        young = self._path.take_young(account, most)
        for one in young:
            self._watched(self._adopt(one))
        return len(young)

    def tell_of_young(self) -> None:
        """Nobody looks after sessions once a second any more: hear of the next that begins."""
        self._path.tell_of_young()

    # -- sessions that the slow path knows ------------------------------------------------------

    def carry(self, receiver: Receiver) -> None:
        """Relay a session that is plain now, until it comes back or is taken back."""
        self._path.carry(receiver, receiver.fd, receiver.sender.fd)
        receiver.lent = True

    def count(self, receiver: Receiver) -> None:
        """Bring a carried session's counts up to date."""
        up, down = self._path.counts(receiver.fd)
        receiver.count += up
        receiver.sender.count += down

    def take_back(self, receiver: Receiver) -> None:
        """Have this one's events handled by its own sides from now on."""
        self._came_back(self._path.take_back(receiver.fd))

    # -- sessions that come back ----------------------------------------------------------------

    def handle_event(self, mask: int) -> None:
        """Go on where the fast path left off."""
        del mask
        news = self._path.take_news()
        if not self._services.ticking:
            self._services.start_ticking()
        for which, why, side, number, left in news:
            if len(which) == 3:
                receiver = self._came_back(which)
            else:
                receiver = self._adopt(which)
                if why < CONNECT_FAILED:
                    self._watched(receiver)
            try:
                _go_on(receiver, why, side, number, left)
            except Exception:  # noqa: BLE001 - contained like any handler's
                self.loop.contain(receiver)
        self.flows.hear()

    def _came_back(self, which: Carried) -> Receiver:
        receiver: Receiver = which[0]
        receiver.lent = False
        receiver.count += which[1]
        receiver.sender.count += which[2]
        return receiver

    def _adopt(self, young: Young) -> Receiver:
        """Make the objects that a young session has done without."""
        account, client_fd, target_fd, target, client, age, up, down, up_ended, down_ended = young
        runner = self._runners[account]
        client_socket = stream_of(client_fd, family_of(client[0]))
        receiver = Receiver(runner, client_socket, client, runner.new_id())
        target_socket = stream_of(target_fd, family_of(target[0]))
        sender = Sender(runner, target_socket, target, proven=up + down > 0)
        receiver.join(sender)
        receiver.opened -= age
        receiver.count, sender.count = up, down
        if up_ended:
            receiver.flow = DONE
        if down_ended:
            sender.flow = DONE
        runner.adopted(receiver)
        return receiver

    def _watched(self, receiver: Receiver) -> None:
        """Say of a session's two sides what the poller knows already."""
        for side in (receiver, receiver.sender):
            side.watched = True
            side.interest = side.input
            self.loop.handlers[side.fd] = side.handler()


def _go_on(receiver: Receiver, why: int, which: int, number: int, left: bytes) -> None:
    side = receiver.sender if which else receiver
    if why == EVENT:
        side.handler()(number)
    elif why == READ_FAILED:
        side.broken(socket_error(number))
    elif why == NOT_TAKEN:
        side.cut_short(left, number)
    elif why == FULL:
        side.filled()
    elif why == CONNECT_FAILED:
        receiver.runner.connect_failed(receiver, receiver.sender.address, socket_error(number))
    else:
        assert why == NOT_WATCHED
        receiver.runner.poller_full(receiver)
