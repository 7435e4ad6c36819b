"""Random stories of one to three sessions in bad weather, each held against a simple model.

The model: what arrives is what was sent, in order; when nobody reset, all of it, and then the end;
a reset on one side ends the other; memory is bounded; at the end nothing is left, and the counters
are what the peers saw.

PORTWAY_MODEL_EXAMPLES says how many stories are tried on each path, other ones every time; when it
is not set, they are always the same few.
"""

from __future__ import annotations

import contextlib
import os
import random
import select
import socket
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.config.mapping import ProxyProtocol
from core.engine.commands import CloseConnections, SetMappings
from core.engine.proxy_protocol import header
from core.engine.reactor.loop import BUFFER_SIZE
from core.engine.tcp import receiver as receiver_module
from core.engine.tcp import side as side_module
from core.engine.tcp.pipes import PipePool
from tests.core.engine.conftest import take_fast_path
from tests.core.engine.relaying import edited, mapping_to
from tests.core.engine.stepping import Stepping
from tests.core.engine.weather import FINE, NOTHING, REFUSED, Weather
from tests.support import connect, listen, port_of, reset

if TYPE_CHECKING:
    from core.config.mapping import Mapping

EXAMPLES = int(os.environ.get("PORTWAY_MODEL_EXAMPLES", "50"))
PIPE_BYTES = 64 * 1024
BLOCK = random.Random(1).randbytes(1 << 20) * 2
SIZES = st.sampled_from([1, 100, 5000, 65536, 65537, 300_000])
WHIMS = st.lists(
    st.sampled_from([FINE, FINE, 1, 7, 4096, 65536, NOTHING, REFUSED]), min_size=1, max_size=6
).filter(lambda whims: any(whim > 0 for whim in whims))
SIDES = st.sampled_from([0, 1])
WHICH = st.integers(0, 2)
TURNS = st.sampled_from([0, 1, 1, 2, 4])


class End:
    """One end of a session: the client or the target's server."""

    def __init__(self, sock: socket.socket, salt: int) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.salt = salt
        """Makes what this end sends differ from what others send."""
        self.sent = 0
        self.received = 0
        self.header = b""
        """What comes before the other end's first byte."""
        self.finished = False
        self.closed = False
        self.saw_end = False
        self.saw_reset = False

    def send(self, size: int) -> None:
        """Send as much of this as the system takes now."""
        begin = (self.salt + self.sent) % (1 << 20)
        try:
            self.sent += self.sock.send(BLOCK[begin : begin + min(size, 1 << 20)])
        except BlockingIOError:
            pass
        except OSError:
            self.saw_reset = True

    def receive(self, size: int, other_salt: int) -> None:
        """Read what is there, and check that it is the next that was sent."""
        if self.saw_end or self.saw_reset:
            return
        try:
            data = self.sock.recv(size)
        except BlockingIOError:
            return
        except OSError:
            self.saw_reset = True
            return
        self.saw_end = not data
        early, self.header = self.header[: len(data)], self.header[len(data) :]
        assert data.startswith(early)
        data = data[len(early) :]
        begin = (other_salt + self.received) % (1 << 20)
        assert data == BLOCK[begin : begin + len(data)], f"wrong bytes at {self.received}"
        self.received += len(data)

    def finish(self) -> None:
        """Send the end."""
        self.finished = True
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)


class Session:
    """Both ends; the server's is there once the relay has connected."""

    def __init__(self, client: socket.socket, number: int) -> None:
        self.number = number
        self.client = End(client, 1000 * number)
        self.client_port = port_of(client)
        self.server: End | None = None
        self.torn = False
        """Whether somebody reset it, or did what makes the system send a reset."""

    def end(self, side: int) -> End | None:
        end = self.server if side else self.client
        return end if end is not None and not end.closed else None

    def ends(self) -> list[End]:
        return [end for end in (self.client, self.server) if end is not None]

    def other(self, end: End) -> End | None:
        return self.server if end is self.client else self.client

    def salt_for(self, end: End) -> int:
        """The salt of what this end is sent."""
        return 1000 * self.number + (500 if end is self.client else 0)


class Story(RuleBasedStateMachine):
    """The relay under test runs turn by turn between the rules."""

    spliced: bool
    told_once: bool
    """Whether sides begin as they do over epoll; else they are told again of what they left."""
    fast = False
    """Whether the fast path begins each session. Who looks at one takes it from there for good, so
    then it is a rule of its own to look."""

    @initialize(
        host=st.sampled_from(["127.0.0.1", "localhost"]),
        proxy=st.sampled_from([ProxyProtocol.OFF, ProxyProtocol.V1]),
        limit=st.sampled_from([0, 0, 50_000]),
    )
    def begin(self, host: str, proxy: ProxyProtocol, limit: int) -> None:
        """Have a relay and one client that has just connected."""
        self.patch = pytest.MonkeyPatch()
        self.weather = Weather(reads_fall_short=not self.told_once)
        self.weather.rule(self.patch)
        if self.fast:
            take_fast_path(self.patch)
            host, proxy, limit = "127.0.0.1", ProxyProtocol.OFF, 0
        if not self.told_once:
            self.patch.setattr(side_module, "EACH_NEWS", side_module.STILL_THERE)
        self.patch.setattr(receiver_module, "BULK_BYTES_A_SECOND", 1000)
        self.patch.setattr(receiver_module, "QUIET_BYTES_A_SECOND", 10)
        self.pipes = PipePool(most=4 if self.spliced else 0, size=PIPE_BYTES)
        self.engine = Stepping(self.patch, self.pipes)
        self.target = listen()
        self.target.setblocking(False)
        self.mapping: Mapping = mapping_to(
            port_of(self.target),
            target_host=host,
            proxy_protocol=proxy,
            limit_up=limit,
            limit_down=limit,
        )
        self.port = self.engine.listen(self.mapping)
        self.runner = self.engine.runner(self.mapping)
        if self.fast:
            assert self.runner.listeners is not None
            # Handed on to what is accepted, which is full soon then.
            self.runner.listeners.open[0].sock.setsockopt(
                socket.SOL_SOCKET, socket.SO_SNDBUF, 16384
            )
        self.sessions: list[Session] = []
        self.strangers: list[tuple[socket.socket, int]] = []
        """Connections to the target that are not known yet to belong to a client."""
        self.client_ports: dict[int, int] = {}
        """The client's port for each port from which the relay connected."""
        self.open(0)

    # -- what peers do ------------------------------------------------------------------------

    @precondition(lambda self: len(self.sessions) < 3)
    @rule(turns=TURNS)
    def open(self, turns: int) -> None:
        self.sessions.append(Session(connect(self.port), len(self.sessions)))
        self._turn(turns)
        if self.fast:  # so that they reach the target one by one, and none need be looked at
            self.engine.until(lambda: self.sessions[-1].server is not None, self._meet)

    def _pick(self, which: int, side: int) -> tuple[Session, End] | None:
        if which >= len(self.sessions):
            return None
        end = self.sessions[which].end(side)
        return None if end is None else (self.sessions[which], end)

    @rule(which=WHICH, side=SIDES, size=SIZES, turns=TURNS)
    def send(self, which: int, side: int, size: int, turns: int) -> None:
        picked = self._pick(which, side)
        if picked is None or picked[1].finished:
            return
        session, end = picked
        other = session.other(end)
        if other is not None and other.closed:
            session.torn = True  # its system answers with a reset
        end.send(size)
        self._turn(turns)

    @rule(which=WHICH, side=SIDES, size=SIZES, turns=TURNS)
    def receive(self, which: int, side: int, size: int, turns: int) -> None:
        picked = self._pick(which, side)
        if picked is not None:
            picked[1].receive(size, picked[0].salt_for(picked[1]))
            self._turn(turns)

    @rule(which=WHICH, side=SIDES, turns=TURNS)
    def finish(self, which: int, side: int, turns: int) -> None:
        picked = self._pick(which, side)
        if picked is not None:
            picked[1].finish()
            self._turn(turns)

    @rule(which=WHICH, side=SIDES, turns=TURNS)
    def close(self, which: int, side: int, turns: int) -> None:
        picked = self._pick(which, side)
        if picked is None:
            return
        session, end = picked
        other = session.other(end)
        # What is still under way to it will be reset, a header of ours included.
        if end.header or end.received != (other.sent if other is not None else 0):
            session.torn = True
        end.closed = end.finished = True
        end.sock.close()
        self._turn(turns)

    @rule(which=WHICH, side=SIDES, turns=TURNS)
    def reset(self, which: int, side: int, turns: int) -> None:
        picked = self._pick(which, side)
        if picked is not None:
            picked[0].torn = True
            picked[1].closed = picked[1].finished = True
            reset(picked[1].sock)
            self._turn(turns)

    # -- what happens to the relay --------------------------------------------------------------

    @rule(turns=st.sampled_from([1, 2, 10]))
    def turn(self, turns: int) -> None:
        self._turn(turns)

    def _turn(self, turns: int) -> None:
        for _ in range(turns):
            self.engine.turn()
            self._meet()

    @rule(seconds=st.sampled_from([0.01, 0.1, 1.0, 10.0]))
    def time_passes(self, seconds: float) -> None:
        self.engine.now += seconds
        self._turn(2)

    @rule(whims=WHIMS)
    def weather_turns(self, whims: list[int]) -> None:
        self.weather.turn_to(whims)

    @rule(up=st.sampled_from([0, 0, 50_000, 5_000_000]), down=st.sampled_from([0, 0, 100_000]))
    def limit(self, up: int, down: int) -> None:
        self.mapping = edited(self.mapping, limit_up=up, limit_down=down)
        self.engine.submit(SetMappings((self.mapping,)))
        self._meet()

    @rule()
    def adopt_pipes(self) -> None:
        for receiver in self.runner.receivers:
            if receiver.attached:
                receiver.take_pipe()
                receiver.peer.take_pipe()

    @precondition(lambda self: len(self.sessions) == 3)
    @rule()
    def close_all(self) -> None:
        for session in self.sessions:
            session.torn = True
        self.engine.submit(CloseConnections(self.mapping.id))
        self._meet()

    # -- what must hold -------------------------------------------------------------------------

    def _meet(self) -> None:
        """Accept at the target, and find out which client each connection is for."""
        with contextlib.suppress(BlockingIOError):
            while True:
                sock, address = self.target.accept()
                self.strangers.append((sock, address[1]))
        if self.fast and self.strangers:
            self.client_ports[self.strangers[0][1]] = self.sessions[-1].client_port
        for receiver in () if self.fast else self.runner.receivers:
            if receiver.attached:
                self.client_ports[receiver.peer.sock.getsockname()[1]] = receiver.client[1]
        strangers, self.strangers = self.strangers, []
        for sock, port in strangers:
            client_port = self.client_ports.get(port)
            session = next((s for s in self.sessions if s.client_port == client_port), None)
            if session is None:
                self.strangers.append((sock, port))
            else:
                session.server = End(sock, 1000 * session.number + 500)
                if self.mapping.proxy_protocol != ProxyProtocol.OFF:
                    addresses = ("127.0.0.1", session.client_port), ("127.0.0.1", self.port)
                    session.server.header = header(self.mapping.proxy_protocol, *addresses)

    @rule()
    def look(self) -> None:
        self.memory_is_bounded()
        self.counters_lie_between_what_was_sent_and_what_arrived()

    @precondition(lambda self: not self.fast)
    @invariant()
    def memory_is_bounded(self) -> None:
        for receiver in self.runner.receivers:
            for side in (receiver, receiver.peer) if receiver.attached else (receiver,):
                held = len(side.backlog or b"")
                assert held <= max(BUFFER_SIZE, PIPE_BYTES)
                assert side.pipe is None or 0 <= side.pipe.held <= side.pipe.size
                assert side.pipe is None or not held

    @invariant()
    def nothing_went_wrong_inside(self) -> None:
        assert self.engine.faults == []

    @precondition(lambda self: not self.fast)
    @invariant()
    def counters_lie_between_what_was_sent_and_what_arrived(self) -> None:
        numbers = self.runner.numbers()
        clients = [session.client for session in self.sessions]
        servers = [session.server for session in self.sessions if session.server is not None]
        assert sum(end.received for end in servers) <= numbers.bytes_up
        assert numbers.bytes_up <= sum(end.sent for end in clients)
        assert sum(end.received for end in clients) <= numbers.bytes_down
        assert numbers.bytes_down <= sum(end.sent for end in servers)

    # -- the end --------------------------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "engine"):
            return
        with contextlib.ExitStack() as stack:
            stack.callback(self.patch.undo)
            stack.enter_context(self.engine)
            stack.callback(self._close_everything)
            self._let_it_end()

    def _close_everything(self) -> None:
        for session in self.sessions:
            for end in session.ends():
                end.sock.close()
        for stranger, _ in self.strangers:
            stranger.close()
        self.target.close()

    def _let_it_end(self) -> None:
        self.weather.turn_to((FINE,))
        self.limit(0, 0)
        for session in self.sessions:
            self.engine.until(lambda s=session: self._is_over(s), self._meet)  # type: ignore[misc]
            if session.torn:
                continue
            assert session.server is not None
            for end, other in (
                (session.client, session.server),
                (session.server, session.client),
            ):
                if not end.closed:
                    assert end.saw_end
                    assert not end.saw_reset
                    assert end.received == other.sent
                    assert not end.header
        for session in self.sessions:
            for end in session.ends():
                end.sock.close()
        for stranger, _ in self.strangers:
            stranger.close()
        self.engine.until(lambda: not self.runner.sessions, self._pass_time)
        assert self.pipes.lent == 0
        # The listener, the waker and, if there is one, the fast path.
        assert len(self.engine.loop.handlers) == 2 + self.fast
        assert len(self.engine.loop.closing) == 0
        for bucket in (self.runner.bucket_up, self.runner.bucket_down):
            assert bucket is None
        numbers = self.runner.numbers()
        assert numbers.connections == 0
        # On Windows a client that is reset while it waits is gone before it can be accepted.
        unmet = sum(session.torn for session in self.sessions) if os.name == "nt" else 0
        assert len(self.sessions) - unmet <= numbers.accepted <= len(self.sessions)
        if not any(session.torn for session in self.sessions):
            assert numbers.failed == 0
            assert numbers.bytes_up == sum(session.client.sent for session in self.sessions)
        self.nothing_went_wrong_inside()
        self.counters_lie_between_what_was_sent_and_what_arrived()

    def _pass_time(self) -> None:
        self.engine.now += 0.1

    def _is_over(self, session: Session) -> bool:
        """End what is open, read all; true when both ends have seen how it ends."""
        if session.server is None:
            return session.torn and not self._has(session)
        open_ends = [end for end in session.ends() if not end.closed]
        if not session.torn or len(open_ends) == 2:  # else what one did must end the other
            for end in open_ends:
                end.finish()
        for end in open_ends:
            end.receive(1 << 20, session.salt_for(end))
        return all(end.saw_end or end.saw_reset for end in open_ends)

    def _has(self, session: Session) -> bool:
        return any(r.client[1] == session.client_port for r in self.runner.sessions.values())


class Copied(Story):
    """All bytes are copied."""

    spliced = False
    told_once = False


class Spliced(Story):
    """Any direction may be given a pipe at any time."""

    spliced = True
    told_once = False


class CopiedOnNews(Story):
    """All bytes are copied; at first nothing is told twice."""

    spliced = False
    told_once = True


class SplicedOnNews(Story):
    """Any direction may be given a pipe at any time; at first nothing is told twice."""

    spliced = True
    told_once = True


class Fast(Story):
    """Sessions begin on the fast path, and come back to it."""

    spliced = True
    told_once = True
    fast = True


SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=40,
    deadline=None,
    derandomize="PORTWAY_MODEL_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestCopied = Copied.TestCase
TestCopied.settings = SETTINGS
if hasattr(os, "splice"):
    TestSpliced = Spliced.TestCase
    TestSpliced.settings = SETTINGS
if hasattr(select, "epoll"):
    TestCopiedOnNews = CopiedOnNews.TestCase
    TestCopiedOnNews.settings = SETTINGS
    TestSplicedOnNews = SplicedOnNews.TestCase
    TestSplicedOnNews.settings = SETTINGS
    TestFast = Fast.TestCase
    TestFast.settings = SETTINGS
