"""The fast path: a poller that relays plain sessions by itself. In C alone, and for Linux.

Where it is not compiled (see `core.compiled`), `open_poller` takes epoll, and the slow path, which
is the classes in `core.engine.tcp`, does everything. It can; so nothing depends on this module.

A session is *young* while only the fast path knows it: it accepted the client, by a listener that
it serves for a mapping, and connected it to the one target there is. The slow path makes an object
for it once it has to look at it. Later it may have it *carried* again, while nothing but plain
messages run through it. All methods are for the loop's own thread.

Datagrams are simpler: the slow path makes every session, in `core.engine.udp`, and lends it, which
is a *flow* then, as long as all it says is to be passed on as it is.
"""

from typing import Any, TypeAlias

Young: TypeAlias = tuple[
    int, int, int, tuple[str, int], tuple[Any, ...], float, int, int, bool, bool
]
"""Account; the client's and the target's descriptor; the target's address, the client's; age in
seconds; bytes up and down; whether the client's and the target's end were passed on."""
Carried: TypeAlias = tuple[Any, int, int]
"""The owner, and bytes up and down since they were last asked for."""
Moved: TypeAlias = tuple[int, int, int, int]
"""Bytes up and down, datagrams of no bytes either way, and who spoke last: 1 the client, -1 the
target, 0 neither of them."""
Tidings: TypeAlias = tuple[int, int, Any, tuple[Any, ...], bytes]
"""Why, which `core.engine.udp.fast` has names for; a number; of a flow that is not lent any more
the owner and what it has carried, else the listener's descriptor and a client's address, that of
ours it spoke to (empty if that is not told) and how often; what was not passed on."""

class FastPath:
    """See `Poller`; `poll` returns only once there is something for Python."""

    def __init__(self, ceiling: int = ...) -> None:
        """Sockets to targets get numbers below `ceiling`; above, the slow path says what is so."""

    def register(self, fd: int, mask: int) -> None: ...
    def modify(self, fd: int, mask: int) -> None: ...
    def unregister(self, fd: int) -> None: ...
    def poll(self, timeout: float, limit: int) -> list[tuple[int, int]]:
        """See `Poller.poll`; an event of `fileno()` itself says that `take_news` has some."""

    def close(self) -> None: ...
    def fileno(self) -> int: ...
    def take_longest_turn(self) -> float:
        """Seconds that the longest turn took that Python did not see, since the last question."""

    def open_account(self) -> int:
        """For the young sessions of one mapping."""

    def close_account(self, account: int) -> None:
        """Raises `RuntimeError` while sessions of it are young."""

    def collect(self, account: int) -> tuple[int, int, int]:
        """Sessions accepted since the last question, and bytes up and down of those that ended."""

    def serve(self, fd: int, account: int, family: int, address: tuple[str, int]) -> None:
        """Accept this listener's clients, and bring them to this literal address."""

    def leave(self, fd: int) -> None:
        """Have all events of this listener reported; harmless for one that is not served."""

    def take_news(self) -> list[tuple[Young | Carried, int, int, int, bytes]]:
        """Give what is left to the slow path.

        Of each: the session; why, which `core.engine.tcp.fast` has names for; at which side (0:
        the client's); a number; and what was read and not taken.
        """

    def take_young(self, account: int) -> list[Young]:
        """All the young ones of a mapping, which are the slow path's from now on."""

    def tell_of_young(self) -> None:
        """Have the next session that begins end the poll, as news do. So it is at the start."""

    def carry(self, owner: object, client: int, target: int) -> None:
        """Relay between these two descriptors, both watched for each news."""

    def counts(self, client: int) -> tuple[int, int]:
        """Bytes up and down of one that is carried, since the last question."""

    def take_back(self, client: int) -> Carried:
        """Have its events reported from now on."""

    def serve_datagrams(self, fd: int, family: int, told: bool) -> None:
        """Pass on what comes to this UDP socket from clients whose flows are lent.

        `told` says that the system tells which address of ours a datagram was sent to.
        """

    def leave_datagrams(self, fd: int) -> None:
        """End that. Raises `RuntimeError` while flows of it are lent."""

    def lend(
        self, owner: object, fd: int, listener: int, name: bytes, ours: bytes, control: bytes
    ) -> None:
        """Pass on between a client and this connected UDP socket, which is watched for reading.

        The client has this address, as the system writes it, and speaks to `ours` if that is told;
        `control` is the control message with which its answers leave.
        """

    def moved(self, fd: int) -> Moved:
        """What a flow that is lent has carried, since the last question."""

    def take_flow(self, fd: int) -> Moved:
        """Have its events reported from now on; the same."""

    def take_tidings(self) -> list[Tidings]:
        """Give what of datagrams is left to the slow path, as `take_news` does of sessions."""
