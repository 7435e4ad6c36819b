"""The model alone: it follows the list, the states and the numbers in place, without a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.events import SnapshotTaken, StateChanged
from core.engine.snapshot import MappingNumbers, Snapshot
from core.engine.status import State, Status
from gui.columns import Column, text, tool_tip
from gui.model import MappingsModel
from tests.gui.examples import PORT_IN_USE, mapping

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

WEB, MAIL, SHELL = mapping("Web", 8080), mapping("Mail", 2525, 25), mapping("Shell", 2222, 22)
Told = tuple[list[str], bool]


@pytest.fixture
def model(qtbot: QtBot) -> MappingsModel:
    model = MappingsModel()
    model.set_mappings((WEB, MAIL, SHELL))
    return model


def names(model: MappingsModel) -> list[str]:
    return [row.mapping.name for row in model.rows]


def told(model: MappingsModel) -> list[Told]:
    """A list that fills with what is told to have changed: the rows, and whether their words."""
    seen: list[Told] = []
    model.cells_changed.connect(
        lambda rows, words: seen.append(([row.mapping.name for row in rows], words))
    )
    return seen


def snapshot(taken: float, **bytes_up: int) -> SnapshotTaken:
    numbers = {name: MappingNumbers(1, bytes_up=up) for name, up in bytes_up.items()}
    return SnapshotTaken(Snapshot(taken, numbers))


@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.lists(st.sampled_from("abcdefgh"), unique=True),
)
@settings(max_examples=150, deadline=None)
def test_any_list_becomes_any_other_and_rows_stay_themselves(
    before: list[str], after: list[str]
) -> None:
    model = MappingsModel()
    model.set_mappings(tuple(mapping(name) for name in before))
    kept = dict(zip(before, model.rows, strict=True))
    model.set_mappings(tuple(mapping(name) for name in after))
    assert names(model) == after
    for name, row in zip(after, model.rows, strict=True):
        assert name not in kept or row is kept[name]
    assert [model.row_of(name) for name in after] == list(range(len(after)))
    assert all(model.row_of(name) is None for name in set(before) - set(after))


def test_an_edited_mapping_changes_its_row_alone(model: MappingsModel) -> None:
    seen = told(model)
    model.set_mappings((WEB, msgspec.structs.replace(MAIL, name="Post"), SHELL))
    assert names(model) == ["Web", "Post", "Shell"]
    assert seen == [(["Post"], True)]


def test_a_state_arrives_with_its_reason(model: MappingsModel) -> None:
    model.set_state(StateChanged("Mail", PORT_IN_USE))
    row = model.rows[1]
    said = text(row, Column.STATE)
    assert said == "Waiting: 127.0.0.1:8080 is in use by nginx (process 812)."
    assert "End that program" in tool_tip(row, Column.STATE)
    assert model.summary().troubled == 1


def test_a_burst_of_states_is_told_once(qtbot: QtBot, model: MappingsModel) -> None:
    seen = told(model)
    for name in ("Mail", "Web", "Mail"):
        model.set_state(StateChanged(name, Status(State.LISTENING)))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(["Mail", "Web"], True)]


def test_a_state_of_a_deleted_mapping_is_ignored(model: MappingsModel) -> None:
    model.set_state(StateChanged("gone", Status(State.LISTENING)))
    assert model.summary().listening == 0


def test_a_row_keeps_its_state_while_others_come_and_go(model: MappingsModel) -> None:
    model.set_state(StateChanged("Shell", Status(State.LISTENING)))
    model.set_mappings((mapping("New"), SHELL))
    assert model.rows[1].status.state is State.LISTENING


def test_rates_come_from_two_snapshots(model: MappingsModel) -> None:
    model.set_numbers(snapshot(10.0, Web=1_000))
    assert model.rows[0].rate_up == 0
    model.set_numbers(snapshot(12.0, Web=5_000_000))
    assert text(model.rows[0], Column.RATE_UP) == "2.5 MB/s"
    assert text(model.rows[0], Column.TOTAL) == "5.0 MB"
    assert model.rows[0].rate_up == pytest.approx(2_499_500)


def test_a_counter_that_began_anew_gives_no_negative_rate(model: MappingsModel) -> None:
    model.set_numbers(snapshot(1.0, Web=900))
    model.set_numbers(snapshot(2.0, Web=100))
    assert model.rows[0].rate_up == 0


def test_after_a_pause_the_first_snapshot_gives_no_rate(model: MappingsModel) -> None:
    model.set_numbers(snapshot(1.0, Web=100))
    model.forget_last_snapshot()
    model.set_numbers(snapshot(900.0, Web=90_000))
    assert model.rows[0].rate_up == 0


def test_numbers_that_did_not_change_repaint_nothing(model: MappingsModel) -> None:
    model.set_numbers(snapshot(1.0, Web=5))
    model.set_numbers(snapshot(2.0, Web=5))
    seen = told(model)
    model.set_numbers(snapshot(3.0, Web=5))
    assert seen == []


def test_all_off_when_the_engine_has_ended(model: MappingsModel) -> None:
    model.set_state(StateChanged("Web", Status(State.LISTENING)))
    model.all_off()
    assert model.summary().listening == 0
