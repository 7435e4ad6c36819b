"""The engine as fronts see it: one worker thread that takes commands and reports events."""

from __future__ import annotations

import contextlib
import threading
import time
import traceback
from typing import TYPE_CHECKING

from core.engine import commands as do
from core.engine.aftermath import Aftermath
from core.engine.events import FaultContained, SnapshotTaken, StateChanged, Stopped
from core.engine.ledger import Ledger
from core.engine.reactor.loop import Loop
from core.engine.runner import Runner
from core.engine.services import Services
from core.engine.snapshot import Snapshot
from core.engine.status import OFF
from core.system.surroundings import watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.mapping import Mapping
    from core.engine.commands import Command
    from core.engine.events import Event
    from core.engine.reactor.poller import Poller
    from core.engine.tcp.pipes import PipePool

TICK = 1.0
"""Seconds between looks after time-outs, keepalive and pipes, while there are sessions."""
NEW_IN_ONE_TURN = 64
"""So many sessions are taken over from the fast path at a time, in a millisecond."""
TURNS_TO_TAKE_OVER = 512
"""If there are new sessions still after so many turns, they wait for the next look."""


class Engine:
    """A relay engine in a thread of its own. All methods may be called from any thread."""

    def __init__(
        self,
        report: Callable[[Event], None],
        poller: Poller | None = None,
        pipes: PipePool | None = None,
    ) -> None:
        """Prepare; `report` is called on the engine's thread for every event and must not block.

        Without a poller the system's best is taken, without pipes a pool that fits its quota.
        """
        self._report = report
        self._loop = Loop(lambda text: report(FaultContained(text)), poller)
        self._services = Services(self._loop, report, self._start_ticking, pipes)
        self._aftermath = Aftermath(self._services)
        self._runners = self._services.runners
        self._ledgers: dict[str, Ledger] = {}
        self._draining = False
        self._thread = threading.Thread(target=self._run, name="portway-engine", daemon=True)

    def start(self) -> None:
        """Start the worker thread."""
        self._thread.start()

    def submit(self, command: Command) -> None:
        """Put a command on the queue and wake the loop; returns at once."""
        self._loop.call_from_thread(lambda: self._obey(command))

    def join(self, timeout: float) -> bool:
        """Wait for the thread to end after `Shutdown`; false if it still runs (it hangs)."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # -- on the engine's thread -------------------------------------------------------------

    def _run(self) -> None:
        report = ""
        try:
            self._work()
        except Exception:  # noqa: BLE001 - the last line of defence; the front is told
            report = traceback.format_exc()
        finally:
            self._report(Stopped(report))

    def _work(self) -> None:
        with contextlib.ExitStack() as ending:  # each of these, whatever becomes of the others
            ending.callback(self._services.close)
            ending.callback(self._loop.close)
            ending.callback(self._stop_runners)
            surroundings = watch(lambda jumped: self.submit(do.LookAround(jumped)))
            if surroundings is not None:
                ending.callback(surroundings.close)
            self._loop.run()

    def _stop_runners(self) -> None:
        for runner in self._runners.values():
            runner.stop()

    def _obey(self, command: Command) -> None:
        match command:
            case do.SetMappings(mappings):
                self._set_mappings(mappings)
            case do.Retry(mapping_id):
                if mapping_id in self._runners:
                    self._runners[mapping_id].retry()
            case do.CloseConnection(connection_id):
                for runner in self._runners.values():
                    if connection_id in runner.known:  # whoever asks was told of it
                        runner.known[connection_id].end_session(reset=False)
            case do.CloseConnections(mapping_id):
                if mapping_id in self._runners:
                    self._runners[mapping_id].close_sessions()
            case do.TakeSnapshot(detail, most):
                self._report(SnapshotTaken(self._snapshot(detail, most)))
            case do.LookAround(jumped):
                self._aftermath.note(jumped=jumped)
            case do.Shutdown(drain):
                self._shut_down(drain)

    def _set_mappings(self, mappings: tuple[Mapping, ...]) -> None:
        if self._draining:
            return
        known_ids = {mapping.id for mapping in mappings}
        for gone in [mapping_id for mapping_id in self._ledgers if mapping_id not in known_ids]:
            del self._ledgers[gone]
        wanted = {mapping.id: mapping for mapping in mappings if mapping.enabled}
        for mapping_id in [known for known in self._runners if known not in wanted]:
            self._runners.pop(mapping_id).stop()
            self._report(StateChanged(mapping_id, OFF))
        for mapping_id, mapping in wanted.items():
            runner = self._runners.get(mapping_id)
            if runner is None:
                ledger = self._ledgers.setdefault(mapping_id, Ledger())
                self._runners[mapping_id] = Runner(self._services, mapping, ledger)
            elif runner.mapping is not mapping and runner.mapping != mapping:
                runner.edit(mapping)
        self._services.circles.changed()
        # What one mapping let go of, another one may be waiting for.
        for runner in self._runners.values():
            runner.try_waiting()

    def _snapshot(self, detail: str | None, most: int) -> Snapshot:
        now = time.monotonic()
        runners = self._runners
        shown = runners.get(detail) if detail is not None else None
        return Snapshot(
            taken=now,
            mappings={
                name: runners[name].numbers() if name in runners else ledger.numbers()
                for name, ledger in self._ledgers.items()
            },
            detail=detail,
            connections=shown.connections(now, most) if shown is not None else (),
            loop_lag=self._loop.take_longest_turn(),
        )

    # -- time -------------------------------------------------------------------------------

    def _start_ticking(self) -> None:
        self._services.ticking = True
        self._services.rounds.begin()
        self._loop.after(TICK, self._tick)

    def _tick(self) -> None:
        now = time.monotonic()
        for runner in self._runners.values():
            runner.udp.look(now)
        self._take_over(list(self._runners.values()), TURNS_TO_TAKE_OVER)

    def _take_over(self, runners: list[Runner], turns: int) -> None:
        """Take over what only the fast path knows, so much in a turn; then look at what is due."""
        room = NEW_IN_ONE_TURN
        while runners and room > 0:
            room -= runners[-1].gather(room)
            if room > 0:
                runners.pop()
        if runners and turns > 1:
            self._loop.after(0.0, lambda: self._take_over(runners, turns - 1))
            return
        rounds = self._services.rounds
        rounds.look()
        are_young = any(runner.udp.young for runner in self._runners.values())
        self._services.ticking = are_young or bool(rounds) or bool(runners)
        if self._services.ticking:
            self._loop.after(TICK, self._tick)
        elif self._services.fast is not None:
            self._services.fast.tell_of_young()

    # -- ending -----------------------------------------------------------------------------

    def _shut_down(self, drain: float) -> None:
        self._draining = True
        for runner in self._runners.values():
            runner.stop_listening()
        deadline = time.monotonic() + drain
        self._wait_for_sessions(deadline)

    def _wait_for_sessions(self, deadline: float) -> None:
        busy = any(runner.sessions for runner in self._runners.values())
        if busy and time.monotonic() < deadline:
            self._loop.after(min(0.05, max(0.0, deadline - time.monotonic())), lambda:
                             self._wait_for_sessions(deadline))  # fmt: skip
        else:
            # What was carried while the last connections finished would be known to nobody.
            self._report(SnapshotTaken(self._snapshot(None, 0)))
            self._loop.stop()
