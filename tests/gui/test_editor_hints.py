"""What the editor says of a listener and of a target, sentence by sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.config.address import PortRange
from core.system.listening import Listening
from core.system.own_addresses import LocalAddress, Network
from core.system.port_check import PortNews
from gui.editor_hints import Hint, on_forwarding, on_listening, who_can_connect
from gui.editor_parts import Weight
from tests.gui.examples import mapping

if TYPE_CHECKING:
    from core.config.mapping import Mapping

pytestmark = pytest.mark.usefixtures("qapp")
HERE = (LocalAddress("192.168.1.5", "wlan0", Network.WIFI), LocalAddress("fe80::1%eth0", "eth0"))
FREE = PortRange.single(8081)


def held(*, pid: int = 0, name: str = "", taken: int = 1, allowed: bool = True) -> PortNews:
    return PortNews(Listening("tcp", "0.0.0.0", 8080, pid, name), taken, allowed, FREE)


def free(*, allowed: bool = True) -> PortNews:
    return PortNews(None, 0, allowed, FREE)


@pytest.mark.parametrize(
    ("news", "said", "weight", "offered"),
    [
        (None, "Only this computer can connect.", Weight.HINT, None),
        (free(), "Only this computer can connect.", Weight.HINT, None),
        (held(), "Another program holds port 8080.", Weight.WARNING, FREE),
        (held(pid=7), "A program (process 7) holds port 8080.", Weight.WARNING, FREE),
        (held(pid=7, name="nginx"), "nginx (process 7) holds port 8080.", Weight.WARNING, FREE),
        (
            held(pid=7, name="nginx", taken=3),
            "Other programs hold 3 of these ports; the first is 8080.",
            Weight.WARNING,
            FREE,
        ),
        (
            free(allowed=False),
            "Port 8080 needs special rights, which Portway does not have here.",
            Weight.WARNING,
            FREE,
        ),
        # Who holds it matters more than that it needs rights: both are helped by another port.
        (held(allowed=False), "Another program holds port 8080.", Weight.WARNING, FREE),
    ],
)
def test_what_stands_in_the_way_of_a_listener(
    news: PortNews | None, said: str, weight: Weight, offered: PortRange | None
) -> None:
    assert on_listening(mapping("Web"), (), news, HERE) == Hint(said, weight, offered)


def test_a_clash_in_the_list_comes_before_what_the_system_says() -> None:
    other = mapping("Other", listen_host="*")
    said = on_listening(mapping("Web"), (mapping("Far", 9), other), held(), HERE)
    assert said.text == "“Other” already listens on *:8080; only one of the two can run."
    assert (said.weight, said.free) == (Weight.WARNING, FREE)


@pytest.mark.parametrize(
    ("host", "allow", "said", "weight"),
    [
        ("127.0.0.1", "", "Only this computer can connect.", Weight.HINT),
        ("[::1]", "10.0.0.0/8", "Only this computer can connect.", Weight.HINT),
        ("localhost", "", "Only this computer can connect.", Weight.HINT),
        (
            "*",
            "",
            "Other computers that can reach this one on the network can connect.",
            Weight.WARNING,
        ),
        ("*", " 10.0.0.0/8 ", "Other computers in 10.0.0.0/8 can connect.", Weight.WARNING),
        ("192.168.1.5", "", "Other computers on Wi-Fi (wlan0) can connect.", Weight.WARNING),
        ("wlan0", "", "Other computers on Wi-Fi (wlan0) can connect.", Weight.WARNING),
        ("[fe80:0::1%eth0]", "", "Other computers on eth0 can connect.", Weight.WARNING),
        (
            "192.168.1.6",
            "",
            "Other computers that can reach this one on the network can connect.",
            Weight.WARNING,
        ),
    ],
)
def test_who_will_be_able_to_connect(host: str, allow: str, said: str, weight: Weight) -> None:
    assert who_can_connect(host, allow, HERE) == Hint(said, weight)


@pytest.mark.parametrize(
    ("target", "ports", "said"),
    [
        (None, "80", "A name or an address. The list holds what was found on this computer."),
        (mapping("a", target_host="localhost"), "80", "A program on this computer."),
        (mapping("a", target_host="192.0.2.1"), "80x", "The address is used as it is."),
        (mapping("a"), "", "The name is looked up again for every connection."),
        (mapping("a", 1, 90), "80-81", "2 ports, all to port 90 of the target."),
    ],
)
def test_what_the_target_means(target: Mapping | None, ports: str, said: str) -> None:
    assert on_forwarding(target, ports) == Hint(said, Weight.HINT)
