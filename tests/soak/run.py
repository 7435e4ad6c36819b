"""A soak: relays, targets and clients together for a while, then the accounts."""

from __future__ import annotations

import contextlib
import gc
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import psutil

from core.engine.commands import CloseConnections, Retry
from core.engine.tcp.pipes import KEPT_EMPTY, PipePool
from tests.core.cli.program import Program
from tests.core.engine.relaying import Relaying, edited, mapping_to
from tests.soak.tally import Tally
from tests.soak.target import Target
from tests.soak.traffic import ORDERLY, TORN, Client, can_be_gone
from tests.support import eventually, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from core.config.mapping import Mapping
    from core.engine.snapshot import MappingNumbers

SETTLING = 60.0
"""Seconds in which everything must be over after the last client has gone."""
LONG = 100.0
"""A soak of so many seconds also has clients that vanish without a word: keepalive takes 30."""
GROWTH = 16 << 20
"""Bytes that the relay may grow in the last two thirds of the time; buffers of C vary a little."""
OPEN_STATES = {
    psutil.CONN_ESTABLISHED, psutil.CONN_FIN_WAIT1, psutil.CONN_FIN_WAIT2, psutil.CONN_CLOSE_WAIT,
    psutil.CONN_LAST_ACK, psutil.CONN_CLOSING, psutil.CONN_SYN_SENT, psutil.CONN_SYN_RECV,
}  # fmt: skip


class Crowd:
    """The clients of one port of a relay."""

    def __init__(
        self,
        port: int,
        kinds: Sequence[Callable[[Client], None]],
        threads: int,
        over: threading.Event,
        *,
        orderly: bool,
    ) -> None:
        self.port = port
        self.tally = Tally()
        clients = [Client(port, self.tally, over, seed) for seed in range(threads)]
        self.threads = [
            threading.Thread(target=client.run, args=(kinds,), kwargs={"orderly": orderly})
            for client in clients
        ]


class Soak:
    """Everything that takes part, and what is said of it at the end."""

    def __init__(self, seconds: float, say: Callable[[str], None]) -> None:
        self._seconds = seconds
        self._say = say
        self.complaints: list[str] = []
        self._over = threading.Event()

    def run(self) -> list[str]:
        """Let it run; what is wrong with the accounts, in words."""
        torn = list(TORN)
        if self._seconds >= LONG and can_be_gone():
            torn.append(Client.be_gone)
        with contextlib.ExitStack() as stack:
            orderly, broken, limited = (
                stack.enter_context(Target(orderly=expected)) for expected in (True, False, True)
            )
            child_orderly, child_broken = (
                stack.enter_context(Target(orderly=expected)) for expected in (True, False)
            )
            pipes = PipePool()
            relaying = stack.enter_context(Relaying(pipes=pipes))
            inner = {
                "orderly": mapping_to(orderly.port),
                "torn": mapping_to(broken.port),
                "limited": mapping_to(limited.port, limit_down=3_000_000, limit_up=3_000_000),
                "refused": mapping_to(free_port()),
            }
            relaying.set(*inner.values())
            ports = {name: relaying.listen(m, *_others(inner, m)) for name, m in inner.items()}
            child = stack.enter_context(
                Program(
                    "forward", "--json",
                    "-L", f"0:127.0.0.1:{child_orderly.port}",
                    "-L", f"0:127.0.0.1:{child_broken.port}",
                )
            )  # fmt: skip
            assert eventually(lambda: len(child.out) == 2)
            by_target = {line["target"]: line["bound"][0] for line in child.objects}
            child_ports = [
                int(by_target[f"127.0.0.1:{target.port}"].rpartition(":")[2])
                for target in (child_orderly, child_broken)
            ]
            over = self._over
            crowds = {
                "orderly": Crowd(ports["orderly"], ORDERLY, 5, over, orderly=True),
                "torn": Crowd(ports["torn"], torn, 3, over, orderly=False),
                "limited": Crowd(
                    ports["limited"], [Client.request, Client.late_answer], 2, over, orderly=True
                ),
                "refused": Crowd(ports["refused"], [Client.be_refused], 1, over, orderly=False),
                "child orderly": Crowd(child_ports[0], ORDERLY, 5, over, orderly=True),
                "child torn": Crowd(child_ports[1], torn, 3, over, orderly=False),
            }
            targets = {
                "orderly": orderly, "torn": broken, "limited": limited,
                "child orderly": child_orderly, "child torn": child_broken,
            }  # fmt: skip
            process = psutil.Process(child.child.pid)
            growth = self._wait(relaying, inner, crowds, process)

            every_port = {crowd.port for crowd in crowds.values()}
            every_port |= {target.port for target in targets.values()}
            self._settle(relaying, inner, targets, every_port)
            numbers = {
                name: relaying.snapshot().mappings[mapping.id] for name, mapping in inner.items()
            }
            for name, crowd in crowds.items():
                self._compare(name, crowd.tally, targets.get(name), numbers.get(name))
            self._expect(pipes.lent == 0, f"{pipes.lent} pipes are still lent")
            handlers = len(relaying.engine._loop.handlers)
            self._expect(handlers == len(inner) + 1, f"{handlers} channels are left")
            self._look_at(process)
            self._expect(growth < GROWTH, f"the relay grew by {growth >> 10} KiB")
            self._say(f"the relay grew by {growth >> 10} KiB")
            self._expect(child.end() == 0, f"the relay ended with {child.status()}")
            self._expect(not child.err, f"the relay said {child.err}")
        return self.complaints

    def _expect(self, what: bool, otherwise: str) -> None:
        if not what:
            self.complaints.append(otherwise)

    def _wait(
        self,
        relaying: Relaying,
        inner: dict[str, Mapping],
        crowds: dict[str, Crowd],
        process: psutil.Process,
    ) -> int:
        """Let the clients in, and meddle; how many bytes the child grew after a third."""
        threads = [thread for crowd in crowds.values() for thread in crowd.threads]
        for thread in threads:
            thread.start()
        begin = time.monotonic()
        third = None
        turn = 0
        while (spent := time.monotonic() - begin) < self._seconds:
            if third is None and spent > self._seconds / 3:
                third = process.memory_info().rss
            turn += 1
            self._meddle(relaying, inner, turn)
            self._over.wait(0.5)
        self._over.set()
        for thread in threads:
            thread.join(SETTLING + 60)
            self._expect(not thread.is_alive(), f"{thread.name} hangs")
        assert third is not None
        return int(process.memory_info().rss) - third

    def _meddle(self, relaying: Relaying, inner: dict[str, Mapping], turn: int) -> None:
        """What a user may do meanwhile: edit, limit, retry, close connections."""
        current = dict(inner)
        current["orderly"] = edited(
            inner["orderly"],
            comment=f"edit {turn}",
            limit_down=(0, 0, 30_000_000)[turn % 3],
            limit_up=(0, 30_000_000)[turn % 2],
        )
        relaying.set(*current.values())
        if turn % 8 == 0:
            relaying.engine.submit(CloseConnections(inner["torn"].id))
        if turn % 5 == 0:
            relaying.engine.submit(Retry(inner["refused"].id))

    def _settle(
        self,
        relaying: Relaying,
        inner: dict[str, Mapping],
        targets: dict[str, Target],
        ports: set[int],
    ) -> None:
        """Wait until nothing is open any more."""

        def live() -> dict[str, int]:
            mappings = relaying.snapshot().mappings
            left = {name: mappings[mapping.id].connections for name, mapping in inner.items()}
            left |= {f"servers {name}": target.busy for name, target in targets.items()}
            left |= dict(Counter(_states(ports)))
            return {name: count for name, count in left.items() if count}

        begin = time.monotonic()
        self._expect(eventually(lambda: not live(), SETTLING), f"still there: {live()}")
        self._say(f"all was over {time.monotonic() - begin:.1f} s after the last client")

    def _compare(
        self, name: str, clients: Tally, target: Target | None, numbers: MappingNumbers | None
    ) -> None:
        """Hold what peers saw against each other, and against the relay's own numbers."""
        servers = target.tally if target is not None else Tally()
        self._say(
            f"{name}: {clients.connections} connections, {clients.sent} bytes up, "
            f"{clients.received} down"
        )
        for what in (clients.wrong + servers.wrong)[:5]:
            self.complaints.append(f"{name}: {what}")
        if "torn" not in name:
            same = (clients.sent, clients.received) == (servers.received, servers.sent)
            self._expect(same, f"{name}: {clients} but {servers}")
        if numbers is None:
            return
        at_work = clients.connections
        self._expect(
            numbers.accepted == at_work, f"{name}: {numbers.accepted} accepted of {at_work}"
        )
        failed = at_work if name == "refused" else 0
        self._expect(numbers.failed == failed, f"{name}: {numbers.failed} failed, not {failed}")
        up, down = numbers.bytes_up, numbers.bytes_down
        if name == "torn":
            fits = servers.received <= up and clients.received <= down <= servers.sent
        else:
            fits = (up, down) == (clients.sent, clients.received)
        self._expect(fits, f"{name}: {numbers} but {clients} and {servers}")

    def _look_at(self, process: psutil.Process) -> None:
        """What the child process still holds: listeners, its waker, a spare or two, idle pipes."""
        kinds = Counter(_descriptors(process))
        self._say(f"descriptors of the relay at the end: {dict(kinds)}")
        self._expect(kinds["socket"] <= 6, f"sockets left: {kinds}")
        self._expect(kinds["pipe"] <= 2 * KEPT_EMPTY + 2, f"pipes left: {kinds}")


def _others(inner: dict[str, Mapping], mapping: Mapping) -> list[Mapping]:
    return [other for other in inner.values() if other is not mapping]


def _states(ports: set[int]) -> Iterator[str]:
    gc.collect()
    for connection in psutil.net_connections("tcp"):
        ends = {end.port for end in (connection.laddr, connection.raddr) if end}
        if connection.status in OPEN_STATES and ends & ports:
            yield connection.status


def _descriptors(process: psutil.Process) -> Iterator[str]:
    """The kinds of what a process has open; only Linux tells."""
    from pathlib import Path

    folder = Path(f"/proc/{process.pid}/fd")
    if folder.is_dir():
        for entry in folder.iterdir():
            with contextlib.suppress(OSError):
                yield str(entry.readlink()).partition(":")[0]
