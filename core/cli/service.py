"""What `portway run` does beside relaying: log, totals, and what other processes ask of it."""

from __future__ import annotations

import logging
import signal
import threading
from typing import TYPE_CHECKING

from core.cli.serve import ListChanged
from core.config.changes import apply
from core.config.mapping import problems
from core.config.merge import merge
from core.config.store import ChangedOutsideError, Profile, StoreError
from core.config.watch import FileWatch
from core.engine.commands import SetMappings
from core.engine.events import SnapshotTaken, StateChanged
from core.engine.status import NOTHING, State, Status, Trouble, TroubleKind
from core.instance.live_state import LiveState
from core.instance.messages import Done, GetStatus, Make, Quit
from core.logs.journal import Journal
from core.message import PortwayError, message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.cli.tally import Tally
    from core.config.changes import Change, Mappings
    from core.config.mapping import Mapping
    from core.config.store import Outside, Store
    from core.engine.commands import Command
    from core.engine.events import Event
    from core.instance.claim import Instance
    from core.instance.messages import Reply, Request

log = logging.getLogger("portway.service")

WATCH_SECONDS = 1.0
"""How soon it is seen that another program changed the list; a look costs one system call."""


class Service:
    """Holds the list of a profile. `_answer` is called on the channel's threads."""

    def __init__(
        self,
        instance: Instance,
        store: Store,
        mappings: Mappings,
        tally: Tally,
        notice: Callable[[str], None],
    ) -> None:
        """`notice` tells the person at the terminal something; any thread may call it."""
        self._instance = instance
        self._store = store
        self._tally = tally
        self._notice = notice
        self._journal = Journal()
        self._change = threading.Lock()  # of the list, its file and the order of what follows
        self._mappings = mappings  # guarded by _change
        self._journal.know(mappings)
        self._live = LiveState()
        self._watch: FileWatch[Profile] | None = None

    def served(self) -> Mappings:
        """Those that are switched on and can be used as they are."""
        return tuple(one for one in self._mappings if one.enabled and not problems(one))

    def unusable(self) -> Iterator[tuple[Mapping, Trouble]]:
        """Those that are switched on and cannot be used, and why."""
        for one in self._mappings:
            for problem in problems(one) if one.enabled else ():
                place = str(one.listen)
                yield one, Trouble(TroubleKind.INVALID, place, problem.text, NOTHING)

    def begin(
        self, submit: Callable[[Command], None], put: Callable[[signal.Signals | ListChanged], None]
    ) -> None:
        """An engine runs: answer whoever asks. Another one, after a fault, gets the same list."""
        with self._change:
            self._submit = submit
            self._put = put
            self._live.know(self._mappings)
            for one, trouble in self.unusable():
                self._live.report(StateChanged(one.id, Status(State.ERROR, trouble)))
            if self._watch is not None:
                self._serve_all()
                return
        self._journal.begin()
        self._instance.serve(self._answer)
        self._watch = FileWatch(self._store, self._on_outside, WATCH_SECONDS)

    def seconds_left(self) -> float:
        """Until `look` has something to do."""
        return self._tally.seconds_left()

    def look(self) -> None:
        """Do what is due."""
        if not self._tally.seconds_left():
            self._tally.ask(self._submit)

    def report(self, event: Event | signal.Signals | ListChanged) -> None:
        """Book what the engine says."""
        if isinstance(event, signal.Signals | ListChanged):
            return
        self._journal.report(event)
        self._live.report(event)
        if isinstance(event, SnapshotTaken):
            self._tally.take(event.snapshot)

    def end(self) -> None:
        """The engine has said its last word."""
        if self._watch is not None:
            self._watch.close()
        self._tally.save()
        self._journal.end()

    # -- on the channel's threads ---------------------------------------------------------------

    def _answer(self, request: Request) -> Reply:
        match request:
            case GetStatus():
                return self._live.status(self._instance.about, self._submit)
            case Make(change):
                self._make(change)
            case Quit():
                self._put(signal.SIGTERM)
            case _:
                text = "This Portway has no window: it is “portway run”, process {pid}."
                raise PortwayError(message(text, pid=self._instance.about.pid))
        return Done()

    def _make(self, change: Change) -> None:
        """Change the list: in the file first, so that what is served is what will be there."""
        with self._change:
            try:
                self._save(apply(change, self._mappings))
            except ChangedOutsideError as error:
                self._take(error.outside)  # the watch has not seen it yet
                self._save(apply(change, self._mappings))

    def _save(self, after: Mappings) -> None:
        if after != self._mappings:
            self._store.save(Profile(mappings=after))
            self._become(after)

    # -- on the watch's thread ------------------------------------------------------------------

    def _on_outside(self, outside: Outside[Profile]) -> None:
        with self._change:
            try:
                self._take(outside)
            except StoreError as error:  # it has changed again, which will be told, too
                log.warning(error.message)

    def _take(self, outside: Outside[Profile]) -> None:
        """Serve what another program wrote: all that we ever changed was in the file before."""
        if outside.value is None or outside.notice is not None:
            text = outside.notice or message("")
            log.warning(text)
            self._notice(str(text))
            return
        versions = [version.mappings for version in outside.versions]
        merged = merge(versions, self._mappings, outside.value.mappings).theirs
        self._store.save(Profile(mappings=merged), outside)
        if merged == self._mappings:
            return
        text = message("{file} was changed by another program.", file=self._store.path.name)
        log.info(text)
        self._notice(str(text))
        self._become(merged)
        for mapping, trouble in self.unusable():
            self._notice(f"{mapping.title}: {trouble}")

    def _become(self, after: Mappings) -> None:
        """Serve this list, which is that of the file."""
        self._mappings = after
        self._live.know(after)
        self._tally.know({one.id for one in after})
        # Before the engine tells of new mappings, whoever prints must know them.
        self._put(ListChanged(self.served()))
        self._journal.know(after)
        self._serve_all()

    def _serve_all(self) -> None:
        # With those that are off: the engine forgets the numbers of mappings that are gone.
        self._submit(SetMappings(tuple(one for one in self._mappings if not problems(one))))
