"""The model alone: it follows the list, the states and the numbers in place, without a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from core.engine.events import SnapshotTaken, StateChanged
from core.engine.snapshot import MappingNumbers, Snapshot
from core.engine.status import State, Status
from gui.columns import Column
from gui.model import ROW_ROLE, MappingsModel
from tests.gui.examples import PORT_IN_USE, mapping

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

WEB, MAIL, SHELL = mapping("Web", 8080), mapping("Mail", 2525, 25), mapping("Shell", 2222, 22)
Range = tuple[int, int, int, int]


@pytest.fixture
def model(qtbot: QtBot) -> MappingsModel:
    model = MappingsModel()
    model.set_mappings((WEB, MAIL, SHELL))
    return model


def names(model: MappingsModel) -> list[str]:
    column = Column.NAME
    return [model.index(row, column).data() for row in range(model.rowCount())]


def ranges(model: MappingsModel) -> list[Range]:
    """A list that fills with the ranges that change from now on."""
    seen: list[Range] = []
    model.dataChanged.connect(
        lambda first, last: seen.append((first.row(), last.row(), first.column(), last.column()))
    )
    return seen


def snapshot(taken: float, **bytes_up: int) -> SnapshotTaken:
    numbers = {name: MappingNumbers(1, bytes_up=up) for name, up in bytes_up.items()}
    return SnapshotTaken(Snapshot(taken, numbers))


def test_it_keeps_qts_rules_for_models(model: MappingsModel) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_mappings((SHELL, WEB))
    model.set_mappings(())
    model.set_mappings((MAIL,))
    assert tester.model() is model


def test_a_row_shows_the_mapping_and_hands_out_its_object(model: MappingsModel) -> None:
    cells = {column: model.index(1, column).data() for column in Column}
    assert cells[Column.NAME] == "Mail"
    assert cells[Column.PROTOCOL] == "TCP"
    assert cells[Column.LISTEN] == "127.0.0.1:2525"
    assert cells[Column.TARGET] == "example.org:25"
    assert cells[Column.STATE] == "Off"
    assert model.index(1, 0).data(ROW_ROLE).mapping is MAIL


@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.lists(st.sampled_from("abcdefgh"), unique=True),
)
@settings(max_examples=150, deadline=None)
def test_any_list_becomes_any_other_without_a_reset(before: list[str], after: list[str]) -> None:
    model = MappingsModel()
    model.set_mappings(tuple(mapping(name) for name in before))
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    kept = {name: QPersistentModelIndex(model.index(row, 1)) for row, name in enumerate(before)}
    model.set_mappings(tuple(mapping(name) for name in after))
    assert names(model) == after
    assert not resets
    for name, index in kept.items():  # what a view selected stays with its mapping
        assert index.isValid() == (name in after)
        assert not index.isValid() or index.data() == name
    assert [model.row_of(name) for name in after] == list(range(len(after)))


def test_an_edited_mapping_changes_its_row_alone(model: MappingsModel) -> None:
    seen = ranges(model)
    model.set_mappings((WEB, msgspec.structs.replace(MAIL, name="Post"), SHELL))
    assert names(model) == ["Web", "Post", "Shell"]
    assert seen == [(1, 1, Column.ENABLED, Column.COMMENT)]


def test_a_state_arrives_with_its_reason(model: MappingsModel) -> None:
    model.set_state(StateChanged("Mail", PORT_IN_USE))
    index = model.index(1, Column.STATE)
    assert index.data() == "Waiting: 127.0.0.1:8080 is in use by nginx (process 812)."
    assert "End that program" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert model.summary().troubled == 1


def test_a_state_of_a_deleted_mapping_is_ignored(model: MappingsModel) -> None:
    model.set_state(StateChanged("gone", Status(State.LISTENING)))
    assert model.summary().listening == 0


def test_a_row_keeps_its_state_while_others_come_and_go(model: MappingsModel) -> None:
    model.set_state(StateChanged("Shell", Status(State.LISTENING)))
    model.set_mappings((mapping("New"), SHELL))
    assert model.index(1, Column.STATE).data() == "Listening"


def test_rates_come_from_two_snapshots(model: MappingsModel) -> None:
    model.set_numbers(snapshot(10.0, Web=1_000))
    assert model.rows[0].rate_up == 0
    model.set_numbers(snapshot(12.0, Web=5_000_000))
    assert model.index(0, Column.RATE_UP).data() == "2.5 MB/s"
    assert model.index(0, Column.TOTAL).data() == "5.0 MB"
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


def test_few_changed_rows_are_told_one_by_one_and_many_as_one_range(qtbot: QtBot) -> None:
    model = MappingsModel()
    model.set_mappings(tuple(mapping(name) for name in "abcdefgh"))
    seen = ranges(model)
    model.set_numbers(snapshot(1.0, a=1, b=1, h=1))
    assert seen == [(0, 1, Column.CONNECTIONS, Column.TRAFFIC), (7, 7, 6, 10)]
    seen.clear()
    model.set_numbers(snapshot(2.0, a=2, b=2, c=2, d=2, f=2, h=1))
    assert seen == [(0, 5, Column.CONNECTIONS, Column.TRAFFIC)]


def test_numbers_that_did_not_change_repaint_nothing(model: MappingsModel) -> None:
    model.set_numbers(snapshot(1.0, Web=5))
    model.set_numbers(snapshot(2.0, Web=5))
    seen = ranges(model)
    model.set_numbers(snapshot(3.0, Web=5))
    assert seen == []


def test_the_switch_is_a_wish_that_the_model_passes_on(qtbot: QtBot, model: MappingsModel) -> None:
    index = model.index(0, Column.ENABLED)
    with qtbot.waitSignal(model.toggle_wanted) as wish:
        model.setData(index, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert wish.args == ["Web", False]
    assert index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked


def test_a_screen_reader_hears_what_is_only_painted(model: MappingsModel) -> None:
    model.set_mappings((msgspec.structs.replace(WEB, listen_host="*", enabled=False),))
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(0, Column.ENABLED).data(spoken) == "Off"
    assert "other computers" in model.index(0, Column.LISTEN).data(spoken)


def test_all_off_when_the_engine_has_ended(model: MappingsModel) -> None:
    model.set_state(StateChanged("Web", Status(State.LISTENING)))
    model.all_off()
    assert model.summary().listening == 0
