"""What the window offers about Windows' firewall, over a firewall of the test's own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import msgspec
import pytest

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.system.elevation import Outcome
from core.system.windows_firewall import EVERY_PROFILE, Policy, parse_rule, token_of
from gui.firewall import KEY, FirewallWatch, Seen
from gui.mapping_list import MappingList
from gui.message_bar import MessageBar, Note
from gui.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    WindowsOf = Callable[..., "Windows"]

US = r"C:\Portway\portway.exe"


def mapping(host: str = "*", port: int = 8080, **fields: object) -> Mapping:
    return Mapping(
        name="Web",
        listen_host=host,
        listen_ports=PortRange.single(port),
        target_host="127.0.0.1",
        target_ports=PortRange.single(80),
        **fields,  # type: ignore[arg-type]
    )


class Windows:
    """A firewall, and a person who is asked for consent."""

    def __init__(self, qtbot: QtBot, profile: Path, *mappings: Mapping) -> None:
        self.qtbot = qtbot
        self.rules: dict[str, str] = {}
        self.answer = Outcome.DONE
        self.asked: list[Sequence[str]] = []
        self.threads: list[threading.Thread] = []
        self.messages = MessageBar()
        self.list = MappingList(mappings)
        self.remembered = Remembered(profile)
        self.watch = FirewallWatch(
            self.list, self.messages, self.remembered,
            look=self.look, elevate=self.elevate, here=True,
        )  # fmt: skip

    def look(self) -> Seen:
        self.threads.append(threading.current_thread())
        rules = tuple(rule for text in self.rules.values() if (rule := parse_rule(text)))
        return Seen(Policy(EVERY_PROFILE, rules), US)

    def elevate(self, words: Sequence[str]) -> Outcome:
        self.threads.append(threading.current_thread())
        self.asked.append(words)
        if self.answer is Outcome.DONE and words[1] == "allow":
            self.rules[words[2]] = (
                f"v2|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort={words[4]}|App={US}|"
                f"Name=Portway {words[2]}|"
            )
        elif self.answer is Outcome.DONE:
            del self.rules[words[2]]
        return self.answer

    def note(self) -> Note | None:
        """The note about the firewall, once the look that is under way has ended."""
        self.qtbot.waitUntil(lambda: not self.watch._looking.running)
        self.qtbot.waitUntil(lambda: not self.watch._working.running)
        self.qtbot.waitUntil(lambda: not self.watch._looking.running)
        return next((note for note in self.messages.notes if note.key == KEY), None)

    def choose(self) -> None:
        note = self.note()
        assert note is not None
        assert note.action is not None
        note.action.trigger()


@pytest.fixture
def windows_of(qtbot: QtBot, tmp_path: Path) -> Iterator[WindowsOf]:
    made: list[Windows] = []

    def make(*mappings: Mapping) -> Windows:
        made.append(Windows(qtbot, tmp_path, *mappings))
        return made[-1]

    yield make
    for one in made:
        assert threading.main_thread() not in one.threads
        one.watch.deleteLater()
        one.messages.deleteLater()
        one.list.deleteLater()


def test_one_click_and_one_consent_let_others_in(windows_of: WindowsOf) -> None:
    web = mapping()
    windows = windows_of(web)
    note = windows.note()
    assert note is not None
    assert "“Web”" in note.text
    assert f'netsh advfirewall firewall add rule name="Portway {token_of(web)}"' in note.text
    windows.choose()
    assert windows.note() is None
    assert windows.asked == [("firewall-rule", "allow", token_of(web), "tcp", "8080")]
    assert windows.messages.isHidden()


@pytest.mark.parametrize("way", ["Windows' prompt", "the note's cross"])
def test_whoever_declines_is_not_asked_again(windows_of: WindowsOf, way: str) -> None:
    web = mapping()
    windows = windows_of(web)
    windows.answer = Outcome.DECLINED
    if way == "Windows' prompt":
        windows.choose()
        assert windows.note() is None
        assert "left as it is" in windows.messages.notes[-1].text
        assert windows.messages.notes[-1].passing
    else:
        assert windows.note() is not None
        windows.messages.dismiss()
    windows.list.replace(msgspec.structs.replace(web, comment="new"))
    assert windows.note() is None
    assert len(windows.asked) == (way == "Windows' prompt")
    windows.remembered.write(10)
    assert windows_of(web).note() is None, "also after the next start"
    other = msgspec.structs.replace(web, listen_ports=PortRange.single(9090))
    assert windows_of(other).note() is not None


def test_an_offer_stands_until_it_is_answered(windows_of: WindowsOf) -> None:
    web, mail = mapping(), mapping(port=2525)
    windows = windows_of(web)
    before = windows.note()
    assert before is not None
    windows.list.add(mail)
    assert windows.note() == before
    windows.messages.dismiss()
    note = windows.note()
    assert note is not None
    assert "localport=2525" in note.text, "now it is the other one's turn"


def test_opened_again_it_is_offered_again(windows_of: WindowsOf) -> None:
    web = mapping()
    windows = windows_of(web)
    windows.choose()
    assert windows.note() is None
    windows.list.replace(msgspec.structs.replace(web, listen_host="127.0.0.1"))
    windows.choose()
    assert windows.note() is None
    assert windows.rules == {}
    windows.list.replace(web)
    note = windows.note()
    assert note is not None
    assert "add rule" in note.text


def test_other_ports_need_another_rule(windows_of: WindowsOf) -> None:
    windows = windows_of(mapping())
    windows.choose()
    assert windows.note() is None
    web = windows.list.mappings[0]
    windows.list.replace(msgspec.structs.replace(web, listen_ports=PortRange.single(9090)))
    note = windows.note()
    assert note is not None
    assert "localport=9090" in note.text


@pytest.mark.parametrize(
    "quiet",
    [mapping("127.0.0.1"), mapping("localhost"), mapping("::1"), mapping(enabled=False)],
    ids=["IPv4", "name", "IPv6", "off"],
)
def test_what_is_for_this_computer_needs_nothing(windows_of: WindowsOf, quiet: Mapping) -> None:
    windows = windows_of(quiet)
    assert windows.note() is None
    assert windows.threads == []


def test_with_the_mapping_its_rule_goes(windows_of: WindowsOf) -> None:
    web = mapping()
    windows = windows_of(web)
    windows.choose()
    assert windows.note() is None
    windows.list.remove([web.id])
    note = windows.note()
    assert note is not None
    assert "not needed any more" in note.text
    assert "delete rule" in note.text
    windows.choose()
    assert windows.note() is None
    assert windows.rules == {}
    assert windows.asked[-1] == ("firewall-rule", "remove", token_of(web))


def test_a_rule_of_a_mapping_that_is_only_off_stays(windows_of: WindowsOf) -> None:
    windows = windows_of(mapping())
    windows.choose()
    assert windows.note() is None
    windows.list.replace(msgspec.structs.replace(windows.list.mappings[0], enabled=False))
    assert windows.note() is None
    assert len(windows.rules) == 1


def test_a_rule_that_blocks_is_named(windows_of: WindowsOf) -> None:
    windows = windows_of()
    windows.rules["x"] = f"v2|Action=Block|Active=TRUE|Dir=In|Protocol=6|App={US}|"
    windows.list.add(mapping())
    note = windows.note()
    assert note is not None
    assert note.action is None
    assert "blocks “Web”" in note.text


def test_where_it_cannot_be_changed_the_command_helps(windows_of: WindowsOf) -> None:
    windows = windows_of(mapping())
    windows.answer = Outcome.FAILED
    windows.choose()
    note = windows.note()
    assert note is not None
    assert "netsh" in note.text
    assert windows.messages.notes[-1].text.endswith("Try the command by hand.")
