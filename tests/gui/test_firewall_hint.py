"""What the window says of Linux' firewalls, over a firewall of the test's own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import msgspec
import pytest

from core.config.mapping import Protocol
from core.system.firewall import Firewall
from gui.firewall_hint import FirewallHint
from gui.mapping_list import MappingList
from gui.message_bar import MessageBar
from tests.gui.test_firewall import mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from core.config.mapping import Mapping

UFW = Firewall("ufw", "sudo ufw status", ("sudo ufw allow 8080/tcp", "sudo ufw allow 8080/udp"))
NFTABLES = Firewall("nftables", "sudo nft list ruleset", ())


class Linux:
    """A computer with these firewalls."""

    def __init__(self, qtbot: QtBot, *mappings: Mapping, on: tuple[Firewall, ...] = (UFW,)) -> None:
        self.qtbot = qtbot
        self.on = on
        self.asked: list[tuple[str, Protocol]] = []
        self.threads: set[threading.Thread] = set()
        self.messages = MessageBar()
        self.list = MappingList(mappings)
        self.hint = FirewallHint(self.list, self.messages, look=self.look, here=True)

    def look(self, ports: str, protocol: Protocol) -> tuple[Firewall, ...]:
        self.threads.add(threading.current_thread())
        self.asked.append((ports, protocol))
        return self.on

    def said(self) -> str:
        self.qtbot.waitUntil(lambda: not self.hint._looking.running)
        return "\n".join(note.text for note in self.messages.notes)


@pytest.fixture
def linux(qtbot: QtBot) -> Iterator[Callable[..., Linux]]:
    made: list[Linux] = []

    def make(*mappings: Mapping, **more: tuple[Firewall, ...]) -> Linux:
        made.append(Linux(qtbot, *mappings, **more))
        return made[-1]

    yield make
    for one in made:
        assert threading.main_thread() not in one.threads
        one.hint.deleteLater()
        one.messages.deleteLater()
        one.list.deleteLater()


def test_a_mapping_that_opens_up_is_told_what_the_firewall_wants(
    linux: Callable[..., Linux],
) -> None:
    here = linux(mapping("127.0.0.1", protocol=Protocol.BOTH))
    web = here.list.mappings[0]
    here.list.replace(msgspec.structs.replace(web, listen_host="*"))
    assert here.said() == (
        "ufw is switched on and may keep other computers from “Web”. To let them in: "
        "sudo ufw allow 8080/tcp && sudo ufw allow 8080/udp"
    )
    assert here.asked == [("8080", Protocol.BOTH)]


def test_of_one_without_a_command_its_rules_are_named(linux: Callable[..., Linux]) -> None:
    here = linux(on=(NFTABLES,))
    here.list.add(mapping())
    assert "Its rules: sudo nft list ruleset" in here.said()


def test_it_is_said_once_and_not_at_every_start(linux: Callable[..., Linux]) -> None:
    here = linux(mapping())
    web = here.list.mappings[0]
    here.list.replace(msgspec.structs.replace(web, comment="new"))
    assert not here.said()
    here.list.add(mapping(port=9090))
    assert here.said()
    here.messages.dismiss()
    here.list.replace(msgspec.structs.replace(web, comment="newer"))
    assert not here.said()
    assert len(here.asked) == 1


def test_what_is_not_open_any_more_needs_nothing(linux: Callable[..., Linux]) -> None:
    here = linux()
    web = mapping()
    here.list.add(web)
    assert here.said()
    here.list.replace(msgspec.structs.replace(web, listen_host="127.0.0.1"))
    assert not here.said()


@pytest.mark.parametrize("quiet", [mapping("127.0.0.1"), mapping("::1"), mapping(enabled=False)])
def test_what_is_for_this_computer_is_not_asked_about(
    linux: Callable[..., Linux], quiet: Mapping
) -> None:
    here = linux()
    here.list.add(quiet)
    assert not here.said()
    assert not here.asked


def test_without_a_firewall_nothing_is_said(linux: Callable[..., Linux]) -> None:
    here = linux(on=())
    here.list.add(mapping())
    assert not here.said()
    assert here.asked
