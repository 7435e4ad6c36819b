"""Messages of the desktop: shown by its service, told of when clicked, handed back when nobody can.

The bus is a real one of the test's own, and the service on it is played.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.system.notifications import PATH, SERVICE, Note, Notifications
from core.system.session_bus import _Reader, _Writer
from tests.gui.desktop_services import Notifications as Service
from tests.gui.private_bus import Service as AnyService
from tests.gui.private_bus import bus_is_missing, private_bus
from tests.support import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

needs_a_bus = pytest.mark.skipif(bus_is_missing(), reason="needs dbus-daemon to be installed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of desktops on Linux")


class Front:
    """Who shows notes, and hears what becomes of them."""

    def __init__(self) -> None:
        self.clicked: list[object] = []
        self.failed: list[str] = []
        self._notes = Notifications(
            self.clicked.append, lambda note: self.failed.append(note.title)
        )

    def show(self, title: str, text: str = "", about: object = None) -> None:
        self._notes.show(Note(title, text, about))

    def close(self) -> None:
        self._notes.close(5)


@pytest.fixture
def front() -> Iterator[Front]:
    with contextlib.closing(Front()) as front:
        yield front


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with private_bus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
        yield bus


@pytest.fixture
def service(bus: str) -> Iterator[Service]:
    with contextlib.closing(Service(bus)) as service:
        yield service


@needs_a_bus
def test_each_message_that_is_clicked_gives_back_what_it_was_about(
    service: Service, front: Front
) -> None:
    front.show("Web: Waiting", "127.0.0.1:80 is in use.", ["web"])
    front.show("二", "端口被占用", ["mail", "dns"])
    assert eventually(lambda: len(service.shown) == 2)
    first, second = service.shown
    assert (first.title, first.text) == ("Web: Waiting", "127.0.0.1:80 is in use.")
    assert (second.title, second.text) == ("二", "端口被占用")
    assert first.actions == ("default", "Open")
    service.click(second)
    assert eventually(lambda: front.clicked == [["mail", "dns"]])
    service.click(first)
    assert eventually(lambda: front.clicked[1:] == [["web"]])
    assert front.failed == []


@needs_a_bus
def test_clicks_on_messages_of_others_are_not_ours(
    bus: str, service: Service, front: Front
) -> None:
    front.show("one", about=1)
    assert eventually(lambda: len(service.shown) == 1)
    (shown,) = service.shown
    service.emit("ActionInvoked", "us", shown.number + 1, "default")
    service.emit("ActionInvoked", "us", shown.number, "another action")
    service.emit("ActionInvoked", "s", "nonsense")
    service.emit("NotificationClosed", "uu", shown.number, 2)
    with contextlib.closing(AnyService(bus, "org.example.Stranger", PATH, SERVICE)) as stranger:
        stranger.emit("ActionInvoked", "us", shown.number, "default")
    front.show("two", about=2)
    assert eventually(lambda: len(service.shown) == 2)
    service.click(service.shown[1])
    assert eventually(lambda: bool(front.clicked))
    assert front.clicked == [2]


@needs_a_bus
@pytest.mark.parametrize(
    ("can", "text"), [("body", "a <b> & c"), ("body-markup", "a &lt;b&gt; &amp; c")]
)
def test_a_name_is_no_markup(bus: str, front: Front, can: str, text: str) -> None:
    with contextlib.closing(Service(bus, can)) as service:
        front.show("title", "a <b> & c")
        assert eventually(lambda: bool(service.shown))
        assert service.shown[0].text == text
        assert service.shown[0].actions == (), "it knows no clicks"


@needs_a_bus
def test_without_a_service_messages_are_handed_back_until_there_is_one(
    bus: str, front: Front
) -> None:
    front.show("lost")
    assert eventually(lambda: front.failed == ["lost"])
    with contextlib.closing(Service(bus)) as service:
        front.show("shown")
        assert eventually(lambda: [one.title for one in service.shown] == ["shown"])
    front.show("lost too")  # the service has crashed
    assert eventually(lambda: front.failed == ["lost", "lost too"])
    with contextlib.closing(Service(bus)) as service:
        front.show("shown again")
        assert eventually(lambda: [one.title for one in service.shown] == ["shown again"])


@pytest.mark.parametrize("address", ["unix:path=/nonexistent/bus", "tcp:host=x", "", "nonsense"])
def test_without_a_bus_messages_are_handed_back(
    front: Front, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    front.show("one")
    assert eventually(lambda: front.failed == ["one"])
    front.show("two")
    assert eventually(lambda: front.failed == ["one", "two"])


def test_a_bus_that_ends_is_survived(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    if bus_is_missing():
        pytest.skip("needs dbus-daemon to be installed")
    with private_bus() as bus, contextlib.closing(Service(bus)) as service:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
        front.show("one")
        assert eventually(lambda: bool(service.shown))
    front.show("two")
    assert eventually(lambda: front.failed == ["two"])


VALUES = ("s", "text — ü"), ("u", 4_000_000_000), ("i", -5), ("b", 1), ("y", 7), ("as", ["a", ""])


def test_what_is_written_is_read_again() -> None:
    signature = "".join(kind for kind, _ in VALUES) + "a{sv}(su)"
    values = [value for _, value in VALUES]
    writer = _Writer()
    writer.put(signature, *values, {"key": ("u", 3)}, ("x", 1))
    read = _Reader(bytes(writer.data), "<").take(signature)
    assert read == (*values, [("key", 3)], ("x", 1))


@given(st.binary(), st.sampled_from(["s", "a(yv)", "us", "as", "a{sv}", "g", "v", "x"]))
def test_any_bytes_are_values_or_an_error_of_the_connection(data: bytes, signature: str) -> None:
    with contextlib.suppress(ConnectionError):
        _Reader(data, ">").take(signature)
