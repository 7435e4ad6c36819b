"""Messages of the desktop: shown by its service, told of when clicked, handed back when nobody can.

The bus is a real one of the test's own, and the service on it is played.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from jeepney import new_error

from core.system.notifications import Note, Notifications
from tests.gui.desktop_services import Notifications as Service
from tests.gui.private_bus import NOTHING, Answer, bus_is_missing, private_bus
from tests.gui.private_bus import Service as AnyService
from tests.support import PATIENCE, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jeepney import Message

needs_a_bus = pytest.mark.skipif(bus_is_missing(), reason="needs dbus-daemon to be installed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of desktops on Linux")


SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"


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


@needs_a_bus
def test_half_a_character_ends_nothing(service: Service, front: Front) -> None:
    front.show("half \ud83d", "of \ude00", about=1)
    front.show("whole")
    assert eventually(lambda: len(service.shown) == 2)
    assert [(one.title, one.text) for one in service.shown] == [("half ?", "of ?"), ("whole", "")]


@needs_a_bus
def test_a_desktop_that_refuses_a_message_shows_the_next(bus: str, front: Front) -> None:
    class Choosy(Service):
        def _reply(self, message: Message) -> Message:
            if "refused" in message.body:
                return new_error(message, "org.freedesktop.DBus.Error.LimitsExceeded")
            return super()._reply(message)

    with contextlib.closing(Choosy(bus)) as service:
        front.show("refused")
        front.show("shown")
        assert eventually(lambda: [one.title for one in service.shown] == ["shown"])
        assert front.failed == ["refused"]


class Stuck(Service):
    """A desktop that takes messages and does not answer."""

    def __init__(self, bus: str) -> None:
        self.asked = threading.Event()
        self.freed = threading.Event()
        super().__init__(bus)

    def Notify(self, _message: Message) -> Answer:
        self.asked.set()
        self.freed.wait(PATIENCE)
        return NOTHING

    def close(self) -> None:
        self.freed.set()
        super().close()


@needs_a_bus
def test_a_service_that_does_not_answer_is_given_up(
    bus: str, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.system import notification_service

    monkeypatch.setattr(notification_service, "ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(notification_service, "CONNECT_SECONDS", 10 * PATIENCE)
    with contextlib.closing(Stuck(bus)):
        front.show("one")
        assert eventually(lambda: front.failed == ["one"])


@needs_a_bus
def test_a_bus_that_takes_nothing_is_given_up(
    service: Service, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.system import notification_service

    monkeypatch.setattr(notification_service, "ANSWER_SECONDS", 2.0)
    front.show("one")
    assert eventually(lambda: len(service.shown) == 1)
    bus = "org.freedesktop.DBus"
    member = "GetConnectionUnixProcessID"
    (daemon,) = service.ask(bus, "/org/freedesktop/DBus", bus, member, "s", bus)
    os.kill(daemon, signal.SIGSTOP)
    try:
        front.show("two", "more than fits on the way to it" * 100_000)
        assert eventually(lambda: front.failed == ["two"])
    finally:
        os.kill(daemon, signal.SIGCONT)


@needs_a_bus
def test_the_end_waits_for_no_service(bus: str, front: Front) -> None:
    with contextlib.closing(Stuck(bus)) as service:
        front.show("one")
        assert service.asked.wait(PATIENCE)
        front.close()
        assert "portway-notes" not in {thread.name for thread in threading.enumerate()}
        assert not service.freed.is_set()
    assert front.failed == []


class StrangeBus:
    """A socket where a bus should be, which says something else, and tells when we have left."""

    def __init__(self, path: Path, says: bytes, greets: bytes = b"OK 0123\r\n") -> None:
        self.address = f"unix:path={path}"
        self.left = threading.Event()
        self._says, self._greets = says, greets
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, name="strange bus")
        self._thread.start()

    def _serve(self) -> None:
        peer, _ = self._listener.accept()
        with peer, contextlib.suppress(OSError):
            while not peer.recv(1024).endswith(b"\r\n"):
                pass
            peer.sendall(self._greets)
            heard = b""
            while part := peer.recv(1024):
                if b"BEGIN" not in heard and b"BEGIN" in (heard := heard + part):
                    peer.sendall(self._says)
        self.left.set()

    def close(self) -> None:
        self._thread.join(PATIENCE)
        self._listener.close()


@pytest.mark.parametrize(
    ("greets", "says"),
    [
        (b"REJECTED\r\n", b""),
        (b"\r\n", b""),
        (b"OK 0123\r\n", b""),
        (b"OK 0123\r\n", bytes(range(64))),
        (b"OK 0123\r\n", b"l\x02\0\1" + b"\xff\xff\0\0" * 9),
        (b"OK 0123\r\n", b"l\x02\0\1\0\0\0\0\1\0\0\0\x08\0\0\0\x05\1u\0\1\0\0\0"),
    ],
    ids=["rejects", "greets with nothing", "silent", "rubbish", "half a message", "empty hello"],
)
def test_what_is_no_bus_is_left(
    tmp_path: Path, front: Front, monkeypatch: pytest.MonkeyPatch, greets: bytes, says: bytes
) -> None:
    from core.system import notification_service

    monkeypatch.setattr(notification_service, "CONNECT_SECONDS", 0.1)
    with contextlib.closing(StrangeBus(tmp_path / "bus", says, greets)) as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        front.show("one")
        assert eventually(lambda: front.failed == ["one"])
        assert bus.left.wait(PATIENCE)


@needs_a_bus
def test_the_usual_address_of_a_bus_needs_no_telling(
    front: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with private_bus() as address, contextlib.closing(Service(address)) as service:
        (tmp_path / "bus").symlink_to(address.partition("path=")[2].partition(",")[0])
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        front.show("one")
        assert eventually(lambda: [one.title for one in service.shown] == ["one"])


def test_who_shows_nothing_does_not_load_jeepney() -> None:
    source = (
        "import sys\nfrom core.system.notifications import Notifications\n"
        "Notifications(print, print).close()\nprint(*sys.modules)"
    )
    command = [sys.executable, "-c", source]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert not {"jeepney", "core.system.notification_service"} & set(done.stdout.split())
