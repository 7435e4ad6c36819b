"""What other processes ask of the window: done in its thread, undoable, and answered."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from core.config.changes import Add, Change, Remove, Replace, SetAll, Switch
from core.config.store import Store
from core.engine.snapshot import MappingNumbers
from core.engine.status import State
from core.instance.messages import (
    About,
    Done,
    GetStatus,
    Make,
    Quit,
    Raise,
    Reply,
    Request,
    Status,
)
from core.message import PortwayError
from gui import requests as module
from gui.requests import Requests
from tests.gui.examples import PORT_IN_USE, mapping
from tests.gui.fake_engine import FakeEngine
from tests.support import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from gui.desktop import Desktop

    MakeDesktop = Callable[..., Desktop]

WEB, MAIL = mapping("Web"), mapping("Mail", 2525)
ABOUT = About(pid=1, kind="window", version="0")  # type: ignore[arg-type]


class Asking:
    """A thread that asks, as the channel's do."""

    def __init__(self, requests: Requests, request: Request) -> None:
        self.reply: Reply | None = None
        self.error: PortwayError | None = None

        def ask() -> None:
            try:
                self.reply = requests.answer(request)
            except PortwayError as error:
                self.error = error

        self.thread = threading.Thread(target=ask)
        self.thread.start()

    def wait(self, qtbot: QtBot) -> None:
        """Wait for the answer, while the event loop runs."""
        qtbot.waitUntil(lambda: not self.thread.is_alive(), timeout=int(PATIENCE * 1000))


@pytest.fixture
def desktop(make_desktop: MakeDesktop) -> Desktop:
    desktop = make_desktop(WEB, MAIL)
    desktop.start(hidden=False)
    return desktop


@pytest.fixture
def requests(desktop: Desktop) -> Iterator[Requests]:
    def status() -> Status:
        return desktop.bridge.live.status(ABOUT, desktop.engine.submit)

    requests = Requests(desktop.list.take, status, desktop)
    yield requests
    requests.close()


def names(desktop: Desktop) -> list[str]:
    return [one.name for one in desktop.list.mappings]


NEW = mapping("New", 9999)
CHANGES: dict[str, tuple[Change, list[str]]] = {
    "add": (Add((NEW,)), ["Web", "Mail", "New"]),
    "replace": (Replace((mapping("Web", 8081),)), ["Web", "Mail"]),
    "remove": (Remove(("Web",)), ["Mail"]),
    "switch off": (Switch(("Web", "Mail"), on=False), ["Web", "Mail"]),
    "set all": (SetAll((NEW, WEB)), ["New", "Web"]),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_made_saved_and_can_be_undone(
    qtbot: QtBot, desktop: Desktop, requests: Requests, what: str
) -> None:
    change, after = CHANGES[what]
    asking = Asking(requests, Make(change))
    asking.wait(qtbot)
    assert (asking.reply, asking.error) == (Done(), None)
    assert names(desktop) == after
    assert desktop.list.mappings != (WEB, MAIL)
    assert desktop.saver.flush(PATIENCE)
    assert Store(desktop.store.folder).load().profile.mappings == desktop.list.mappings
    assert desktop.list.history.undoText()
    desktop.actions.undo.trigger()
    assert desktop.list.mappings == (WEB, MAIL)


def test_a_change_that_cannot_be_is_refused_and_changes_nothing(
    qtbot: QtBot, desktop: Desktop, requests: Requests
) -> None:
    asking = Asking(requests, Make(Remove(("Web", "gone"))))
    asking.wait(qtbot)
    assert "no mapping gone" in str(asking.error)
    assert desktop.list.mappings == (WEB, MAIL)
    assert not desktop.list.history.canUndo()


def test_the_state_is_told_without_this_thread(desktop: Desktop, requests: Requests) -> None:
    engine = desktop.engine
    assert isinstance(engine, FakeEngine)
    engine.statuses["Mail"] = PORT_IN_USE
    engine.numbers["Web"] = MappingNumbers(bytes_up=5, connections=2)
    desktop.list.take(Add((NEW,)))
    desktop.list.take(Switch(("Web",), on=False))
    desktop.list.take(Switch(("Web",), on=True))
    asking = Asking(requests, GetStatus())
    asking.thread.join(PATIENCE)  # and no event loop runs
    assert isinstance(asking.reply, Status)
    web, mail, new = asking.reply.rows
    assert (web.mapping, web.state, web.numbers.bytes_up) == (WEB, State.LISTENING, 5)
    assert mail.state == State.WAITING
    assert mail.trouble is not None
    assert mail.trouble.reason == "127.0.0.1:8080 is in use by nginx (process 812)."
    assert mail.trouble.owner is not None
    assert new.mapping == NEW


def test_an_engine_that_has_stopped_is_told(desktop: Desktop, requests: Requests) -> None:
    desktop.end()
    with pytest.raises(PortwayError, match=r"engine .* does not work"):
        requests.answer(GetStatus())


def test_the_window_is_raised_and_the_program_ended_on_request(
    qtbot: QtBot, requests: Requests
) -> None:
    for request, signal in ((Raise(), requests.raise_wanted), (Quit(), requests.quit_wanted)):
        with qtbot.waitSignal(signal):
            asking = Asking(requests, request)
        asking.wait(qtbot)
        assert asking.reply == Done()


def test_whoever_waits_at_the_end_is_told(requests: Requests) -> None:
    asking = Asking(requests, Raise())
    assert asking.thread.is_alive()
    requests.close()
    asking.thread.join(PATIENCE)
    assert "just ending" in str(asking.error)
    with pytest.raises(PortwayError, match="just ending"):
        requests.answer(Raise())


def test_a_window_that_is_busy_is_not_waited_for_too_long(
    qtbot: QtBot, desktop: Desktop, requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.01)
    asking = Asking(requests, Make(Remove(("Web",))))
    asking.thread.join(PATIENCE)
    assert "too busy" in str(asking.error)
    asked_later = Asking(requests, Raise())
    monkeypatch.setattr(module, "PATIENCE_SECONDS", PATIENCE)
    asked_later.wait(qtbot)
    assert desktop.list.mappings == (WEB, MAIL), "what was given up is not done later"
