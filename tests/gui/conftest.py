"""For every test of the front end: no screen is needed, and nothing of Qt stays behind."""

from __future__ import annotations

import gc
import os
import threading
from typing import TYPE_CHECKING

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Whoever runs the tests at a desktop is to see no messages of theirs.
os.environ["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent/bus"
if "SYSTEMROOT" in os.environ:  # the offscreen platform does not know where Windows has its fonts
    os.environ.setdefault("QT_QPA_FONTDIR", os.path.join(os.environ["SYSTEMROOT"], "Fonts"))  # noqa: PTH118

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QThread, QTimer

from core.config.store import Store
from gui.appearance import Appearance
from gui.desktop import Desktop
from gui.language import Language, use
from gui.list_clipboard import leave_plain_text
from tests.gui.fake_engine import FakeEngine
from tests.support import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from core.config.mapping import Mapping

MakeDesktop = "Callable[..., Desktop]"


@pytest.fixture(autouse=True)
def nothing_of_qt_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a window, a running timer, a QThread or a thread behind."""
    if "qapp" not in request.fixturenames:
        yield
        return
    app: QApplication = request.getfixturevalue("qapp")
    threads = set(threading.enumerate())
    windows = set(app.topLevelWidgets())
    timers = set(map(id, _running(QTimer)))
    yield
    _delete_what_was_asked_to_go()
    gc.collect()
    _delete_what_was_asked_to_go()
    left = [f"window {one!r}" for one in app.topLevelWidgets() if one not in windows]
    left += [f"timer of {one.parent()!r}" for one in _running(QTimer) if id(one) not in timers]
    left += [f"thread {one!r}" for one in _running(QThread)]
    assert not left, f"left behind: {left}"

    def still_running() -> list[str]:
        new = set(threading.enumerate()) - threads
        return [one.name for one in new if not isinstance(one, threading._DummyThread)]

    assert eventually(lambda: not still_running(), seconds=3.0), f"threads: {still_running()}"


def _delete_what_was_asked_to_go() -> None:
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def _running(kind: type[QTimer | QThread]) -> list[QTimer | QThread]:
    found: list[QTimer | QThread] = []
    for one in gc.get_objects():
        if type(one) is not kind or not shiboken6.isValid(one):
            continue
        if one.isActive() if isinstance(one, QTimer) else one.isRunning():
            found.append(one)
    return found


@pytest.fixture(scope="session", autouse=True)
def _themed(qapp: QApplication) -> Iterator[None]:
    """The application as the program dresses it."""
    QLocale.setDefault(QLocale("en_US"))
    qapp.setQuitOnLastWindowClosed(False)
    Appearance(qapp)
    Language(qapp).use("en")
    yield
    leave_plain_text()


@pytest.fixture
def make_desktop(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Desktop]]:
    """Make a whole front end over a fake engine, on a profile of its own; ends it afterwards."""
    made: list[Desktop] = []

    def make(*mappings: Mapping) -> Desktop:
        store = Store(tmp_path)
        if mappings:
            from core.config.store import Profile

            store.save(Profile(mappings=mappings))
        desktop = Desktop(qapp, store, store.load(), FakeEngine)
        made.append(desktop)
        return desktop

    yield make
    for desktop in made:
        desktop.end()
        desktop.window.deleteLater()
        desktop.deleteLater()


@pytest.fixture
def speaking_english_again(qapp: QApplication) -> Iterator[None]:
    yield
    use("en")
    QLocale.setDefault(QLocale("en_US"))
    qapp.processEvents()
