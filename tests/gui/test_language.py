"""Languages: every text is marked and translated, and the window changes over while it is open."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QDir, Qt, QTranslator
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QTableView,
    QWidget,
)

from gui.action_button import ActionButton
from gui.background import Background
from gui.editor import Editor
from gui.language import Language, available, use
from gui.log_model import LogColumn
from gui.log_view import LogView
from gui.settings_dialog import SettingsDialog
from gui.text_painting import PADDING
from tests.gui.dialogs import OPENED
from tests.gui.examples import PORT_IN_USE, mapping
from tests.gui.texts import CORE, Found, Text, find_texts, read
from tests.gui.translating import CHINESE, ENGLISH, release, update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]


def messages(file: Path) -> Iterator[tuple[str, str, ElementTree.Element]]:
    """Context, source and translation of each entry."""
    for context in ElementTree.parse(file).getroot().findall("context"):
        for message in context.findall("message"):
            translation = message.find("translation")
            assert translation is not None
            yield context.findtext("name", ""), message.findtext("source", ""), translation


def forms(translation: ElementTree.Element) -> list[str]:
    plural = [form.text or "" for form in translation.findall("numerusform")]
    return plural or [translation.text or ""]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None} | set(
        re.findall(r"%n", text)
    )


def test_every_text_that_a_user_sees_is_marked_for_translation() -> None:
    assert find_texts().faults == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('label.setText("Hello")', "not marked"),
        ('label.setText(f"{x} y")', "glued"),
        ('label.setText("a" + x)', "glued"),
        ('class A:\n  def f(self): self.tr(f"{x}")', "no literal"),
        ("def f(): message(g())", "cannot be seen"),
    ],
)
def test_an_unmarked_text_is_found(source: str, fault: str) -> None:
    found = Found()
    read(source, "gui/example.py", found)
    assert len(found.faults) == 1
    assert fault in found.faults[0]


def test_marked_texts_are_found_with_their_contexts() -> None:
    found = Found()
    source = (
        'class A:\n  def f(self):\n    self.tr("%n x", "", n)\n'
        'def g(a):\n  text = "yes" if a else "no"\n  message(text)\n  return h("never")\n'
        "def h(text):\n  return message(text)"
    )
    read(source, "gui/example.py", found)
    assert found.faults == []
    assert found.texts == {
        Text("A", "%n x", "", plural=True),
        *(Text(CORE, word) for word in ("yes", "no", "never")),
    }


@pytest.mark.parametrize("file", [CHINESE, ENGLISH], ids=lambda file: file.stem)
def test_every_text_is_translated_with_all_its_placeholders(file: Path) -> None:
    for context, source, translation in messages(file):
        assert "type" not in translation.attrib, f"{translation.get('type')}: {context}: {source}"
        for form in forms(translation):
            assert form, (context, source)
            assert placeholders(form) == placeholders(source), (context, source, form)
            if file == CHINESE:  # 文件(&F)
                assert form.count("&") == source.count("&"), (context, source, form)


def test_the_files_hold_the_texts_of_the_sources(tmp_path: Path) -> None:
    chinese, english = tmp_path / CHINESE.name, tmp_path / ENGLISH.name
    chinese.write_bytes(CHINESE.read_bytes())
    english.write_bytes(ENGLISH.read_bytes())
    update(chinese, english)
    for old, new in ((CHINESE, chinese), (ENGLISH, english)):
        now = {(context, source) for context, source, _ in messages(new)}
        assert now == {(context, source) for context, source, _ in messages(old)}, (
            "run python -m tests.gui.translating"
        )


@pytest.mark.parametrize("file", [CHINESE, ENGLISH], ids=lambda file: file.stem)
def test_what_is_shipped_is_what_was_translated(file: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.qm"
    release(file, made)
    assert made.read_bytes() == file.with_suffix(".qm").read_bytes(), (
        "run python -m tests.gui.translating release"
    )


def words_in(widget: QWidget) -> list[str]:
    """All texts of a window's parts."""
    found = [action.text() for action in widget.findChildren(QAction)]
    found += [label.text() for label in widget.findChildren(QLabel)]
    found += [button.text() for button in widget.findChildren(QAbstractButton)]
    found += [line.placeholderText() for line in widget.findChildren(QLineEdit)]
    found += [menu.title() for menu in widget.findChildren(QMenu)]
    found += [child.accessibleName() for child in widget.findChildren(QWidget)]
    found += [child.toolTip() for child in widget.findChildren(QWidget)]
    for choice in widget.findChildren(QComboBox):
        found += [choice.itemText(at) for at in range(choice.count())]
    for box in widget.findChildren(QAbstractSpinBox):
        found += [box.text()]
    for table in widget.findChildren(QTableView):
        model = table.model()
        for column in range(model.columnCount()):
            found += [str(model.headerData(column, Qt.Orientation.Horizontal) or "")]
            found += [str(model.index(row, column).data()) for row in range(model.rowCount())]
    found += [widget.windowTitle()]
    return [text for text in found if text]


@pytest.mark.usefixtures("speaking_english_again")
def test_an_open_window_changes_over_to_chinese_and_back(
    qtbot: QtBot, make_desktop: MakeDesktop
) -> None:
    desktop = make_desktop(mapping("甲", 8080), mapping("乙", 8081, group="丙"))
    desktop.engine.statuses["甲"] = PORT_IN_USE  # type: ignore[attr-defined]
    desktop.start(hidden=False)
    qtbot.waitUntil(lambda: desktop.model.summary().troubled == 1)
    foot = desktop.window.status_line.listening
    qtbot.waitUntil(lambda: foot.text() == "1 of 2 listening, 1 in trouble")
    offer = desktop.window.details.head.remedy_button
    qtbot.waitUntil(lambda: offer.text().startswith("Use port"))
    english = words_in(desktop.window)
    use("zh_CN")
    bar = desktop.window.menuBar()
    qtbot.waitUntil(lambda: bar.actions()[0].text() == "文件(&F)")
    left = [text for text in words_in(desktop.window) if re.search(r"[A-Za-z]{3}", text)]
    known = re.compile(r"Portway|127\.0\.0\.1|Ctrl|Del|nginx|kB")
    assert [text for text in left if not known.search(text)] == []
    assert desktop.actions.import_file.iconText() == "导入"
    assert "(&" not in " ".join(button.text() for button in bar.window().findChildren(ActionButton))
    assert desktop.actions.toggle.text() in ("启用(&N)", "停用(&F)")
    assert desktop.tray.icon.toolTip().startswith("Portway\uff1a")
    assert (
        desktop.window.table.shown.headerData(1, desktop.window.table.header().orientation())
        == "名称"
    )
    use("en")
    qtbot.waitUntil(lambda: bar.actions()[0].text() == "&File")
    assert set(words_in(desktop.window)) == set(english)


@pytest.mark.parametrize("kind", OPENED)
@pytest.mark.usefixtures("speaking_english_again")
def test_an_open_dialog_changes_over_to_chinese_and_back(
    qtbot: QtBot, make_desktop: MakeDesktop, kind: str
) -> None:
    use("en")
    names = ("\u7532", "\u4e59")
    desktop = make_desktop(*(mapping(name, 1, target_host="127.0.0.1") for name in names))
    desktop.start(hidden=False)
    OPENED[kind](desktop)
    (dialog,) = (one for one in desktop.window.findChildren(QDialog) if type(one).__name__ == kind)
    settle(qtbot, desktop, dialog)
    english = words_in(dialog)
    assert len(english) > 4
    use("zh_CN")
    known = re.compile(
        r"Portway|English|127\.0\.0\.1|Ctrl|Alt|Shift|F\d|Del|Esc|Tab|Space|Return|Enter|Home|End|Up"
        r"|Down|Left|Right|kB|PROXY|TCP|UDP|example\.org|Python|MIT|\*|IPv6|使用端口"
    )

    def left() -> list[str]:
        found = [text for text in words_in(dialog) if re.search(r"[A-Za-z]{3}", text)]
        return [text for text in found if not known.search(text)]

    qtbot.waitUntil(lambda: left() == [])
    use("en")
    qtbot.waitUntil(lambda: sorted(set(words_in(dialog)) ^ set(english)) == [])
    dialog.close()


def settle(qtbot: QtBot, desktop: Desktop, dialog: QDialog) -> None:
    """Wait until nothing more comes that was asked in the background."""
    asked = [*dialog.findChildren(Background), *desktop.findChildren(Background)]
    qtbot.waitUntil(lambda: not any(one.running for one in asked), timeout=20_000)
    qtbot.waitUntil(lambda: desktop.model.summary().listening == 2)
    # What stood for the step under way goes a little later than the step is done.
    qtbot.waitUntil(lambda: not any(text.endswith("looking…") for text in words_in(dialog)))
    if isinstance(dialog, Editor | SettingsDialog):
        qtbot.waitUntil(lambda: desktop.addresses.known != ())
    if isinstance(dialog, LogView):
        qtbot.waitUntil(lambda: words_in(dialog).count("Listening.") == 2)


@pytest.mark.usefixtures("speaking_english_again")
def test_plurals_are_right(qapp: QApplication, make_desktop: MakeDesktop) -> None:
    clipboard = make_desktop().window.list_actions.clipboard

    def added(number: int) -> str:
        return clipboard.tr("%n mapping(s) added.", "", number)

    assert (added(1), added(2)) == ("1 mapping was added.", "2 mappings were added.")
    use("zh_CN")
    assert (added(1), added(2)) == ("已添加 1 个映射。", "已添加 2 个映射。")


@pytest.mark.usefixtures("speaking_english_again")
@pytest.mark.parametrize(
    ("wish", "spoken"),
    [("zh_CN", "zh_CN"), ("zh_SG", "zh_CN"), ("zh_TW", "en"), ("de", "en"), ("system", "en")],
)
def test_the_nearest_language_is_spoken(qapp: QApplication, wish: str, spoken: str) -> None:
    use(wish)
    language = qapp.findChild(Language)
    assert isinstance(language, Language)
    assert language.code == spoken


def test_each_language_offered_has_its_file() -> None:
    for choice in available():
        folder = QDir(str(CHINESE.parent))
        assert QTranslator().load(f"portway_{choice.code}.qm", folder.path()), choice


@pytest.mark.usefixtures("speaking_english_again")
def test_what_is_open_grows_with_the_words_of_another_language(
    qtbot: QtBot, make_desktop: MakeDesktop
) -> None:
    use("zh_CN")
    desktop = make_desktop(mapping("甲", 8080))
    desktop.start(hidden=False)
    desktop.actions.log.trigger()
    desktop.actions.settings.trigger()
    (log,) = desktop.window.findChildren(LogView)
    (settings,) = desktop.window.findChildren(SettingsDialog)
    qtbot.waitUntil(settings.isVisible)
    settings.resize(settings.minimumSizeHint())
    use("en")
    qtbot.waitUntil(lambda: settings.windowTitle().startswith("Settings"))
    for table in (log.table, desktop.window.details.events.table):
        warning = QFontMetrics(table.font()).horizontalAdvance("Warning")
        assert table.columnWidth(LogColumn.LEVEL) >= warning + 2 * PADDING
    qtbot.waitUntil(lambda: settings.height() >= settings.heightForWidth(settings.width()))
    assert settings.width() >= settings.sizeHint().width()
