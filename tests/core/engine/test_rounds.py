"""Sessions are looked at when they asked to be, and thousands of them in more than one turn."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from core.engine import rounds as rounds_module
from core.engine.rounds import IN_ONE_TURN, NEXT, Rounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine.tcp.receiver import Receiver


class World:
    """A clock that the test sets, a loop that it turns, and what was looked at in the meantime."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        patch.setattr(rounds_module, "time", SimpleNamespace(monotonic=lambda: self.now))
        self.soon: list[Callable[[], None]] = []
        self.contained: list[Any] = []
        self.rounds = Rounds(cast("Any", self))
        self.looks: Counter[str] = Counter()

    def after(self, delay: float, callback: Callable[[], None]) -> None:
        assert delay == 0.0
        self.soon.append(callback)

    def contain(self, session: FakeSession) -> None:
        self.contained.append(session)
        self.rounds.leave(cast("Receiver", session))

    def look(self) -> int:
        """Look once, to the end; in how many turns of the loop."""
        self.rounds.look()
        return 1 + self.turn()

    def turn(self) -> int:
        turns = 0
        while self.soon:
            self.soon.pop()()
            turns += 1
        return turns

    def join(self, name: str, rest: float = NEXT) -> FakeSession:
        session = FakeSession(self, name, rest)
        self.rounds.join(cast("Receiver", session))
        return session


class FakeSession:
    """Wants to rest for so long after each look; `acts` is what happens during the next."""

    def __init__(self, world: World, name: str, rest: float) -> None:
        self.world, self.name, self.rest = world, name, rest
        self.due = 5.0  # whatever
        self.acts: Callable[[], object] = int
        self.seconds = 0.0

    def tick(self, now: float, seconds: float) -> float:
        assert now == self.world.now
        self.world.looks[self.name] += 1
        self.seconds = seconds
        self.acts()
        return now + self.rest if self.rest else NEXT

    def leave(self) -> None:
        self.world.rounds.leave(cast("Receiver", self))

    def soon(self) -> None:
        self.world.rounds.soon(cast("Receiver", self))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_a_session_in_use_is_looked_at_each_time_and_a_silent_one_when_its_rest_is_over(
    world: World,
) -> None:
    world.join("busy")
    world.join("silent", rest=8.4)
    for _ in range(18):
        world.look()
        world.now += 1.0
    assert world.looks == {"busy": 18, "silent": 2}  # at 0 and 9 seconds; 18 would be the third


def test_a_rest_that_ends_within_a_second_is_not_cut_short(world: World) -> None:
    world.now = 1000.1
    world.join("silent", rest=0.7)
    world.look()
    world.now = 1000.5
    world.look()
    assert world.looks["silent"] == 1
    world.now = 1000.9
    world.look()
    assert world.looks["silent"] == 2


def test_who_has_left_is_looked_at_no_more_wherever_it_was(world: World) -> None:
    gone = [world.join("busy"), world.join("silent", rest=3.0)]
    stays = world.join("silent", rest=3.0)
    world.look()
    for session in gone:
        session.leave()
    world.looks.clear()
    for _ in range(4):
        world.now += 1.0
        world.look()
    assert world.looks == {"silent": 1}
    assert world.rounds
    stays.leave()
    assert not world.rounds


def test_a_change_ends_a_rest(world: World) -> None:
    session = world.join("silent", rest=60.0)
    world.look()
    session.soon()
    session.soon()
    world.now += 1.0
    world.look()
    assert world.looks["silent"] == 2


def test_a_session_may_end_itself_and_others_while_it_is_looked_at(world: World) -> None:
    first, second = world.join("first"), world.join("second")

    def end_both() -> None:
        first.leave()
        second.leave()

    first.acts = second.acts = end_both
    world.look()
    world.look()
    assert world.looks.total() == 1
    assert not world.rounds


def test_a_fault_ends_its_session_alone(world: World) -> None:
    def fail() -> None:
        raise RuntimeError("a bug of ours")

    bad, good = world.join("bad"), world.join("good")
    bad.acts = fail
    world.look()
    world.look()
    assert world.contained == [bad]
    assert world.looks == {"bad": 1, "good": 2}
    good.leave()
    assert not world.rounds


def test_thousands_are_looked_at_in_several_turns_each_once(world: World) -> None:
    sessions = [world.join(str(number), rest=2.0) for number in range(3 * IN_ONE_TURN + 1)]
    world.rounds.look()
    assert world.looks.total() == IN_ONE_TURN
    waiting = next(one for one in sessions if not world.looks[one.name])
    waiting.leave()
    world.rounds.look()  # comes too early, and does nothing
    assert world.looks.total() == IN_ONE_TURN
    assert world.turn() == 3
    assert world.looks == {one.name: 1 for one in sessions if one is not waiting}
    world.now += 2.0
    assert world.look() == 3
    assert set(world.looks.values()) == {2}


def test_each_is_told_how_long_ago_the_look_before_was(world: World) -> None:
    world.rounds.begin()
    session = world.join("busy")
    for seconds in (1.0, 1.5):
        world.now += seconds
        world.look()
        assert session.seconds == seconds
    world.now += 60.0  # there was no session all the while, and no tick
    world.rounds.begin()
    world.now += 1.0
    world.look()
    assert session.seconds == 1.0
