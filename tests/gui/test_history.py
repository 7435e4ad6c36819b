"""The history of traffic: what was carried is where it belongs, and gaps are called gaps."""

from __future__ import annotations

import pytest

from core.engine.snapshot import MappingNumbers, Snapshot
from gui.history import SLOTS, History, Sight, Slot, Span


def snapshot(taken: float, up: int = 0, down: int = 0) -> Snapshot:
    return Snapshot(taken, {"web": MappingNumbers(bytes_up=up, bytes_down=down)})


def steady(seconds: int, *, begin: float = 1000.0, rate: int = 100) -> History:
    """So many seconds of so many bytes down, and a tenth of it up."""
    history = History()
    for second in range(seconds + 1):
        history.take(snapshot(begin + second, second * rate // 10, second * rate))
    return history


def known(slots: list[Slot]) -> list[Slot]:
    return [slot for slot in slots if slot.sight is not Sight.NOTHING]


@pytest.mark.parametrize("span", list(Span))
@pytest.mark.parametrize("begin", [1000.0, 1000.4])
def test_a_steady_rate_is_level_in_every_span(span: Span, begin: float) -> None:
    slots = known(steady(1300, begin=begin).slots("web", span))
    assert len(slots) >= min(SLOTS - 1, 1300 // span.value)
    for slot in slots:
        assert slot.down == pytest.approx(100)
        assert slot.up == pytest.approx(10)
        assert slot.sight is Sight.WATCHED


def test_a_burst_is_seen_where_it_was_and_no_byte_is_lost() -> None:
    history = History()
    for second in range(30):
        history.take(snapshot(1000.3 + second, 0, 6000 if second >= 20 else 0))
    slots = history.slots("web", Span.MINUTE)
    assert sum(slot.down for slot in slots) == pytest.approx(6000)
    busy = [number for number, slot in enumerate(slots) if slot.down]
    assert len(busy) == 2, "a second that lies across two slots is shared by them"
    assert busy[-1] == SLOTS - 10


def test_before_the_first_snapshot_nothing_is_known() -> None:
    slots = steady(5).slots("web", Span.MINUTE)
    assert [slot.sight for slot in slots[: SLOTS - 6]] == [Sight.NOTHING] * (SLOTS - 6)
    assert len(History().slots("web", Span.HOUR)) == SLOTS


def test_time_in_which_nobody_looked_is_an_average_and_called_so() -> None:
    history = steady(10)
    history.take(snapshot(1040.0, 100, 1000 + 30 * 500))
    slots = history.slots("web", Span.MINUTE)
    unseen = [slot for slot in slots if slot.sight is Sight.AVERAGE]
    assert len(unseen) == 30
    assert all(slot.down == pytest.approx(500) for slot in unseen)
    assert len([slot for slot in slots if slot.sight is Sight.WATCHED]) == 10


def test_asked_once_a_minute_the_hour_is_no_average() -> None:
    history = History()
    for minute in range(20):
        history.take(snapshot(1000.0 + 60.5 * minute, 0, 6000 * (minute // 10)))
    hour = known(history.slots("web", Span.HOUR))
    assert {slot.sight for slot in hour} == {Sight.WATCHED}
    assert sum(slot.down > 1 for slot in hour) <= 2, "the burst is where it was"
    shorter = known(history.slots("web", Span.TEN_MINUTES))
    assert {slot.sight for slot in shorter} == {Sight.AVERAGE}


def test_old_slots_make_room() -> None:
    history = steady(100)
    for second in range(SLOTS + 1):
        history.take(snapshot(1101.0 + second, 1000, 10_000))
    assert not any(slot.down for slot in history.slots("web", Span.MINUTE))
    assert sum(slot.down * 10 for slot in history.slots("web", Span.TEN_MINUTES)) == pytest.approx(
        10_000, rel=0.01
    )


def test_a_mapping_that_counts_from_zero_again_gives_no_wrong_rate() -> None:
    history = steady(10)
    history.take(snapshot(1011.0, 0, 5))
    assert history.slots("web", Span.MINUTE)[-2].down == pytest.approx(0)


def test_a_mapping_that_carries_nothing_takes_no_memory_and_a_deleted_one_is_forgotten() -> None:
    history = History()
    history.take(Snapshot(1.0, {"quiet": MappingNumbers(), "web": MappingNumbers()}))
    history.take(Snapshot(2.0, {"quiet": MappingNumbers(), "web": MappingNumbers(bytes_up=1)}))
    assert set(history._rings) == {"web"}
    history.take(Snapshot(3.0, {"quiet": MappingNumbers()}))
    assert not history._rings
