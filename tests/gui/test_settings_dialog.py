"""The settings: each is shown as it is, works at once, and is there again after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt, QTranslator
from PySide6.QtTest import QTest

from core.config.settings import LogLevel, Settings, SettingsFile, Theme
from gui.about import About
from gui.appearance import Appearance, is_dark
from gui.editor import Editor
from gui.log_view import LogView
from gui.settings_dialog import SettingsDialog
from tests.gui.examples import mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication, QComboBox
    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]


@pytest.fixture(autouse=True)
def _as_the_system_after(qapp: QApplication) -> Iterator[None]:
    yield
    appearance = qapp.findChild(Appearance)
    assert appearance is not None
    appearance.ask_for(Qt.ColorScheme.Unknown)


@pytest.fixture
def desktop(make_desktop: MakeDesktop) -> Desktop:
    desktop = make_desktop(mapping("Web"))
    desktop.start(hidden=False)
    return desktop


def opened(desktop: Desktop) -> SettingsDialog:
    desktop.actions.settings.trigger()
    (dialog,) = desktop.window.findChildren(SettingsDialog)
    return dialog


def choose(box: QComboBox, value: object) -> None:
    """As a person without a mouse does: walk to the entry."""
    at = next(at for at in range(box.count()) if box.itemData(at) == value)
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(at):
        QTest.keyClick(box, Qt.Key.Key_Down)


def saved(desktop: Desktop) -> Settings:
    assert desktop.preferences.flush(5.0)
    return SettingsFile(desktop.store.folder).read().value


def test_dark_is_dark_at_once_and_saved(qtbot: QtBot, qapp: QApplication, desktop: Desktop) -> None:
    dialog = opened(desktop)
    choose(dialog.theme, Theme.DARK)
    assert is_dark(qapp.palette())
    qtbot.waitUntil(lambda: is_dark(desktop.window.details.palette()))
    assert saved(desktop).theme is Theme.DARK
    choose(dialog.theme, Theme.LIGHT)
    assert not is_dark(qapp.palette())
    assert saved(desktop).theme is Theme.LIGHT


def test_the_theme_is_there_again_at_the_next_start(
    qapp: QApplication, desktop: Desktop, make_desktop: MakeDesktop
) -> None:
    desktop.preferences.change(theme=Theme.DARK)
    desktop.end()
    appearance = qapp.findChild(Appearance)
    assert appearance is not None
    appearance.ask_for(Qt.ColorScheme.Light)
    again = make_desktop()
    assert is_dark(qapp.palette())
    assert opened(again).theme.currentData() == Theme.DARK


def test_a_dim_label_can_be_read_after_the_theme_changed(qtbot: QtBot, desktop: Desktop) -> None:
    label = desktop.window.details._nothing

    def lightness() -> float:
        return label.palette().windowText().color().lightnessF()

    for _ in range(2):
        desktop.preferences.change(theme=Theme.DARK)
        qtbot.waitUntil(lambda: lightness() > 0.5)
        desktop.preferences.change(theme=Theme.LIGHT)
        qtbot.waitUntil(lambda: lightness() < 0.5)


def test_on_a_low_screen_no_line_is_cut(desktop: Desktop) -> None:
    """There Qt makes a dialog no higher than two thirds of the screen."""
    dialog = opened(desktop)
    dialog.hide()
    dialog.autostart_note.setText("Why it cannot be so. " * 12)
    dialog.autostart_note.show()
    dialog.resize(dialog.width(), 300)
    dialog.show()
    assert dialog.height() >= dialog.heightForWidth(dialog.width())


def test_how_much_is_logged_changes_at_once(desktop: Desktop, make_desktop: MakeDesktop) -> None:
    choose(opened(desktop).log_level, LogLevel.PROBLEMS)
    assert saved(desktop).log_level is LogLevel.PROBLEMS
    desktop.end()
    text = (desktop.records.folder / "portway.log").read_text("utf-8")
    assert "starts" in text
    assert "Portway ends" not in text


def test_check_boxes(desktop: Desktop) -> None:
    dialog = opened(desktop)
    for box in (dialog.start_hidden, dialog.notifications):
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    found = saved(desktop)
    assert (found.start_hidden, found.notifications) == (True, False)


@pytest.mark.parametrize("with_tray", [True, False])
def test_a_hidden_start_shows_no_window_but_never_hides_from_everyone(
    desktop: Desktop, make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch, with_tray: bool
) -> None:
    monkeypatch.setattr(
        "PySide6.QtWidgets.QSystemTrayIcon.isSystemTrayAvailable", lambda: with_tray
    )
    desktop.preferences.change(start_hidden=True)
    desktop.end()
    again = make_desktop()
    again.start(hidden=False)
    assert again.window.isVisible() is not with_tray


def test_new_mappings_begin_with_the_chosen_host(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = opened(desktop)
    dialog.listen.line.selectAll()
    QTest.keyClicks(dialog.listen.line, "*")
    assert "Other computers" in dialog.listen_note.text()
    assert saved(desktop).default_listen == "*"
    dialog.close()
    desktop.actions.add.trigger()
    (editor,) = desktop.window.findChildren(Editor)
    assert editor.form.listen_host.text() == "*"
    editor.reject()


def test_a_host_that_is_none_is_said_and_not_taken(desktop: Desktop) -> None:
    dialog = opened(desktop)
    dialog.listen.line.selectAll()
    QTest.keyClicks(dialog.listen.line, "1.2.3")
    assert "not an IPv4 address" in dialog.listen_note.text()
    assert saved(desktop).default_listen not in ("1.2.3", "1.2.", "")


def test_a_language_is_spoken_as_soon_as_it_is_chosen(qtbot: QtBot, desktop: Desktop) -> None:
    dialog = opened(desktop)
    assert dialog.language is not None
    choose(dialog.language, "zh_CN")
    try:
        assert saved(desktop).language == "zh_CN"
        qtbot.waitUntil(lambda: desktop.window.menus.file.title().startswith("文件"))
    finally:
        choose(dialog.language, "en")
    qtbot.waitUntil(lambda: desktop.window.menus.file.title() == "&File")


def test_the_open_windows_follow_the_language(
    qtbot: QtBot, qapp: QApplication, desktop: Desktop
) -> None:
    class Loud(QTranslator):
        """Calls out every text of the windows."""

        def translate(self, *texts: object) -> str:
            return f"{texts[1]}!"

        def isEmpty(self) -> bool:
            return False

    dialog = opened(desktop)
    desktop.actions.log.trigger()
    desktop.actions.about.trigger()
    translator = Loud()
    qapp.installTranslator(translator)
    try:
        (log,) = desktop.window.findChildren(LogView)
        (about,) = desktop.window.findChildren(About)
        details = desktop.window.details
        for read, quiet in (
            (dialog.start_hidden.text, "Start &hidden, in the tray"),
            (lambda: dialog.theme.itemText(1), "Light"),
            (dialog.listen_note.text, "Only programs on this computer can connect."),
            (log.search.placeholderText, "Search"),
            (lambda: log.level.itemText(1), "Warnings and errors"),
            (lambda: about.tabs.tabText(1), "L&icences"),
            (lambda: details.tabs.tabText(details.tabs.indexOf(details.events)), "Eve&nts"),
            (details.head.headline.text, "Web: Listening!"),
            (details.traffic._lines[1].text, "Ever"),
            (lambda: details.traffic.spans._group.button(1).toolTip(), "The last minute"),
            (details.traffic.graph.accessibleName, "Graph of the traffic"),
            (details.connections._nothing.text, "Nobody is connected."),
        ):
            qtbot.waitUntil(lambda read=read: read().endswith("!"))  # type: ignore[misc]
            assert read() == f"{quiet}!"
    finally:
        qapp.removeTranslator(translator)


def test_a_language_that_is_offered_no_more_shows_as_the_systems(desktop: Desktop) -> None:
    desktop.preferences.change(language="tlh")
    desktop.dialogs.languages = (("en", "English"),)
    dialog = opened(desktop)
    assert dialog.language is not None
    assert dialog.language.currentIndex() == 0
    assert desktop.preferences.settings.language == "tlh", "looking changes nothing"


def test_what_did_not_change_is_not_saved(desktop: Desktop) -> None:
    desktop.preferences.change(theme=Theme.SYSTEM)
    assert desktop.preferences.flush(5.0)
    assert not SettingsFile(desktop.store.folder).path.exists()


def test_damaged_settings_are_told_in_the_window(
    desktop: Desktop, make_desktop: MakeDesktop
) -> None:
    desktop.end()
    SettingsFile(desktop.store.folder).path.write_text("{")
    again = make_desktop()
    (note,) = again.window.messages.notes
    assert "settings.json could not be used" in note.text
