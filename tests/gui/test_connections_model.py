"""The table of connections: updated in place, sorted by values, quick with many."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from core.engine.snapshot import ConnectionNumbers
from gui.connections_model import ConnectionColumn, ConnectionsModel, state_words
from gui.plain_table import PlainTable

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def one(number: int, up: int = 0, down: int = 0, age: float = 1.0) -> ConnectionNumbers:
    return ConnectionNumbers(number, f"10.0.0.{number}:5000", "192.0.2.1:80", age, up, down, "open")


def column(model: ConnectionsModel, which: ConnectionColumn) -> list[str]:
    return [model.index(row, which).data() for row in range(model.rowCount())]


def ids(model: ConnectionsModel) -> list[int]:
    return [model.connection(row).connection_id for row in range(model.rowCount())]


@pytest.fixture
def model(qtbot: QtBot) -> ConnectionsModel:
    return ConnectionsModel()


def test_what_it_shows(model: ConnectionsModel) -> None:
    model.take([one(1, up=1500, down=2_000_000, age=61.5)], 10.0)
    shown = [model.index(0, which).data() for which in ConnectionColumn]
    assert shown == ["10.0.0.1:5000", "192.0.2.1:80", "TCP", "1 min 1 s", "1.5 kB", "2.0 MB",
                     "32.5 kB/s", "Open"]  # fmt: skip
    titles = [model.headerData(which, Qt.Orientation.Horizontal) for which in ConnectionColumn]
    assert titles == ["Client", "Target", "Protocol", "Age", "Up", "Down", "Rate", "State"]


def test_the_rate_is_of_the_time_between_two_snapshots(model: ConnectionsModel) -> None:
    model.take([one(1, down=1000)], 10.0)
    model.take([one(1, down=5000)], 12.0)
    assert column(model, ConnectionColumn.RATE) == ["2.0 kB/s"]
    model.take([one(1, down=5000)], 13.0)
    assert column(model, ConnectionColumn.RATE) == ["0 B/s"]


def test_each_state_has_words(model: ConnectionsModel) -> None:
    states = ("connecting", "open", "client finished", "target finished")
    assert len({state_words(state) for state in states}) == len(states)
    assert state_words("new kind") == "new kind"


def test_any_change_keeps_selection_and_the_rest(qtbot: QtBot, model: ConnectionsModel) -> None:
    """Random comings and goings, under every order."""
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table = PlainTable(model)
    qtbot.addWidget(table)
    chance = random.Random(7)
    resets: list[object] = []
    model.modelReset.connect(lambda: resets.append(None))
    live = {number: one(number) for number in range(30)}
    model.take(list(live.values()), 0.0)
    table.selectRow(ids(model).index(5))
    for step in range(60):
        for number in [n for n in live if n != 5 and chance.random() < 0.2]:
            del live[number]
        for number in range(1000 + step * 5, 1000 + step * 5 + chance.randrange(5)):
            live[number] = one(number, down=chance.randrange(10_000))
        if step % 7 == 0:
            model.sort(chance.randrange(-1, len(ConnectionColumn)), chance.choice(
                [Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder]))  # fmt: skip
        told = list(live.values())
        chance.shuffle(told)
        model.take(told, step + 1.0)
        assert sorted(ids(model)) == sorted(live)
        (row,) = [index.row() for index in table.selectionModel().selectedRows()]
        assert model.connection(row).connection_id == 5
    assert resets == []
    assert tester.model() is model


def test_numbers_sort_as_numbers(model: ConnectionsModel) -> None:
    model.take([one(1, down=9), one(2, down=1000), one(3, down=20)], 0.0)
    model.sort(ConnectionColumn.DOWN, Qt.SortOrder.DescendingOrder)
    assert ids(model) == [2, 3, 1]
    model.take([one(1, down=5000), one(2, down=1000), one(3, down=20)], 1.0)
    assert ids(model) == [1, 2, 3]
    model.sort(-1)
    assert ids(model) == [1, 2, 3]
    model.sort(ConnectionColumn.AGE)
    assert ids(model) == [1, 2, 3], "equals keep their order"


def test_clearing_forgets_the_rates(model: ConnectionsModel) -> None:
    model.take([one(1, down=1000)], 10.0)
    model.clear()
    assert model.rowCount() == 0
    model.take([one(2, down=8000, age=4.0)], 11.0)
    assert column(model, ConnectionColumn.RATE) == ["2.0 kB/s"]


def test_a_thousand_selected_and_sorted_by_rate_do_not_stall_the_window(
    qtbot: QtBot, model: ConnectionsModel
) -> None:
    table = PlainTable(model)
    qtbot.addWidget(table)
    chance = random.Random(3)
    counts = [0] * 1000
    model.sort(ConnectionColumn.RATE, Qt.SortOrder.DescendingOrder)
    spent = []
    for second in range(5):
        counts = [count + chance.randrange(10_000) for count in counts]
        lines = [one(number, down=count) for number, count in enumerate(counts)]
        began = time.process_time()
        model.take(lines, float(second))
        spent.append(time.process_time() - began)
        if second == 1:
            flags = QItemSelectionModel.SelectionFlag
            table.selectionModel().select(model.index(0, 0), flags.Select | flags.Rows)
    # Measured: 6 ms; a tick of the window is 16 ms.
    assert min(spent) < 0.05
    assert model.rowCount(QModelIndex()) == 1000
