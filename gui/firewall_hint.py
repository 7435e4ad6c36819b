"""Linux' firewalls and the list: names one that is on when a mapping begins to listen for others.

Whether it lets them in, only an administrator may see there. So this is said once, and nothing is
changed; *Diagnose* says it again.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from core.config.address import is_loopback
from core.system.firewall import firewalls
from gui.background import Background
from gui.message_bar import Note

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.address import PortRange
    from core.config.mapping import Mapping, Protocol
    from core.system.firewall import Firewall
    from gui.mapping_list import MappingList
    from gui.message_bar import MessageBar

KEY = "firewall"
Opening = tuple[str, "Protocol", "PortRange"]
"""What a firewall is to let in: a mapping's id, TCP or UDP, the ports."""


class FirewallHint(QObject):
    """Looks, in a thread of its own, when something new is open to others; only on Linux.

    What was open at the start has been told of before.
    """

    def __init__(
        self,
        mappings: MappingList,
        messages: MessageBar,
        parent: QObject | None = None,
        *,
        look: Callable[[str, Protocol], tuple[Firewall, ...]] = firewalls,
        here: bool = sys.platform == "linux",
    ) -> None:
        super().__init__(parent)
        self._list = mappings
        self._messages = messages
        self._look = look
        self._told = set(self._open())
        self._about: Opening | None = None
        self._looking = Background(self)
        self._looking.came.connect(self._say)
        if here:
            mappings.changed.connect(self.check)

    def _open(self) -> dict[Opening, Mapping]:
        return {
            (one.id, one.protocol, one.listen_ports): one
            for one in self._list.mappings
            if one.enabled and not is_loopback(one.listen_host)
        }

    @Slot()
    def check(self) -> None:
        """Look at the list as it is now."""
        openings = self._open()
        if self._about is not None and self._about not in openings:
            self._about = None
            self._looking.cancel()
            self._messages.withdraw(KEY)
        new = [opening for opening in openings if opening not in self._told]
        if new:
            self._told.update(new)
            self._about = opening = new[-1]
            _, protocol, ports = opening
            self._looking.ask(lambda: self._look(str(ports), protocol))

    @Slot(object)
    def _say(self, found: tuple[Firewall, ...]) -> None:
        mapping = self._open().get(self._about) if self._about is not None else None
        if mapping is None or not found:
            return
        firewall = found[0]
        if firewall.allow:
            text = self.tr(
                "{firewall} is switched on and may keep other computers from “{name}”. To let them"
                " in: {command}"
            )
            command = " && ".join(firewall.allow)
        else:
            text = self.tr(
                "{firewall} is switched on and may keep other computers from “{name}”. Its rules:"
                " {command}"
            )
            command = firewall.show
        text = text.format(firewall=firewall.name, name=mapping.title, command=command)
        self._messages.say(Note(text, KEY))
