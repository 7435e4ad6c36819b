"""The list and its history: every change can be taken back and made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from gui.mapping_list import MappingList, Mappings
from tests.gui.examples import mapping

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

WEB, MAIL, SHELL = mapping("Web", 8080), mapping("Mail", 2525), mapping("Shell", 2222)


class Watched:
    """A list and every state it went through."""

    def __init__(self) -> None:
        self.list = MappingList((WEB, MAIL))
        self.seen: list[Mappings] = []
        self.list.changed.connect(self.seen.append)


@pytest.fixture
def watched(qapp: QApplication) -> Watched:
    return Watched()


def test_add_undo_redo(watched: Watched) -> None:
    watched.list.add(SHELL)
    watched.list.history.undo()
    watched.list.history.redo()
    assert watched.seen == [(WEB, MAIL, SHELL), (WEB, MAIL), (WEB, MAIL, SHELL)]


def test_an_edit_keeps_the_place(watched: Watched) -> None:
    renamed = msgspec.structs.replace(WEB, name="Intranet")
    watched.list.replace(renamed)
    assert watched.list.mappings == (renamed, MAIL)
    assert watched.list.history.undoText() == "Edit “Intranet”"


def test_a_delete_comes_back_where_it_was(watched: Watched) -> None:
    watched.list.remove({"Web"})
    watched.list.history.undo()
    assert watched.seen == [(MAIL,), (WEB, MAIL)]


def test_switching_many_is_one_step(watched: Watched) -> None:
    watched.list.set_all_enabled(False)
    assert [one.enabled for one in watched.list.mappings] == [False, False]
    watched.list.history.undo()
    assert watched.list.mappings == (WEB, MAIL)
    assert not watched.list.history.canUndo()


def test_a_change_that_changes_nothing_leaves_no_step(watched: Watched) -> None:
    watched.list.set_enabled({"Web"}, True)
    watched.list.remove({"gone"})
    watched.list.replace(WEB)
    assert watched.seen == []
    assert not watched.list.history.canUndo()


def test_a_duplicate_stands_behind_its_original_and_is_off(watched: Watched) -> None:
    copies = watched.list.duplicate({"Web"})
    first, copy, last = watched.list.mappings
    assert (first, last) == (WEB, MAIL)
    assert [copy.id] == copies
    assert copy.id != "Web"
    assert (copy.name, copy.enabled) == ("Web (copy)", False)
    assert copy.target == WEB.target


def test_the_history_names_what_it_undoes(watched: Watched) -> None:
    watched.list.set_enabled({"Mail"}, False)
    assert watched.list.history.undoText() == "Switch “Mail” off"
    watched.list.remove({"Web", "Mail"})
    assert watched.list.history.undoText() == "Delete mappings"
