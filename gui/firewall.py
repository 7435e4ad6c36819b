"""Windows' firewall and the list: offers one rule for a mapping that others cannot reach.

It only ever offers. Who declines keeps all that works on this computer.
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

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.config.mapping import Mapping
    from gui.mapping_list import MappingList
    from gui.message_bar import MessageBar

KEY = "firewall"
"""Of its notes in the message bar: there is one at a time."""


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
        parent: QObject | None = None,
        *,
        look: Callable[[], Seen] = look,
        elevate: Callable[[Sequence[str]], Outcome] = run_elevated,
        here: bool = sys.platform == "win32",
    ) -> None:
        super().__init__(parent)
        self._list = mappings
        self._messages = messages
        self._look, self._elevate = look, elevate
        self._open: dict[str, Mapping] = {}
        """Mappings that listen for others, by token."""
        self._closed: dict[str, Mapping] = {}
        """Those that no longer do, since the start."""
        self._answered: set[tuple[str, str]] = set()
        """What has been offered and answered, so that nobody is asked twice."""
        self._arguments: Sequence[str] = ()
        self.allow = QAction(self)
        self.remove = QAction(self)
        for action in (self.allow, self.remove):
            action.triggered.connect(self._carry_out)
        self._looking = Background(self)
        self._looking.came.connect(self._judge)
        self._working = Background(self)
        self._working.came.connect(self._done)
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
            self._messages.withdraw(KEY)

    @Slot(object)
    def _judge(self, seen: object) -> None:
        assert isinstance(seen, Seen)
        for token, mapping in self._open.items():
            found = access(seen.policy, seen.program, mapping.protocol, mapping.listen_ports)
            if found is Access.CLOSED and self._is_new(token, str(mapping.listen_ports)):
                self._offer_to_allow(token, mapping, seen.program)
                return
            if found is Access.BLOCKED and self._is_new(token, "blocked"):
                self._tell_of_a_block(mapping)
                return
        left = [one for one in own_tokens(seen.policy, seen.program) if one in self._closed]
        for token in left:
            if self._is_new(token, "remove"):
                self._offer_to_remove(token, self._closed[token])
                return
        self._messages.withdraw(KEY)

    def _is_new(self, token: str, about: str) -> bool:
        return (token, about) not in self._answered

    def _offer_to_allow(self, token: str, mapping: Mapping, program: str) -> None:
        kind, ports = mapping.protocol, mapping.listen_ports
        self._arguments = arguments_to_allow(token, kind, ports)
        self._answered.add((token, str(ports)))
        self._answered.discard((token, "remove"))
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
        self._answered.add((token, "remove"))
        self.remove.setText(self.tr("Remove the rule"))
        text = self.tr(
            "The rule in Windows' firewall for “{name}” is not needed any more. By hand, as"
            " administrator: {command}"
        )
        command = typed([line_to_remove(token)])[0]
        self._say(text.format(name=mapping.title, command=command), self.remove)

    def _tell_of_a_block(self, mapping: Mapping) -> None:
        self._answered.add((token_of(mapping), "blocked"))
        text = self.tr(
            "A rule of Windows' firewall blocks “{name}” for other computers, whatever else allows"
            " it. Somebody once chose that; it is in “Windows Defender Firewall with Advanced"
            " Security”, under the inbound rules."
        )
        self._say(text.format(name=mapping.title), None)

    def _say(self, text: str, action: QAction | None) -> None:
        self._messages.say(Note(text, KEY, Tone.WARNING, action))

    @Slot()
    def _carry_out(self) -> None:
        if self._working.running:
            return
        arguments, elevate = self._arguments, self._elevate
        self._working.ask(lambda: elevate(arguments))

    @Slot(object)
    def _done(self, outcome: object) -> None:
        if outcome is Outcome.DONE:
            self._messages.withdraw(KEY)
            self.check()  # there may be more to offer
        elif outcome is Outcome.DECLINED:
            text = self.tr("Windows' firewall was left as it is. On this computer all works.")
            self._messages.say(Note(text, KEY, passing=True))
        else:
            text = self.tr("Windows' firewall could not be changed. Try the command by hand.")
            self._messages.say(Note(text, KEY + "-failed", Tone.WARNING))
