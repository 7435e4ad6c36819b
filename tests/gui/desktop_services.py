"""The desktop's side of D-Bus, played: tray, notifications and the log-in service."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.gui.private_bus import NOTHING, PROPERTIES, Answer, Service, sender_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jeepney import Message

ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"


@dataclass
class Entry:
    """An entry of a menu as a tray gets it."""

    number: int
    values: dict[str, Any]
    children: list[Entry] = field(default_factory=list)

    @property
    def label(self) -> str:
        """Its text, without the marks of mnemonics."""
        return str(self.values.get("label", "")).replace("__", "\0").replace("_", "").replace(
            "\0", "_"
        )  # fmt: skip

    @property
    def checked(self) -> bool:
        """Whether its mark is set."""
        return self.values.get("toggle-state") == 1

    def all(self) -> Iterator[Entry]:
        """This one and everything below."""
        yield self
        for child in self.children:
            yield from child.all()

    def find(self, label: str) -> Entry:
        """The one that says this."""
        return next(one for one in self.all() if one.label == label)


class StatusNotifierHost(Service):
    """A tray as most desktops have it: takes icons, shows their menus, clicks."""

    def __init__(self, bus: str) -> None:
        self.items: list[str] = []
        name = "org.kde.StatusNotifierWatcher"
        super().__init__(bus, name, "/StatusNotifierWatcher", name)

    def properties(self) -> dict[str, tuple[str, Any]]:
        """There is a host, us."""
        return {
            "IsStatusNotifierHostRegistered": ("b", True),
            "ProtocolVersion": ("i", 0),
            "RegisteredStatusNotifierItems": ("as", list(self.items)),
        }

    def RegisterStatusNotifierItem(self, message: Message) -> Answer:
        """Take an icon."""
        self.items.append(sender_of(message))
        return NOTHING

    def icon(self) -> dict[str, Any]:
        """What the newest icon says of itself."""
        (values,) = self.ask(self.items[-1], "/StatusNotifierItem", PROPERTIES, "GetAll", "s", ITEM)
        return {name: value for name, (_, value) in values.items()}

    def tool_tip(self) -> str:
        """Its tool tip, of which Qt fills the title."""
        return str(self.icon()["ToolTip"][2])

    def click(self) -> None:
        """Click on it."""
        self.ask(self.items[-1], "/StatusNotifierItem", ITEM, "Activate", "ii", 10, 10)

    def menu(self, *, about_to_show: bool = True) -> Entry:
        """Its menu; some trays do not say that they are about to show it."""
        sender, path = self.items[-1], str(self.icon()["Menu"])
        if about_to_show:
            self.ask(sender, path, MENU, "AboutToShow", "i", 0)
        _, layout = self.ask(sender, path, MENU, "GetLayout", "iias", 0, -1, [])
        return _entry(layout)

    def choose(self, entry: Entry) -> None:
        """Click on an entry of its menu."""
        sender, path = self.items[-1], str(self.icon()["Menu"])
        event = ("clicked", ("i", 0), 0)
        self.ask(sender, path, MENU, "Event", "isvu", entry.number, *event)


def _entry(layout: Any) -> Entry:
    number, values, children = layout
    plain = {name: value for name, (_, value) in values.items()}
    return Entry(number, plain, [_entry(child) for _, child in children])


@dataclass(frozen=True)
class Notification:
    """What a person would have read in a corner of the screen."""

    number: int
    title: str
    text: str
    actions: tuple[str, ...]


class Notifications(Service):
    """Keeps what would be shown."""

    def __init__(self, bus: str, *can: str) -> None:
        """`can` is what this desktop is capable of; by default, as most are."""
        self.shown: list[Notification] = []
        self._can = list(can or ("actions", "body"))
        self._numbers = itertools.count(1)
        name = "org.freedesktop.Notifications"
        super().__init__(bus, name, "/org/freedesktop/Notifications", name)

    def Notify(self, message: Message) -> Answer:
        """Show one."""
        number = next(self._numbers)
        _, _, _, title, text, actions, _, _ = message.body
        self.shown.append(Notification(number, title, text, tuple(actions)))
        return "u", (number,)

    def GetCapabilities(self, _message: Message) -> Answer:
        """Say what can be done here."""
        return "as", (self._can,)

    def GetServerInformation(self, _message: Message) -> Answer:
        """Say who shows them."""
        return "ssss", ("test", "portway", "1", "1.2")

    def CloseNotification(self, _message: Message) -> Answer:
        """Take one away."""
        return NOTHING

    def click(self, notification: Notification) -> None:
        """Click on one: as on most desktops, that is told only where an action stands for it."""
        assert "default" in notification.actions, "a click does nothing"
        self.emit("ActionInvoked", "us", notification.number, "default")


class LoginService(Service):
    """Says when the machine goes to sleep and wakes, as logind does."""

    def __init__(self, bus: str) -> None:
        name = "org.freedesktop.login1"
        super().__init__(bus, name, "/org/freedesktop/login1", f"{name}.Manager")

    def sleep(self) -> None:
        """The machine is about to sleep."""
        self.emit("PrepareForSleep", "b", True)

    def wake(self) -> None:
        """It is awake again."""
        self.emit("PrepareForSleep", "b", False)
