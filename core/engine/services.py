"""What the runners of one engine share: the loop, pipes, spare sockets, look-ups, reporting."""

from __future__ import annotations

import itertools
from functools import cached_property
from typing import TYPE_CHECKING

from core.engine.circles import Circles
from core.engine.events import StateChanged
from core.engine.reactor.offload import Offload
from core.engine.resolver import Resolver
from core.engine.rounds import Rounds
from core.engine.tcp.fast import FastSessions
from core.engine.tcp.pipes import PipePool
from core.engine.tcp.spares import Spares
from core.engine.udp import batch
from core.engine.udp.batched_listener import Batches
from core.system.limits import descriptor_ceiling

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.mapping import Protocol
    from core.engine.events import Event
    from core.engine.reactor.loop import Loop
    from core.engine.runner import Runner
    from core.engine.status import Status


class Services:
    """Made once an engine, handed to every runner."""

    def __init__(
        self,
        loop: Loop,
        report: Callable[[Event], None],
        start_ticking: Callable[[], None],
        pipes: PipePool | None = None,
    ) -> None:
        """`start_ticking` is called when a session was made while `ticking` is false."""
        self.loop = loop
        self.ceiling = descriptor_ceiling()
        """Sockets and pipes with this number or a higher one are given back at once."""
        self.report = report
        self.start_ticking = start_ticking
        self.ticking = False
        self.rounds = Rounds(loop)
        self.offload = Offload(loop)
        self.resolver = Resolver(self.offload)
        self.pipes = pipes or PipePool(ceiling=self.ceiling)
        self.spares = Spares(keep=loop.scales)
        self.fast = _fast_path(self)
        """Relays plain sessions, where it was compiled."""
        self.session_ids = itertools.count(1)
        self.runners: dict[str, Runner] = {}
        """Every mapping at work, by its id."""
        self.circles = Circles(loop, self.runners)

    def other_listener(
        self, protocol: Protocol, address: str, port: int, asking: Runner
    ) -> str | None:
        """Name another mapping of ours that keeps this port from the one that asks."""
        for runner in self.runners.values():
            if runner is not asking and runner.keeps_from_others(protocol, address, port):
                return runner.mapping.title
        return None

    @cached_property
    def batches(self) -> Batches | None:
        """Memory for many datagrams a system call, made when it is first needed; None without."""
        flows = self.fast.flows if self.fast is not None else None
        return Batches(self.loop, flows) if batch.AVAILABLE else None

    def status_changed(self, mapping_id: str, status: Status) -> None:
        """Tell the front."""
        self.report(StateChanged(mapping_id, status))

    def close(self) -> None:
        """Give back threads, sockets and pipes kept in reserve."""
        if self.fast is not None:
            self.fast.close()
        self.offload.close()
        self.spares.close()
        self.pipes.close()


def _fast_path(services: Services) -> FastSessions | None:
    try:
        from core.engine.fast_path import FastPath
    except ImportError:
        return None
    poller = services.loop.poller
    return FastSessions(services, poller) if isinstance(poller, FastPath) else None
