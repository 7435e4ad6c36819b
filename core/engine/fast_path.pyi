"""The fast path: a poller that relays plain sessions by itself. In C alone, and for Linux.

Where it is not compiled (see `core.compiled`), `open_poller` takes epoll, and the slow path, which
is the classes in `core.engine.tcp`, does everything. It can; so nothing depends on this module.

A session is *young* while only the fast path knows it: it accepted the client, by a listener that
it serves for a mapping, and connected it to the one target there is. The slow path makes an object
for it once it has to look at it. Later it may have it *carried* again, while nothing but plain
messages run through it. All methods are for the loop's own thread.

With datagrams, a session that is passed on here is a *flow*, and may be young or lent as well, by
`core.engine.udp`, as long as all it says is to be passed on as it is.
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
"""Why, which `core.engine.udp.fast` has names for; a number; who: the owner of a flow that is not
lent any more, a `YoungFlow` that is not young any more, or a listener's descriptor; what the flow
has carried, or nothing, or a client's address, that of ours it spoke to (empty if that is not told)
and how often; what was not passed on."""

YoungFlow: TypeAlias = tuple[Any, ...]
"""The listener's descriptor and its own; the client's address, and that of ours it speaks to; the
size of its first datagram; age in seconds; when it last moved by the clock that `look` was given,
or 0; whether it has since; bytes up and down and datagrams of none; who spoke last."""

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

    def collect(self, account: int) -> tuple[int, int, int, int, int]:
        """Sessions accepted since the last question, and bytes up and down of those that ended.

        Also flows that made room for others, and datagrams that were not read in time.
        """

    def serve(
        self, fd: int, account: int, family: int, address: tuple[str, int], unpaced: bool
    ) -> None:
        """Accept this listener's clients, and bring them to this literal address.

        What to do with `unpaced` connections says `core.engine.near`.
        """

    def leave(self, fd: int) -> None:
        """Have all events of this listener reported; harmless for one that is not served."""

    def take_news(self) -> list[tuple[Young | Carried, int, int, int, bytes]]:
        """Give what is left to the slow path.

        Of each: the session; why, which `core.engine.tcp.fast` has names for; at which side (0:
        the client's); a number; and what was read and not taken.
        """

    def young(self, account: int) -> tuple[int, int, int]:
        """How many a mapping has, and the bytes up and down that they have carried."""

    def take_young(self, account: int, most: int) -> list[Young]:
        """So many of a mapping, the oldest first, which are the slow path's from now on."""

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

    def welcome(
        self, fd: int, account: int, family: int, address: tuple[str, int], most: int
    ) -> None:
        """Bring newcomers at this port to this address, as young flows; the mapping has `most`."""

    def turn_away(self, fd: int) -> None:
        """Leave newcomers to the slow path."""

    def know(self, account: int, sessions: int, fd: int, here: int) -> None:
        """How many sessions the slow path has, in all of the mapping and at this port.

        Newcomers are left to it as long as some of those here are not lent.
        """

    def look(self, account: int, now: float, timeout: float) -> list[YoungFlow]:
        """End young flows that were silent for so long; give those that are conversations.

        These are the slow path's from now on. Who has moved since the last look has moved `now`.
        """

    def take_young_flows(self, account: int, most: int) -> list[YoungFlow]:
        """So many that are the slow path's from now on, the oldest first."""

    def young_flows(self, account: int) -> tuple[int, int, int]:
        """How many there are, and the bytes up and down that they have carried."""

    def count_young_flows(self, account: int) -> int:
        """How many there are."""

    def rest(self, fd: int, rests: bool) -> None:
        """Say whether a flow that is lent may make room for others, as the young may."""

    def make_room(self, account: int, name: bytes) -> bool:
        """Have a flow go for a newcomer from this client's address; false if nobody can.

        One that was lent is left to the slow path to be ended, and told as tidings.
        """
