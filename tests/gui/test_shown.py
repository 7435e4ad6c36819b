"""The rows as shown: found, sorted and grouped in place, so that a view keeps its selection."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QElapsedTimer, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from core.engine.events import SnapshotTaken, StateChanged
from core.engine.snapshot import MappingNumbers, Snapshot
from core.engine.status import State, Status
from gui.columns import ROW_ROLE, Column
from gui.model import MappingsModel
from gui.shown import MANUAL, ShownModel
from tests.gui.examples import PORT_IN_USE, mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytestqt.qtbot import QtBot

    from core.config.mapping import Mapping

Tree = dict[str, list[str]]
CHECK = Qt.ItemDataRole.CheckStateRole


def make(*mappings: Mapping) -> ShownModel:
    model = MappingsModel()
    model.set_mappings(mappings)
    shown = ShownModel(model)
    model.setParent(shown)
    return shown


def tree(shown: ShownModel) -> Tree:
    """Group names and the names below them, as a view walks through the model."""
    found: Tree = {}
    for at in range(shown.rowCount()):
        index = shown.index(at, Column.NAME)
        group = shown.group_at(index)
        if group is None:
            found.setdefault("", []).append(index.data(ROW_ROLE).mapping.name)
            continue
        head = index.siblingAtColumn(0)
        rows = [shown.index(row, 1, head).data() for row in range(shown.rowCount(head))]
        found[group.name] = rows
    return found


def g(name: str, group: str = "", *, enabled: bool = True) -> Mapping:
    """A mapping in a group, with neither "a" nor "b" but in its name."""
    return mapping(name, group=group, enabled=enabled, target_host="x.y")


def test_rows_without_a_group_come_first_and_groups_in_the_order_they_appear() -> None:
    shown = make(g("a", "Work"), g("b"), g("c", "Home"), g("d", "Work"))
    assert tree(shown) == {"": ["b"], "Work": ["a", "d"], "Home": ["c"]}
    assert shown.count() == 4


def test_a_list_without_groups_is_flat() -> None:
    shown = make(g("a"), g("b"))
    assert tree(shown) == {"": ["a", "b"]}
    assert not shown.index(0, 0).flags() & Qt.ItemFlag.ItemIsDropEnabled


NAMES = "abcdefgh"
LISTS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "X", "Y", "Z"])),
    unique_by=lambda pair: pair[0],
)


@given(LISTS, LISTS, st.sampled_from(["", "a", "b"]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_arrangement_becomes_any_other_in_place(
    before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]], word: str, by_name: bool
) -> None:
    shown = make(*(g(*pair) for pair in before))
    tester = QAbstractItemModelTester(shown, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert tester.model() is shown
    resets: list[None] = []
    shown.modelReset.connect(lambda: resets.append(None))
    kept = {name: QPersistentModelIndex(shown.index_of(name)) for name, _ in before}
    shown.search(word)
    shown.search("")
    if by_name:
        shown.sort(Column.NAME, Qt.SortOrder.DescendingOrder)
    shown.source.set_mappings(tuple(g(*pair) for pair in after))
    fresh = make(*(g(*pair) for pair in after))
    if by_name:
        fresh.sort(Column.NAME, Qt.SortOrder.DescendingOrder)
    assert tree(shown) == tree(fresh)
    assert list(tree(shown)) == list(tree(fresh))
    assert not resets
    there = dict(after)
    for name, index in kept.items():
        found_all_along = word in name
        assert index.isValid() == (name in there and found_all_along)
        if index.isValid():
            assert index.data(ROW_ROLE).mapping.name == name
            assert index == shown.index_of(name)


def test_a_group_is_switched_by_one_click_and_shows_when_it_is_mixed(qtbot: QtBot) -> None:
    shown = make(g("a", "X"), g("b", "X", enabled=False), g("c"))
    head = shown.index(1, Column.ENABLED)
    assert head.data(CHECK) == Qt.CheckState.PartiallyChecked
    with qtbot.waitSignal(shown.toggle_wanted) as wish:
        shown.setData(head, Qt.CheckState.Checked, CHECK)
    assert wish.args == [{"a", "b"}, True]


def test_a_group_is_renamed_by_a_wish_that_is_passed_on(qtbot: QtBot) -> None:
    shown = make(g("a", "X"))
    with qtbot.waitSignal(shown.rename_wanted) as wish:
        assert shown.setData(shown.index(0, Column.NAME), "  Y ")
    assert wish.args == ["X", "Y"]
    assert not shown.setData(shown.index(0, Column.NAME), " ")


def test_sorting_is_natural_and_only_a_view() -> None:
    shown = make(
        mapping("srv10", 900), mapping("srv2", 8080), mapping("Srv1", 80, listen_host="10.0.0.2")
    )
    shown.sort(Column.NAME)
    assert tree(shown)[""] == ["Srv1", "srv2", "srv10"]
    shown.sort(Column.LISTEN)
    assert tree(shown)[""] == ["Srv1", "srv10", "srv2"]
    shown.sort(Column.LISTEN, Qt.SortOrder.DescendingOrder)
    assert tree(shown)[""] == ["srv2", "srv10", "Srv1"]
    shown.sort(MANUAL)
    assert tree(shown)[""] == ["srv10", "srv2", "Srv1"]


def numbers(taken: float, **connections: int) -> SnapshotTaken:
    rows = {name: MappingNumbers(connections=count) for name, count in connections.items()}
    return SnapshotTaken(Snapshot(taken, rows))


def test_sorted_by_a_number_the_order_follows_the_numbers(qtbot: QtBot) -> None:
    shown = make(g("a"), g("b"))
    shown.sort(Column.CONNECTIONS, Qt.SortOrder.DescendingOrder)
    shown.source.set_numbers(numbers(1.0, b=5))
    qtbot.waitUntil(lambda: tree(shown)[""] == ["b", "a"])


def test_a_search_for_a_state_follows_the_state(qtbot: QtBot) -> None:
    shown = make(g("a"), g("b"))
    shown.search("listening")
    assert shown.count() == 0
    shown.source.set_state(StateChanged("b", Status(State.LISTENING)))
    qtbot.waitUntil(lambda: tree(shown) == {"": ["b"]})


def test_changed_rows_are_told_as_ranges_with_the_line_of_their_group(qtbot: QtBot) -> None:
    shown = make(g("a", "X"), g("b", "X"), g("c", "X"), g("d"))
    seen: list[tuple[str, int, int]] = []

    def note(first: QModelIndex, last: QModelIndex) -> None:
        parent = shown.group_at(first.parent())
        seen.append((parent.name if parent else "", first.row(), last.row()))

    shown.dataChanged.connect(note)
    shown.source.set_numbers(numbers(1.0, a=1, b=1))
    assert seen == [("X", 0, 1)]
    seen.clear()
    shown.source.set_state(StateChanged("c", PORT_IN_USE))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("X", 2, 2), ("", 1, 1)]
    assert shown.groups[0].state() is State.WAITING
    assert shown.groups[0].summary() == "0 of 3 listening, 1 in trouble"


def test_few_changed_rows_are_told_one_by_one_and_most_as_one_range() -> None:
    shown = make(*(g(name) for name in "abcdefgh"))
    seen: list[tuple[int, int, int, int]] = []
    shown.dataChanged.connect(
        lambda first, last: seen.append((first.row(), last.row(), first.column(), last.column()))
    )
    shown.source.set_numbers(numbers(1.0, a=1, b=1, h=1))
    assert seen == [(0, 1, Column.CONNECTIONS, Column.TRAFFIC), (7, 7, 6, 10)]
    seen.clear()
    shown.source.set_numbers(numbers(2.0, a=2, b=2, c=2, d=2, f=2, h=1))
    assert seen == [(0, 5, Column.CONNECTIONS, Column.TRAFFIC)]
    seen.clear()
    shown.source.set_mappings((msgspec.structs.replace(g("a"), comment="x"), *map(g, "bcdefgh")))
    assert seen == [(0, 0, Column.ENABLED, Column.COMMENT)]


def test_a_cell_says_shows_and_hands_out_its_row() -> None:
    web = mapping("Web", 8080, listen_host="*", enabled=False, comment="c")
    shown = make(web)
    cells = {column: shown.index(0, column) for column in Column}
    assert [cells[column].data() for column in (Column.NAME, Column.PROTOCOL, Column.LISTEN)] == [
        "Web", "TCP", "*:8080"]  # fmt: skip
    assert cells[Column.TARGET].data() == "example.org:80"
    assert cells[Column.STATE].data() == "Off"
    assert cells[Column.NAME].data(ROW_ROLE).mapping is web
    assert cells[Column.ENABLED].data(CHECK) == Qt.CheckState.Unchecked
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert cells[Column.ENABLED].data(spoken) == "Off"
    assert "other computers" in cells[Column.LISTEN].data(spoken)


def test_an_edit_of_the_group_moves_the_row_and_its_index(qtbot: QtBot) -> None:
    a, b = g("a", "X"), g("b")
    shown = make(a, b)
    index = QPersistentModelIndex(shown.index_of("b"))
    shown.source.set_mappings((a, msgspec.structs.replace(b, group="X")))
    assert tree(shown) == {"X": ["a", "b"]}
    assert index.parent() == shown.index(0, 0)
    assert index.row() == 1


@pytest.fixture
def many() -> tuple[Mapping, ...]:
    shuffled = random.Random(5)
    return tuple(
        mapping(f"srv{number}", 1024 + number, group=shuffled.choice(["", "Web", "Mail", "Games"]))
        for number in range(2000)
    )


def test_two_thousand_rows_are_searched_and_sorted_between_two_keystrokes(
    many: tuple[Mapping, ...],
) -> None:
    shown = make(*many)
    clock = QElapsedTimer()
    works: dict[str, Callable[[], None]] = {
        "scattered": lambda: shown.search("7"),
        "all": lambda: shown.search(""),
        "sort": lambda: shown.sort(Column.LISTEN, Qt.SortOrder.DescendingOrder),
        "unsort": lambda: shown.sort(MANUAL),
    }
    spent = {}
    for what, work in works.items():
        clock.start()
        work()
        spent[what] = clock.elapsed()
    print(spent)  # noqa: T201 - shown with -s
    assert max(spent.values()) < 400, spent


def test_rows_that_come_and_go_in_many_places_do_so_in_one_step(many: tuple[Mapping, ...]) -> None:
    """Each step makes a view and its selection go through all their rows: 2,000 were a minute."""
    shown = make(*many)
    steps: list[str] = []
    shown.rowsInserted.connect(lambda *_: steps.append("inserted"))
    shown.rowsRemoved.connect(lambda *_: steps.append("removed"))
    kept = {one.id: QPersistentModelIndex(shown.index_of(one.id)) for one in many[1::2]}
    shown.source.set_mappings(many[1::2])
    assert steps == ["removed"] * 4  # in three groups, and in none
    shown.source.set_mappings(many)
    assert steps[4:] == ["inserted"] * 4
    for group in {one.group for one in many}:
        assert tree(shown)[group] == [one.id for one in many if one.group == group]
    assert all(index == shown.index_of(one) for one, index in kept.items())
