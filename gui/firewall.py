"""Windows' firewall and the list: offers one rule for a mapping that others cannot reach.

It only ever offers. Who declines keeps all that works on this computer, and is not asked again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from core.cli.firewall_rule import arguments_to_allow, arguments_to_remove
from core.config.address import is_loopback
from core.system.elevation import Outcome, run_elevated
from core.system.windows_firewall import (
    Access,
    Policy,
    access,
    line_to_remove,
    lines_to_allow,
    own_tokens,
    read_policy,
    this_program,
    token_of,
    typed,
)
from gui.background import Background
from gui.message_bar import Note, Tone
from gui.remembered import FIREWALL_DECLINED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.config.mapping import Mapping
    from gui.mapping_list import MappingList
    from gui.message_bar import MessageBar
    from gui.remembered import Remembered

KEY = "firewall"
"""Of its notes in the message bar: there is one at a time."""
REMEMBERED = 200
"""So many declined offers are kept for the next start."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the firewall does, and to which program."""

    policy: Policy | None
    program: str


def look() -> Seen:
    """Read it; takes a moment."""
    return Seen(read_policy(), this_program())


class FirewallWatch(QObject):
    """Looks after each change of the list, in a thread of its own; nowhere but on Windows."""

    def __init__(
        self,
        mappings: MappingList,
        messages: MessageBar,
        remembered: Remembered,
        parent: QObject | None = None,
        *,
        look: Callable[[], Seen] = look,
        elevate: Callable[[Sequence[str]], Outcome] = run_elevated,
        here: bool = sys.platform == "win32",
    ) -> None:
        super().__init__(parent)
        self._list = mappings
        self._messages = messages
        self._remembered = remembered
        self._look, self._elevate = look, elevate
        self._open: dict[str, Mapping] = {}
        """Mappings that listen for others, by token."""
        self._closed: dict[str, Mapping] = {}
        """Those that no longer do, since the start."""
        self._declined = remembered.text_of(FIREWALL_DECLINED).split()[-REMEMBERED:]
        self._answered = {(one[:16], one[17:]) for one in self._declined}
        """Offers that were answered, by token, so that nobody is asked twice."""
        self._offered: tuple[str, str] | None = None
        """What the note of now is about."""
        self._carried: tuple[str, str] | None = None
        """What Windows is being asked for."""
        self._arguments: Sequence[str] = ()
        self.allow = QAction(self)
        self.remove = QAction(self)
        for action in (self.allow, self.remove):
            action.triggered.connect(self._carry_out)
        self._looking = Background(self)
        self._looking.came.connect(self._judge)
        self._working = Background(self)
        self._working.came.connect(self._done)
        messages.dismissed.connect(self._on_dismissed)
        if here:
            mappings.changed.connect(self.check)
            self.check()

    @Slot()
    def check(self) -> None:
        """Look at the list as it is now."""
        before = self._open
        self._open = {
            token_of(one): one
            for one in self._list.mappings
            if one.enabled and not is_loopback(one.listen_host) and one.listen_ports.first
        }
        there = {token_of(one): one for one in self._list.mappings}
        for token, mapping in {**self._closed, **before}.items():
            wanted = token in there and not is_loopback(there[token].listen_host)
            if wanted:
                self._closed.pop(token, None)
            else:
                self._closed[token] = mapping
        if self._open or self._closed:
            self._looking.ask(self._look)
        else:
            self._offered = None
            self._messages.withdraw(KEY)

    @Slot(object)
    def _judge(self, seen: object) -> None:
        assert isinstance(seen, Seen)
        for token, mapping in self._open.items():
            found = access(seen.policy, seen.program, mapping.protocol, mapping.listen_ports)
            if found is Access.CLOSED and self._is_next(token, str(mapping.listen_ports)):
                self._offer_to_allow(token, mapping, seen.program)
                return
            if found is Access.BLOCKED and self._is_next(token, "blocked"):
                self._tell_of_a_block(mapping)
                return
        for token in own_tokens(seen.policy, seen.program):
            if token in self._closed and self._is_next(token, "remove"):
                self._offer_to_remove(token, self._closed[token])
                return
        self._offered = None
        self._messages.withdraw(KEY)

    def _is_next(self, token: str, about: str) -> bool:
        """Whether this is to be offered now, as it has not been answered yet."""
        if (token, about) in self._answered:
            return False
        self._offered = (token, about)
        return True

    def _offer_to_allow(self, token: str, mapping: Mapping, program: str) -> None:
        kind, ports = mapping.protocol, mapping.listen_ports
        self._arguments = arguments_to_allow(token, kind, ports)
        self.allow.setText(self.tr("Let others in"))
        text = self.tr(
            "Windows' firewall keeps other computers from “{name}”; on this computer it works."
            " Portway can add a rule, for which Windows asks for your consent. By hand, as"
            " administrator: {command}"
        )
        command = " & ".join(typed(lines_to_allow(token, program, kind, ports)))
        self._say(text.format(name=mapping.title, command=command), self.allow)

    def _offer_to_remove(self, token: str, mapping: Mapping) -> None:
        self._arguments = arguments_to_remove(token)
        self.remove.setText(self.tr("Remove the rule"))
        text = self.tr(
            "The rule in Windows' firewall for “{name}” is not needed any more. By hand, as"
            " administrator: {command}"
        )
        command = typed([line_to_remove(token)])[0]
        self._say(text.format(name=mapping.title, command=command), self.remove)

    def _tell_of_a_block(self, mapping: Mapping) -> None:
        text = self.tr(
            "A rule of Windows' firewall blocks “{name}” for other computers, whatever else allows"
            " it. Somebody once chose that; it is in “Windows Defender Firewall with Advanced"
            " Security”, under the inbound rules."
        )
        self._say(text.format(name=mapping.title), None)

    @Slot(str)
    def _on_dismissed(self, key: str) -> None:
        if key == KEY:
            self._decline()

    def _decline(self) -> None:
        """Keep the answer, for the next start, too: it was no."""
        if self._offered is None:
            return
        self._answered.add(self._offered)
        self._declined = [*self._declined, ":".join(self._offered)][-REMEMBERED:]
        self._remembered.keep(FIREWALL_DECLINED, " ".join(self._declined))
        self._offered = None
        self.check()  # there may be more to offer

    def _say(self, text: str, action: QAction | None) -> None:
        if all((note.key, note.text) != (KEY, text) for note in self._messages.notes):
            self._messages.say(Note(text, KEY, Tone.WARNING, action))

    @Slot()
    def _carry_out(self) -> None:
        if self._working.running:
            return
        self._carried = self._offered
        arguments, elevate = self._arguments, self._elevate
        self._working.ask(lambda: elevate(arguments))

    @Slot(object)
    def _done(self, outcome: object) -> None:
        if outcome is Outcome.DONE:
            if self._carried is not None:
                self._is_done(*self._carried)
            self._messages.withdraw(KEY)
            self.check()  # there may be more to offer
        elif outcome is Outcome.DECLINED:
            self._decline()
            text = self.tr("Windows' firewall was left as it is. On this computer all works.")
            self._messages.say(Note(text, KEY + "-left", passing=True))
        else:
            text = self.tr("Windows' firewall could not be changed. Try the command by hand.")
            self._messages.say(Note(text, KEY + "-failed", Tone.WARNING))

    def _is_done(self, token: str, about: str) -> None:
        """What was answered about this mapping before is of before."""
        self._answered = {one for one in self._answered if one[0] != token}
        if about != "remove":
            self._answered.add((token, about))
