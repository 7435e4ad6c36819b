"""The editor, typed into as a person does: with real keys, watching what it says."""

from __future__ import annotations

import os
import re
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from core.config.address import PortRange
from core.config.mapping import Mapping, Policy, Protocol, ProxyProtocol, Target
from core.system.own_addresses import LocalAddress, Network
from core.system.port_check import PortNews, check_ports
from core.system.suggestions import Suggestion
from gui.addresses import LocalAddresses
from gui.editor import Editor
from gui.editor_parts import FieldNote, LinesBox, Weight
from gui.host_field import targets
from tests.gui.examples import mapping
from tests.support import free_run, listen, port_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QLineEdit
    from pytestqt.qtbot import QtBot

WEB = mapping("Web", 8080)


class Addresses(LocalAddresses):
    """Knows one address and looks for no more."""

    def look(self) -> None:
        """No thread in these tests."""


@pytest.fixture
def addresses(qtbot: QtBot) -> Iterator[Addresses]:
    known = Addresses()
    known.known = (LocalAddress("192.168.1.5", "wlan0", Network.WIFI),)
    yield known
    known.deleteLater()


def open_editor(qtbot: QtBot, addresses: Addresses, edited: Mapping | None = None) -> Editor:
    editor = Editor(edited, (WEB,), addresses)
    qtbot.addWidget(editor)
    editor.show()
    return editor


def wheel(box: QWidget) -> None:
    """Turn the wheel by one notch over this."""
    at = QPointF(box.rect().center())
    turn = QWheelEvent(
        at,
        QPointF(box.mapToGlobal(at)),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QGuiApplication.sendEvent(box, turn)


@pytest.mark.parametrize("name", ["protocol", "max_connections", "idle_timeout", "limit_up"])
def test_the_wheel_changes_only_the_box_that_has_the_keyboard(
    qtbot: QtBot, addresses: Addresses, name: str
) -> None:
    edited = mapping("Web", 8080, max_connections=7, idle_timeout=7, limit_up=7)
    editor = open_editor(qtbot, addresses, edited)
    editor.form.more.show()
    box = getattr(editor.form.more, name)
    before = box.currentIndex() if name == "protocol" else box.value()
    wheel(box)
    assert (box.currentIndex() if name == "protocol" else box.value()) == before
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    wheel(box)
    assert (box.currentIndex() if name == "protocol" else box.value()) != before


def weight(note: FieldNote) -> Weight:
    return note.weight


def retype(field: QLineEdit | LinesBox, text: str) -> None:
    """Select what is there and type over it."""
    field.setFocus()
    field.selectAll()
    for number, line in enumerate(text.split("\n")):
        if number:
            QTest.keyClick(field, Qt.Key.Key_Return)
        QTest.keyClicks(field, line)
    if not text:
        QTest.keyClick(field, Qt.Key.Key_Delete)


def test_a_new_mapping_is_asked_for_field_by_field(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses)
    asked = [editor.verdict.text()]
    for field, text in (
        (editor.form.listen_ports, "9090"),
        (editor.form.target_host.line, "example.org"),
        (editor.form.target_ports, "80"),
    ):
        assert not editor.ok.isEnabled()
        retype(field, text)
        asked.append(editor.verdict.text())
    assert asked == [
        "Fill in the port to listen on.",
        "Fill in the host to connect to.",
        "Fill in the port to connect to.",
        "",
    ]
    with qtbot.waitSignal(editor.finished_mapping) as finished:
        QTest.mouseClick(editor.ok, Qt.MouseButton.LeftButton)
    made = finished.args[0]
    assert (str(made.listen), str(made.target)) == ("127.0.0.1:9090", "example.org:80")
    assert made.enabled


def test_empty_fields_are_not_blamed_before_one_was_there(
    qtbot: QtBot, addresses: Addresses
) -> None:
    editor = open_editor(qtbot, addresses)
    assert weight(editor.form.listen_note) is Weight.HINT
    retype(editor.form.listen_ports, "8")
    retype(editor.form.listen_ports, "")
    assert weight(editor.form.listen_note) is Weight.PROBLEM
    assert "missing" in editor.form.listen_note.text()


def test_a_bad_port_is_told_while_typing_and_gone_when_mended(
    qtbot: QtBot, addresses: Addresses
) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    retype(editor.form.listen_ports, "80x")
    assert "“80x” is not a port" in editor.form.listen_note.text()
    assert weight(editor.form.listen_note) is Weight.PROBLEM
    assert "is not a port" in editor.form.listen_ports.accessibleDescription()
    assert not editor.ok.isEnabled()
    assert "is not a port" in editor.verdict.text()
    QTest.keyClick(editor.form.listen_ports, Qt.Key.Key_Backspace)
    assert weight(editor.form.listen_note) is Weight.HINT
    assert editor.ok.isEnabled()
    assert editor.form.listen_ports.accessibleDescription() == ""


@pytest.mark.parametrize(
    ("typed", "mistake", "then"),
    [
        ("192.168", False, True),
        ("[fe80:", False, True),
        ("localhost:", False, True),
        ("localhost:8", False, False),
        ("[::1]:80", False, False),
        ("a b", True, True),
    ],
)
def test_half_an_address_is_no_mistake_until_its_field_is_left(
    qtbot: QtBot, addresses: Addresses, typed: str, mistake: bool, then: bool
) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    field = editor.form.target_host.line
    retype(field, typed)
    note = editor.form.target_note
    assert (weight(note) is Weight.PROBLEM) is mistake
    assert bool(field.accessibleDescription()) is mistake
    assert not editor.ok.isEnabled()
    press(Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: not editor.form.target_host.hasFocus())
    assert (weight(note) is Weight.PROBLEM) is then
    assert editor.ok.isEnabled() is not then


def test_enter_does_not_save_while_something_is_wrong(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    retype(editor.form.target_ports, "0")
    with qtbot.assertNotEmitted(editor.finished_mapping):
        QTest.keyClick(editor.form.target_ports, Qt.Key.Key_Return)
        editor.accept()
    assert editor.isVisible()


def test_a_clash_is_said_and_does_not_forbid(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses)
    retype(editor.form.listen_ports, "8080")
    assert "“Web” already listens on 127.0.0.1:8080" in editor.form.listen_note.text()
    retype(editor.form.target_host.line, "b.example.org")
    retype(editor.form.target_ports, "80")
    assert weight(editor.form.listen_note) is Weight.WARNING
    assert editor.ok.isEnabled()


def test_a_mapping_does_not_clash_with_itself(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    assert editor.form.listen_note.text() == "Only this computer can connect."
    retype(editor.form.target_ports, "x")
    assert editor.form.listen_note.text() == "Only this computer can connect."


def test_a_public_listener_says_who_can_connect(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    retype(editor.form.listen_host.line, "192.168.1.5")
    assert weight(editor.form.listen_note) is Weight.WARNING
    assert "Other computers" in editor.form.listen_note.text()


@pytest.mark.parametrize("pasted", ["db.example.org:5432", "  db.example.org:5432 "])
def test_pasting_host_and_port_fills_both_fields(
    qtbot: QtBot, addresses: Addresses, pasted: str
) -> None:
    editor = open_editor(qtbot, addresses)
    QGuiApplication.clipboard().setText(pasted)
    editor.form.target_host.line.setFocus()
    editor.form.target_host.line.paste()
    editor.form.target_host.line.textEdited.emit(editor.form.target_host.text())
    assert editor.form.target_host.text() == "db.example.org"
    assert editor.form.target_ports.text() == "5432"


def test_typing_a_colon_does_not_jump_until_the_field_is_left(
    qtbot: QtBot, addresses: Addresses
) -> None:
    editor = open_editor(qtbot, addresses)
    retype(editor.form.target_host.line, "localhost:80")
    assert editor.form.target_host.text() == "localhost:80"
    editor.form.target_host.line.editingFinished.emit()
    assert (editor.form.target_host.text(), editor.form.target_ports.text()) == ("localhost", "80")


def test_listening_offers_this_computers_addresses_in_plain_names(
    qtbot: QtBot, addresses: Addresses
) -> None:
    editor = open_editor(qtbot, addresses)
    model = editor.form.listen_host.model()
    shown = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert shown == [
        "127.0.0.1   Only this computer",
        "*   Everyone who can reach this computer",
        "192.168.1.5   Everyone on Wi-Fi (wlan0)",
    ]
    editor.form.listen_host.setCurrentIndex(2)
    assert editor.form.listen_host.text() == "192.168.1.5"


def test_new_addresses_do_not_overwrite_what_was_typed(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses)
    retype(editor.form.listen_host.line, "10.0")
    editor.form.listen_host.line.setCursorPosition(2)
    addresses.found.emit((LocalAddress("10.0.0.9", "eth0"),))
    assert editor.form.listen_host.text() == "10.0"
    assert editor.form.listen_host.line.cursorPosition() == 2
    model = editor.form.listen_host.model()
    shown = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert shown[2:] == ["10.0.0.9   Everyone on eth0"]


@pytest.mark.parametrize(
    ("edited", "title", "button"),
    [(None, "Add a mapping", "&Add"), (WEB, "Edit a mapping", "&Save")],
)
def test_title_and_button_say_what_will_happen(
    qtbot: QtBot, addresses: Addresses, edited: Mapping | None, title: str, button: str
) -> None:
    editor = open_editor(qtbot, addresses, edited)
    assert (editor.windowTitle(), editor.ok.text()) == (title, button)
    assert editor.ok.isDefault()
    assert editor.ok.accessibleDescription() == editor.verdict.text()
    assert bool(editor.verdict.text()) == (edited is None)


def test_saving_without_a_change_gives_the_same_mapping(qtbot: QtBot, addresses: Addresses) -> None:
    exact = mapping("Exact", 9000, connect_timeout=1.23456789, limit_down=7, group="g")
    editor = open_editor(qtbot, addresses, exact)
    with qtbot.waitSignal(editor.finished_mapping) as finished:
        editor.accept()
    assert finished.args[0] == exact


def test_the_folded_options_are_taken_once_changed(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    assert not editor.form.more.isVisible()
    QTest.mouseClick(editor.form.more_button, Qt.MouseButton.LeftButton)
    assert editor.form.more.isVisible()
    editor.form.more.idle_timeout.setFocus()
    editor.form.more.idle_timeout.selectAll()
    QTest.keyClicks(editor.form.more.idle_timeout, "90")
    QTest.keyClicks(editor.form.more.allow, "10.0.0.0/8, 192.168.1.7")
    with qtbot.waitSignal(editor.finished_mapping) as finished:
        editor.accept()
    saved = finished.args[0]
    assert saved.idle_timeout == 90
    assert saved.allow == ("10.0.0.0/8", "192.168.1.7")


def test_a_bad_network_is_told_beside_its_field(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    QTest.mouseClick(editor.form.more_button, Qt.MouseButton.LeftButton)
    QTest.keyClicks(editor.form.more.allow, "home")
    assert "“home” is not a network" in editor.form.more.allow_note.text()
    assert weight(editor.form.more.allow_note) is Weight.PROBLEM
    assert weight(editor.form.more.targets_note) is Weight.HINT
    assert not editor.ok.isEnabled()


ALL = mapping(
    "All",
    9000,
    80,
    protocol=Protocol.UDP,
    more_targets=(Target("::1", PortRange.single(81)), Target("c.example.org", PortRange(1, 1))),
    policy=Policy.ROUND_ROBIN,
    allow=("10.0.0.0/8", "::/0"),
    max_connections=3,
    limit_up=1500,
    limit_down=2_000_001,
    connect_timeout=2.5,
    idle_timeout=7.0,
    half_closed_timeout=8.0,
    udp_timeout=9.0,
    keepalive=False,
    proxy_protocol=ProxyProtocol.V2,
    source_address="127.0.0.1",
    group="g",
    comment="c",
)


def saved_by(qtbot: QtBot, editor: Editor) -> Mapping:
    with qtbot.waitSignal(editor.finished_mapping) as finished:
        editor.accept()
    saved = finished.args[0]
    assert isinstance(saved, Mapping)
    return saved


def test_every_field_is_shown_and_saved_as_it_was(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses, ALL)
    more = editor.form.more
    assert more.more_targets.text() == "[::1]:81\nc.example.org:1"
    assert more.limit_up.text() == "1.5 kB/s"
    assert more.protocol.currentText() == "UDP"
    assert saved_by(qtbot, editor) == ALL


def test_every_further_field_can_be_changed(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses, mapping("All", 9000, 80))
    QTest.mouseClick(editor.form.more_button, Qt.MouseButton.LeftButton)
    more = editor.form.more
    for line, text in (
        (more.comment, "c"),
        (more.allow, "10.0.0.0/8 ::/0"),
        (more.more_targets, "[::1]:81\nc.example.org:1"),
        (more.source_address, "127.0.0.1"),
        (more.group.lineEdit(), "g"),
    ):
        assert line is not None
        retype(line, text)
    for box, downs in ((more.protocol, 1), (more.policy, 1), (more.proxy_protocol, 2)):
        for _ in range(downs):
            QTest.keyClick(box, Qt.Key.Key_Down)
    for number, text in (
        (more.max_connections, "3"),
        (more.limit_up, "1.5"),
        (more.limit_down, "2000.001"),
        (more.connect_timeout, "2.5"),
        (more.idle_timeout, "7"),
        (more.half_closed_timeout, "8"),
        (more.udp_timeout, "9"),
    ):
        # Of UDP alone some have no effect; what was typed before counts.
        number.setEnabled(True)
        number.selectAll()
        QTest.keyClicks(number, text)
    more.keepalive.setChecked(False)
    assert saved_by(qtbot, editor) == ALL


def test_only_what_has_an_effect_can_be_changed(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    more = editor.form.more
    assert (more.udp_timeout.isEnabled(), more.idle_timeout.isEnabled()) == (False, True)
    assert not more.policy.isEnabled()
    QTest.keyClick(more.protocol, Qt.Key.Key_Down)
    assert (more.udp_timeout.isEnabled(), more.idle_timeout.isEnabled()) == (True, False)
    retype(more.more_targets, "b:80")
    assert more.policy.isEnabled()


@pytest.mark.parametrize("edited", [None, WEB])
def test_no_key_with_alt_means_two_things(
    qtbot: QtBot, addresses: Addresses, edited: Mapping | None
) -> None:
    editor = open_editor(qtbot, addresses, edited)
    texts = [one.text() for one in editor.findChildren(QLabel) if one.buddy() is not None]
    texts += [one.text() for one in editor.findChildren(QAbstractButton)]
    keys = [key.casefold() for text in texts for key in re.findall(r"&(\w)", text)]
    assert len(keys) > 15
    assert sorted(keys) == sorted(set(keys))


def test_on_a_low_screen_the_fields_scroll_and_the_buttons_stay(
    qtbot: QtBot, addresses: Addresses
) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    assert not editor.scroll_area.verticalScrollBar().maximum()
    QTest.mouseClick(editor.form.more_button, Qt.MouseButton.LeftButton)
    editor.resize(editor.width(), 400)
    qtbot.waitUntil(lambda: editor.scroll_area.verticalScrollBar().maximum() > 0)
    assert editor.height() == 400
    assert editor.rect().contains(editor.ok.geometry().translated(editor.buttons.pos()))
    assert editor.buttons.y() > editor.scroll_area.geometry().bottom()
    assert editor.buttons.x() > editor.verdict.geometry().right()
    assert editor.scroll_area.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("unfolded", [False, True])
def test_labels_stand_beside_their_fields_and_nothing_overlaps(
    qtbot: QtBot, addresses: Addresses, unfolded: bool
) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    if unfolded:
        QTest.mouseClick(editor.form.more_button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    form, fields = editor.form, []
    labels = [
        one for one in form.findChildren(QLabel) if one.buddy() is not None and one.isVisible()
    ]
    assert len(labels) == (20 if unfolded else 6)
    for label in labels:
        field = label.buddy()
        here, there = (QRect(one.mapTo(form, QPoint()), one.size()) for one in (label, field))
        assert here.right() < there.left(), label.text()
        if field is not form.more.more_targets:
            assert abs(here.center().y() - there.center().y()) <= 2, label.text()
        assert field.height() >= 28
        fields += [here, there]
    for at, one in enumerate(fields):
        assert not any(one.intersects(other) for other in fields[at + 1 :])
    for hint in (form.name, form.listen_ports, form.target_host.line, form.more.allow):
        assert hint.placeholderText()


def test_it_is_as_high_as_its_fields_ask_for(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    folded = editor.height()
    assert editor.scroll_area.viewport().height() >= editor.form.sizeHint().height()
    assert folded < editor.form.sizeHint().height() + 120, "nor much higher"
    QTest.mouseClick(editor.form.more_button, Qt.MouseButton.LeftButton)
    screen = editor.screen().availableGeometry().height()
    assert folded < editor.height() <= round(screen * 0.9)
    QTest.mouseClick(editor.form.more_button, Qt.MouseButton.LeftButton)
    assert editor.height() == folded


def test_a_target_is_tried_before_it_is_saved(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses)
    assert not editor.form.test.button.isEnabled()
    with listen() as listener:
        retype(editor.form.target_host.line, "127.0.0.1")
        retype(editor.form.target_ports, str(port_of(listener)))
        QTest.mouseClick(editor.form.test.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not editor.form.test.running)
        assert editor.form.test.text().startswith(f"OK: 127.0.0.1:{port_of(listener)} connected in")
    QTest.mouseClick(editor.form.test.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: editor.form.test.text().startswith("Failed: "))
    assert "refused the connection" in editor.form.test.text()
    qtbot.waitUntil(lambda: not editor.form.test.running)
    retype(editor.form.target_ports, "1")
    assert editor.form.test.text() == ""


def test_a_test_of_the_target_shows_that_it_runs_and_can_be_stopped(
    qtbot: QtBot, addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = threading.Event()

    def endless(_mapping: Mapping, stop: threading.Event) -> list[object]:
        stop.wait()
        stopped.set()
        return []

    monkeypatch.setattr("gui.target_test.probe", endless)
    editor = open_editor(qtbot, addresses, WEB)
    assert not editor.form.test.progress.isVisible()
    QTest.mouseClick(editor.form.test.button, Qt.MouseButton.LeftButton)
    assert editor.form.test.progress.isVisible()
    assert (editor.form.test.text(), editor.form.test.button.text()) == (
        "Trying…",
        "S&top the test",
    )
    QTest.mouseClick(editor.form.test.button, Qt.MouseButton.LeftButton)
    assert stopped.wait(5)
    assert editor.form.test.text() == "Stopped."
    assert not editor.form.test.progress.isVisible()


def test_closing_the_editor_ends_what_was_asked(
    qtbot: QtBot, addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = threading.Event()

    def endless(_mapping: Mapping, stop: threading.Event) -> list[object]:
        stop.wait()
        stopped.set()
        return []

    monkeypatch.setattr("gui.target_test.probe", endless)
    editor = open_editor(qtbot, addresses, WEB)
    QTest.mouseClick(editor.form.test.button, Qt.MouseButton.LeftButton)
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert stopped.wait(5)


@pytest.mark.parametrize(
    ("listen_ports", "host", "target", "said"),
    [
        ("8000-8009", "a.example", "8000-8009", "10 ports, each to the same number on the target."),
        ("8000-8001", "a.example", "9000-9001", "2 ports in order: 8000 to 9000, and so on."),
        ("8000-8009", "a.example", "80", "10 ports, all to port 80 of the target."),
        ("8000", "a.example", "80", "The name is looked up again for every connection."),
        ("8000", "192.0.2.7", "80", "The address is used as it is."),
        ("8000", "::1", "80", "A program on this computer."),
        ("", "a.example", "80", "The name is looked up again for every connection."),
    ],
)
def test_ranges_and_names_explain_themselves(
    qtbot: QtBot, addresses: Addresses, listen_ports: str, host: str, target: str, said: str
) -> None:
    editor = open_editor(qtbot, addresses)
    assert "found on this computer" in editor.form.target_note.text()
    retype(editor.form.listen_ports, listen_ports)
    retype(editor.form.target_host.line, host)
    retype(editor.form.target_ports, target)
    assert editor.form.target_note.text() == said
    assert weight(editor.form.target_note) is Weight.HINT


def test_the_verdict_names_the_field(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    retype(editor.form.target_ports, "80x")
    assert editor.verdict.text().startswith("Port to connect to: “80x” is not a port")
    retype(editor.form.target_ports, "80")
    retype(editor.form.more.more_targets, "b:80\nc")
    assert editor.verdict.text().startswith("More targets: “c” has no port")
    assert "“c” has no port" in editor.form.more.targets_note.text()
    assert weight(editor.form.more.targets_note) is Weight.PROBLEM
    assert "“c” has no port" in editor.form.more.more_targets.accessibleDescription()


def test_further_targets_go_line_by_line_and_tab_goes_on(
    qtbot: QtBot, addresses: Addresses
) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    QTest.mouseClick(editor.form.more_button, Qt.MouseButton.LeftButton)
    lines = editor.form.more.more_targets
    lines.setFocus()
    QTest.keyClicks(lines, "b:80")
    QTest.keyClick(lines, Qt.Key.Key_Return)
    QTest.keyClicks(lines, "[::1]:81")
    QTest.keyClick(lines, Qt.Key.Key_Tab)
    assert editor.isVisible()
    assert editor.focusWidget() is editor.form.more.policy
    assert [str(one) for one in saved_by(qtbot, editor).targets[1:]] == ["b:80", "[::1]:81"]


def test_folded_options_that_are_set_are_counted(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses, mapping("Two", comment="c", limit_up=5))
    assert editor.form.more_button.text() == "&More (2 set)"
    QTest.mouseClick(editor.form.more_button, Qt.MouseButton.LeftButton)
    assert editor.form.more_button.text() == "&More"
    assert open_editor(qtbot, addresses, WEB).form.more_button.text() == "&More"


def test_what_is_wrong_is_never_folded_away(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses, mapping("Bad", allow=("home",)))
    assert editor.form.more.isVisible()


def test_a_field_called_by_its_key_scrolls_into_sight(qtbot: QtBot, addresses: Addresses) -> None:
    editor = open_editor(qtbot, addresses, WEB)
    QTest.mouseClick(editor.form.more_button, Qt.MouseButton.LeftButton)
    editor.resize(editor.width(), 400)
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    for field in (
        editor.form.more.udp_timeout,
        editor.form.more.more_targets,
        editor.form.more.keepalive,
    ):
        field.setEnabled(True)
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        qtbot.waitUntil(partial(in_sight, editor, field))
        editor.form.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
        qtbot.waitUntil(lambda: in_sight(editor, editor.form.name))
    editor.form.more.keepalive.click()
    qtbot.waitUntil(lambda: in_sight(editor, editor.form.more.keepalive))


def in_sight(editor: Editor, field: QWidget) -> bool:
    """Whether all of the field can be seen."""
    port = editor.scroll_area.viewport()
    return port.rect().contains(QRect(field.mapTo(port, QPoint()), field.size()))


def test_a_port_of_another_program_is_told_and_a_free_one_taken(
    qtbot: QtBot, addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = free_run(4)
    with listen(port=first):
        me = os.getpid()
        monkeypatch.setattr(os, "getpid", lambda: -1)
        editor = open_editor(qtbot, addresses)
        retype(editor.form.listen_ports, str(first))
        qtbot.waitUntil(
            lambda: f"(process {me}) holds port {first}" in editor.form.listen_note.text()
        )
        assert weight(editor.form.listen_note) is Weight.WARNING
        assert editor.form.use_free.text() == f"Use port {first + 1}"
        QTest.mouseClick(editor.form.use_free, Qt.MouseButton.LeftButton)
    assert editor.form.listen_ports.text() == str(first + 1)
    assert editor.form.use_free.isHidden()


def test_a_range_is_looked_at_to_its_end_off_the_windows_thread(
    qtbot: QtBot, addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def look(*question: Any) -> PortNews:
        threads.append(threading.current_thread().name)
        return check_ports(*question)

    monkeypatch.setattr("gui.port_watch.check_ports", look)
    first = free_run(12)
    with listen(port=first + 2), listen(port=first + 3):
        monkeypatch.setattr(os, "getpid", lambda: -1)
        editor = open_editor(qtbot, addresses)
        retype(editor.form.listen_ports, f"{first}-{first + 3}")
        note = editor.form.listen_note
        said = f"Other programs hold 2 of these ports; the first is {first + 2}."
        qtbot.waitUntil(lambda: note.text() == said)
        assert editor.form.use_free.text() == f"Use ports {first + 4}-{first + 7}"
        QTest.mouseClick(editor.form.use_free, Qt.MouseButton.LeftButton)
    assert editor.form.listen_ports.text() == f"{first + 4}-{first + 7}"
    assert set(threads) == {"portway-background"}


@pytest.fixture
def typed_into(qtbot: QtBot, addresses: Addresses, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """An editor that has something to suggest, the keyboard in its target."""
    found = (Suggestion("127.0.0.1:5432", "postgres"), Suggestion("[::1]:6379", "redis-server"))
    monkeypatch.setattr("gui.editor.suggestions", lambda: found)
    editor = open_editor(qtbot, addresses)
    model = editor.form.target_host.model()
    qtbot.waitUntil(lambda: model.rowCount() == 4)
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    editor.form.target_host.line.setFocus()
    qtbot.waitUntil(editor.form.target_host.line.hasFocus)
    return editor


def keyboard() -> QWidget:
    """What takes the keys: a list that is open, else the field."""
    taker = QApplication.activePopupWidget() or QApplication.focusWidget()
    assert taker is not None
    return taker


def type_keys(text: str) -> None:
    for key in text:
        QTest.keyClicks(keyboard(), key)


def press(key: Qt.Key) -> None:
    QTest.keyClick(keyboard(), key)


def listed(editor: Editor) -> list[str]:
    """What is listed below the target while one types."""
    field = editor.form.target_host
    return [host for host, _ in field.meant.choices] if field.completer_list.isVisible() else []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1", []),
        ("12", ["127.0.0.1", "127.0.0.1:5432"]),
        ("post", ["127.0.0.1:5432"]),
        ("SERV", ["[::1]:6379"]),
        ("63", ["[::1]:6379"]),
        ("::", ["[::1]:6379"]),
        ("exam", ["example.org:80"]),
        ("list", ["example.org:80"]),
        ("0.0", []),
    ],
)
def test_what_a_beginning_may_mean_is_listed_while_one_types(
    typed_into: Editor, typed: str, meant: list[str]
) -> None:
    type_keys(typed)
    assert listed(typed_into) == meant
    assert typed_into.form.target_host.text() == typed, "nothing is written unasked"


@pytest.mark.parametrize("taker", ["completer_list", "line"])
def test_keys_typed_on_before_the_list_has_let_go_go_to_the_next_field(
    typed_into: Editor, taker: str
) -> None:
    """A slow X server gives them to the list, which had the keyboard when they were typed."""
    host, ports = typed_into.form.target_host, typed_into.form.target_ports
    type_keys("127.0.0.1")
    assert listed(typed_into)
    press(Qt.Key.Key_Tab)
    assert not listed(typed_into)
    QTest.keyClicks(getattr(host, taker), "80")
    assert (host.text(), ports.text()) == ("127.0.0.1", "80")


def test_keys_go_to_what_is_listed_and_take_it_with_its_port(
    qtbot: QtBot, typed_into: Editor
) -> None:
    form = typed_into.form
    type_keys("12")
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: form.target_host.text() == "127.0.0.1:5432")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: form.target_host.text() == "127.0.0.1")
    assert form.target_ports.text() == "5432"
    assert form.target_note.text() == "A program on this computer."
    assert typed_into.isVisible()


def test_enter_takes_nothing_that_nobody_went_to(typed_into: Editor) -> None:
    type_keys("post")
    press(Qt.Key.Key_Return)
    assert typed_into.form.target_host.text() == "post"
    assert listed(typed_into) == []


def test_escape_closes_the_list_and_then_the_editor(qtbot: QtBot, typed_into: Editor) -> None:
    type_keys("post")
    press(Qt.Key.Key_Escape)
    assert listed(typed_into) == []
    assert typed_into.isVisible()
    press(Qt.Key.Key_Escape)
    assert not typed_into.isVisible()


def test_what_is_listed_has_the_room_it_needs(typed_into: Editor) -> None:
    field = typed_into.form.target_host
    long = "a-rather-long-name.of-a-host.in-a-rather.example.org:8443"
    field.offer_targets([long])
    type_keys("8443")
    assert listed(typed_into) == [long]
    assert field.completer_list.viewport().width() >= field.completer_list.sizeHintForColumn(0)
    assert field.completer_list.width() > field.width()


def test_what_is_gone_to_is_read_at_once(qtbot: QtBot, typed_into: Editor) -> None:
    type_keys("12")
    press(Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: typed_into.form.target_host.text() == "127.0.0.1")
    said = "Fill in the port to listen on."
    qtbot.waitUntil(lambda: typed_into.verdict.text() == said)
    press(Qt.Key.Key_Escape)
    assert typed_into.isVisible()
    assert typed_into.form.target_host.text() == "127.0.0.1"


def test_a_target_of_the_list_that_is_found_here_is_called_by_its_name() -> None:
    choices = targets(["127.0.0.1:5432", "b:80"], [Suggestion("127.0.0.1:5432", "postgres")])
    assert choices == [
        ("127.0.0.1", "This computer"),
        ("127.0.0.1:5432", "postgres, on this computer"),
        ("b:80", "in your list"),
    ]


def test_what_listens_here_is_offered_with_its_port(
    qtbot: QtBot, addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = (Suggestion("127.0.0.1:5432", "postgres"),)
    monkeypatch.setattr("gui.editor.suggestions", lambda: found)
    editor = open_editor(qtbot, addresses)
    choices = editor.form.target_host.model()
    qtbot.waitUntil(lambda: choices.rowCount() == 3)
    assert choices.index(2, 0).data() == "127.0.0.1:5432   postgres, on this computer"
    editor.form.target_host.setCurrentIndex(2)
    editor.form.target_host.activated.emit(2)
    assert (editor.form.target_host.text(), editor.form.target_ports.text()) == (
        "127.0.0.1",
        "5432",
    )
