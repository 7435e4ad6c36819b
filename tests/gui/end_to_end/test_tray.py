"""The real program in real trays: one on D-Bus played by the test, and trayer on X11."""

from __future__ import annotations

import contextlib
import shutil
import socket
from typing import TYPE_CHECKING

import pytest

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.config.store import Profile, Store
from tests.gui.desktop_services import Notifications, StatusNotifierHost
from tests.gui.private_bus import bus_is_missing, private_bus
from tests.gui.virtual_screen import VirtualScreen, missing, virtual_screen
from tests.support import eventually, free_port, listen, port_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from subprocess import Popen

needed = [*missing(), *(["dbus-daemon"] if bus_is_missing() else [])]
pytestmark = [
    pytest.mark.skipif(bool(needed), reason=f"needs {', '.join(needed)} to be installed"),
    pytest.mark.timeout(180),
]
with_trayer = pytest.mark.skipif(shutil.which("trayer") is None, reason="needs trayer")

LATE = 8.0
"""Seconds in which a tray that came is found; it is looked for every five."""


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    with virtual_screen() as screen:
        yield screen


@pytest.fixture
def bus() -> Iterator[str]:
    with private_bus() as bus:
        yield bus


@pytest.fixture
def notifications(bus: str) -> Iterator[Notifications]:
    with contextlib.closing(Notifications(bus)) as notifications:
        yield notifications


class Portway:
    """The program on this screen and bus, with two mappings of which the first is on."""

    def __init__(self, screen: VirtualScreen, bus: str, profile: Path, target: int) -> None:
        self.screen, self.bus, self.profile = screen, bus, profile
        self.web, self.mail = free_port(), free_port()
        web = Mapping(
            name="Web",
            listen_ports=PortRange.single(self.web),
            target_host="127.0.0.1",
            target_ports=PortRange.single(target),
        )
        mail = Mapping(
            name="Mail",
            group="Office",
            enabled=False,
            listen_ports=PortRange.single(self.mail),
            target_host="127.0.0.1",
            target_ports=PortRange.single(target),
        )
        Store(profile).save(Profile(mappings=(web, mail)))

    def start(self, *arguments: str) -> Popen[bytes]:
        more = {"DBUS_SESSION_BUS_ADDRESS": self.bus}
        return self.screen.portway(self.profile, *arguments, more=more)

    def wishes(self) -> list[bool]:
        return [one.enabled for one in Store(self.profile).load().profile.mappings]


@pytest.fixture
def portway(screen: VirtualScreen, bus: str, tmp_path: Path) -> Iterator[Portway]:
    with listen() as target:  # whose system takes what connects; nobody needs to answer
        yield Portway(screen, bus, tmp_path / "profile", port_of(target))


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except (ConnectionRefusedError, ConnectionResetError):  # reset by a listener that closes
        return False
    return True


def is_open(screen: VirtualScreen) -> bool:
    return screen.window("Portway") is not None


def is_minimised(screen: VirtualScreen) -> bool:
    """In the task bar, and not to be seen."""
    return any(screen.is_iconic(one) for one in screen.xdotool("search", "--name", "^Portway$"))


def close_and_answer(screen: VirtualScreen) -> None:
    """Close the window, and press Return in the question that comes: it bears the same title."""
    window = screen.wait_for_window("Portway")
    screen.key("ctrl+w")

    def is_asked() -> bool:
        shown = screen.xdotool("search", "--onlyvisible", "--name", "^Portway$")
        return bool(shown) and window not in shown

    assert eventually(is_asked, 20)
    screen.wait_for_window("Portway")
    screen.key("Return")


@contextlib.contextmanager
def tray_on(bus: str) -> Iterator[StatusNotifierHost]:
    with contextlib.closing(StatusNotifierHost(bus)) as tray:
        yield tray


def test_everything_can_be_done_from_the_menu_of_a_tray_that_gives_nothing_else(
    portway: Portway,
) -> None:
    with tray_on(portway.bus) as tray:
        program = portway.start("--hidden")
        assert eventually(lambda: bool(tray.items))
        assert eventually(lambda: accepts(portway.web))
        assert not is_open(portway.screen)
        assert eventually(lambda: tray.tool_tip() == "Portway: 1 of 2 listening")
        active = tray.icon()["IconPixmap"]

        tray.choose(tray.menu().find("Mail"))
        assert eventually(lambda: accepts(portway.mail))
        assert eventually(lambda: portway.wishes() == [True, True])
        # A tray that does not say that it shows the menu gets the mark as well.
        assert eventually(lambda: tray.menu(about_to_show=False).find("Mail").checked)
        tray.choose(tray.menu().find("The whole group"))
        assert eventually(lambda: not accepts(portway.mail))

        tray.choose(tray.menu().find("Stop all"))
        assert eventually(lambda: not accepts(portway.web))
        assert eventually(lambda: tray.icon()["IconPixmap"] != active), "idle looks otherwise"
        tray.choose(tray.menu().find("Start all"))
        assert eventually(lambda: accepts(portway.web) and accepts(portway.mail))

        tray.choose(tray.menu().find("Open Portway"))
        assert eventually(lambda: is_open(portway.screen))
        tray.choose(tray.menu().find("Quit"))
        assert program.wait(5) == 0
        assert not accepts(portway.web)


def test_a_pause_stops_all_and_a_crash_in_it_loses_no_wish(portway: Portway) -> None:
    with tray_on(portway.bus) as tray:
        program = portway.start("--hidden")
        assert eventually(lambda: accepts(portway.web))
        assert eventually(lambda: bool(tray.items))
        tray.choose(tray.menu().find("Pause everything for 30 minutes"))
        assert eventually(lambda: not accepts(portway.web))
        assert eventually(lambda: tray.tool_tip().startswith("Portway: paused until "))
        assert tray.menu().find("Web (Paused)").checked
        tray.choose(tray.menu().find("End the pause"))
        assert eventually(lambda: accepts(portway.web))
        tray.choose(tray.menu().find("Pause everything for 30 minutes"))
        assert eventually(lambda: not accepts(portway.web))
        program.kill()
        program.wait()
        assert portway.wishes() == [True, False]
        program = portway.start("--hidden")
        assert eventually(lambda: accepts(portway.web))
        program.terminate()
        assert program.wait(5) == 0


def test_a_late_tray_is_adopted_and_the_window_goes_into_it(portway: Portway) -> None:
    program = portway.start("--hidden")
    assert eventually(lambda: accepts(portway.web))
    assert eventually(lambda: is_minimised(portway.screen)), "the task bar stands in for the tray"
    with tray_on(portway.bus) as tray:
        assert eventually(lambda: bool(tray.items), LATE)
        assert eventually(lambda: not is_minimised(portway.screen))
        tray.click()
        assert eventually(lambda: is_open(portway.screen))
        program.terminate()
        assert program.wait(5) == 0


def test_a_tray_that_crashes_and_returns_gets_the_icon_again(portway: Portway) -> None:
    with tray_on(portway.bus) as tray:
        program = portway.start("--hidden")
        assert eventually(lambda: bool(tray.items))
    # At once, before anybody could have looked, and late, when the window stands in.
    with tray_on(portway.bus) as tray:
        assert eventually(lambda: bool(tray.items), LATE)
        assert "Web" in [one.label for one in tray.menu().all()]
    assert eventually(lambda: is_minimised(portway.screen), LATE)
    with tray_on(portway.bus) as tray:
        assert eventually(lambda: bool(tray.items), LATE)
        assert eventually(lambda: not is_minimised(portway.screen))
        tray.choose(tray.menu().find("Quit"))
        assert program.wait(5) == 0


def test_without_any_tray_closing_asks_and_never_traps(portway: Portway) -> None:
    screen = portway.screen
    program = portway.start()
    assert eventually(lambda: accepts(portway.web))
    close_and_answer(screen)
    assert eventually(lambda: is_minimised(screen))
    assert accepts(portway.web)
    second = portway.start()
    assert second.wait(20) == 0
    screen.wait_for_window("Portway")
    screen.key("ctrl+q")
    assert program.wait(5) == 0


def test_a_taken_port_is_told_and_a_click_opens_its_row(
    portway: Portway, notifications: Notifications
) -> None:
    with tray_on(portway.bus) as tray, listen(port=portway.web) as taken:
        assert port_of(taken) == portway.web
        program = portway.start("--hidden")
        assert eventually(lambda: bool(tray.items))
        assert eventually(lambda: "1 in trouble" in tray.tool_tip())
        assert eventually(lambda: bool(notifications.shown))
        errors = tray.menu().find("Recent errors")
        assert "Web: Waiting" in errors.children[0].label
        (told,) = notifications.shown
        assert told.title == "Web: Waiting"
        assert "1 in trouble" in tray.tool_tip()
        assert str(portway.web) in told.text
        assert not is_open(portway.screen)
        notifications.click(told)
        assert eventually(lambda: is_open(portway.screen))
        program.terminate()
        assert program.wait(5) == 0


def test_without_any_tray_it_is_told_too(portway: Portway, notifications: Notifications) -> None:
    with listen(port=portway.web):
        program = portway.start("--hidden")
        assert eventually(lambda: bool(notifications.shown))
        (told,) = notifications.shown
        assert told.title == "Web: Waiting"
        assert is_minimised(portway.screen)
        notifications.click(told)
        assert eventually(lambda: is_open(portway.screen) and not is_minimised(portway.screen))
        program.terminate()
        assert program.wait(5) == 0


@with_trayer
def test_an_x11_tray_shows_the_icon_comes_late_crashes_and_returns(portway: Portway) -> None:
    screen = portway.screen
    program = portway.start("--hidden")
    assert eventually(lambda: is_minimised(screen), 20)
    tray = screen.start_tray()
    assert eventually(lambda: not is_minimised(screen), LATE)

    def click_on_the_icon() -> bool:
        icons = screen.xdotool("search", "--onlyvisible", "--class", "trayer")
        if not icons:
            return False
        screen.click(icons[-1], 12, 12)
        return eventually(lambda: is_open(screen), 2)

    assert eventually(click_on_the_icon), "a click on the icon does not open the window"
    close_and_answer(screen)
    assert eventually(lambda: not is_open(screen))
    tray.kill()
    tray.wait()
    assert eventually(lambda: is_minimised(screen), LATE)
    screen.start_tray()
    assert eventually(lambda: not is_minimised(screen), LATE)
    assert eventually(click_on_the_icon), "it is not in the tray that returned"
    screen.wait_for_window("Portway")
    screen.key("ctrl+q")
    assert program.wait(5) == 0
