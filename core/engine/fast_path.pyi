"""The fast path: a poller that relays plain sessions by itself. In C alone, and for Linux.

Where it is not compiled (see `core.compiled`), `open_poller` takes epoll, and the slow path, which
is the classes in `core.engine.tcp`, does everything. It can; so nothing depends on this module.

A session is *young* while only the fast path knows it: it accepted the client, by a listener that
it serves for a mapping, and connected it to the one target there is. The slow path makes an object
for it once it has to look at it. Later it may have it *carried* again, while nothing but plain
messages run through it. All methods are for the loop's own thread.
"""

from typing import Any, TypeAlias

Young: TypeAlias = tuple[
    int, int, int, tuple[str, int], tuple[Any, ...], float, int, int, bool, bool
]
"""Account; the client's and the target's descriptor; the target's address, the client's; age in
seconds; bytes up and down; whether the client's and the target's end were passed on."""
Carried: TypeAlias = tuple[Any, int, int]
"""The owner, and bytes up and down since they were last asked for."""

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
