"""Every window by keys and by ear: no key means two things, nothing that takes keys is nameless."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QMenu,
    QTabBar,
    QWidget,
)

from gui.language import use
from gui.shortcuts import Shortcuts
from tests.gui.dialogs import OPENED
from tests.gui.examples import mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]

LANGUAGES = ("en", "zh_CN")
pytestmark = pytest.mark.usefixtures("speaking_english_again")


@pytest.fixture(params=LANGUAGES)
def desktop(qtbot: QtBot, make_desktop: MakeDesktop, request: pytest.FixtureRequest) -> Desktop:
    """With two mappings, in each language."""
    use(request.param)
    desktop = make_desktop(mapping("Web", 8080), mapping("Mail", 2525, group="Office"))
    desktop.start(hidden=False)
    qtbot.waitUntil(lambda: desktop.model.summary().listening == 2)
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow)
    return desktop


def clashes(texts: Iterable[str]) -> dict[str, int]:
    """Letters that more than one of these are called by."""
    letters = (re.search(r"&([^&\s])", text.replace("&&", "")) for text in texts)
    counted = Counter(found[1].casefold() for found in letters if found)
    return {letter: count for letter, count in counted.items() if count > 1}


def test_in_no_menu_a_letter_means_two_things(desktop: Desktop) -> None:
    bar = desktop.window.menuBar()
    assert clashes(action.text() for action in bar.actions()) == {}
    for menu in desktop.window.findChildren(QMenu):
        menu.aboutToShow.emit()
        texts = [action.text() for action in menu.actions() if action.isVisible()]
        assert clashes(texts) == {}, texts
        # Names of the user's groups, and of columns, are not ours to mark.
        ours = [action for action in menu.actions() if action in desktop.actions.all]
        assert all("&" in action.text() for action in ours), texts


def lettered(window: QWidget) -> list[str]:
    """All texts of a window that a key with Alt calls."""
    texts = [one.text() for one in window.findChildren(QAbstractButton) if one.isVisible()]
    texts += [one.text() for one in window.findChildren(QLabel) if one.buddy() is not None]
    for bar in window.findChildren(QTabBar):
        texts += [bar.tabText(at) for at in range(bar.count())]
    return texts


def test_in_the_window_no_letter_means_two_things(desktop: Desktop) -> None:
    bar = [action.text() for action in desktop.window.menuBar().actions()]
    for width in (1300, 500):
        desktop.window.resize(width, 700)
        QApplication.processEvents()
        assert clashes([*bar, *lettered(desktop.window)]) == {}


@pytest.mark.parametrize("kind", OPENED)
def test_in_each_dialog_letters_are_its_own_and_fields_have_names(
    desktop: Desktop, kind: str
) -> None:
    OPENED[kind](desktop)
    (dialog,) = (one for one in desktop.window.findChildren(QDialog) if type(one).__name__ == kind)
    assert clashes(lettered(dialog)) == {}
    assert nameless(dialog) == []
    assert dialog.windowTitle()
    dialog.close()


def test_every_part_of_the_window_has_a_name(desktop: Desktop) -> None:
    assert nameless(desktop.window) == []


def nameless(window: QWidget) -> list[str]:
    """What takes the keyboard without telling a screen reader what it is."""
    found = []
    for one in window.findChildren(QWidget):
        if not one.focusPolicy() & Qt.FocusPolicy.TabFocus or not one.isVisible():
            continue
        if one.focusProxy() is not None:  # the line of a box: the box takes the keyboard
            continue
        if not QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name):
            found.append(f"{type(one).__name__} in {type(one.parent()).__name__}")
    return found


def test_tab_goes_through_the_window_and_comes_round(qtbot: QtBot, desktop: Desktop) -> None:
    desktop.window.table.setFocus()
    visited: list[QWidget] = []
    for _ in range(40):
        now = QApplication.focusWidget()
        assert now is not None
        if visited and now is visited[0]:
            break
        visited.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    assert desktop.window.search in visited
    assert len(visited) == len(set(visited)) >= 4
    assert QApplication.focusWidget() is visited[0], "it comes round"


def test_the_list_of_keys_is_that_of_the_actions(desktop: Desktop) -> None:
    desktop.actions.shortcuts.trigger()
    (dialog,) = desktop.window.findChildren(Shortcuts)
    rows = {what: (keys, where) for what, keys, where in dialog.rows}
    for action in desktop.actions.with_keys():
        first = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        assert any(first in keys for keys, _ in rows.values()), action.text()
    assert len({where for _, where in rows.values()}) == 4
    duplicate = desktop.actions.duplicate.iconText()
    assert rows[duplicate][0] == "Ctrl+D"
    assert rows[duplicate][1] != rows[desktop.actions.add.iconText()][1]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_no_two_actions_share_a_key_where_both_could_be_meant(desktop: Desktop) -> None:
    actions = desktop.actions
    local = {*actions.of_the_table, *actions.of_the_connections, actions.paste}
    general = [one for one in actions.with_keys() if one not in local]
    for some in (actions.of_the_table, actions.of_the_connections):
        keys = Counter(key.toString() for one in [*general, *some] for key in one.shortcuts())
        assert [key for key, count in keys.items() if count > 1] == []
