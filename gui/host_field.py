"""A field for a host: suggestions in plain names, and a pasted host:port taken apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QCompleter,
    QLineEdit,
    QListView,
    QSizePolicy,
    QWidget,
)

from core.config.address import EVERY_ADDRESS, LOOPBACK
from core.system.own_addresses import Network
from gui.boxes import turn_with_keyboard
from gui.draft import split_host_and_port
from gui.host_choices import HostChoices, HostDelegate, Index, meant_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtGui import QWheelEvent

    from core.system.own_addresses import LocalAddress
    from core.system.suggestions import Suggestion
    from gui.host_choices import Choice

NO_ROLE = Qt.ItemDataRole.UserRole + 99
"""No choice says anything here."""
MOST_SHOWN = 8
LATE_MS = 2000
"""How long after the list was closed a key may still come to it."""
_KEYS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
_BEGUN = re.compile(r"[0-9.]+|\[?[0-9a-fA-F:.]*:[^\s\]]*(\](:[\d-]*)?)?|[^\s:/\[\]]+:[\d-]*")
"""What may become an IPv4 or IPv6 address, or a host with a port that is taken apart later."""
WIDEST = 520


class _QuietCompleter(QCompleter):
    """Lists all that its model holds and finds no best among them, so that Enter takes none."""

    def __init__(self, model: HostChoices, parent: QWidget) -> None:
        super().__init__(model, parent)
        self.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.setCompletionRole(NO_ROLE)

    def pathFromIndex(self, index: Index) -> str:
        """What goes into the field."""
        return str(index.data(Qt.ItemDataRole.EditRole) or "")


class _LateKeys(QObject):
    """Hands keys on that reach a field, or the list below it, when the keyboard is elsewhere.

    On X11 the list has the keyboard to itself. What was typed before the server has heard that it
    is closed comes there all the same, or to the field whose list it is, though Tab has led to the
    next field by then.
    """

    def __init__(self, popup: QListView, line: QLineEdit, box: QComboBox) -> None:
        super().__init__(box)
        self._popup = popup
        self._family = (popup, line, box)
        self._left = QElapsedTimer()
        """Runs since the keyboard left the field while the list was open."""
        for one in self._family:
            one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let who has the keyboard have the key."""
        if event.type() == QEvent.Type.FocusOut and self._popup.isVisible():
            self._left.start()
        late = event.type() in _KEYS and not self._popup.isVisible() and self._left.isValid()
        receiver = QApplication.focusWidget() if late else None
        if receiver is None or receiver in self._family or self._left.hasExpired(LATE_MS):
            return super().eventFilter(watched, event)
        QApplication.sendEvent(receiver, event)
        return True


class HostField(QComboBox):
    """An editable choice of hosts. `edited` tells that the user changed it.

    While one types, what the beginning may mean is listed below; Down goes there, and who does not
    need it types on. Nothing is chosen, or written into the field, unasked.
    """

    edited = Signal()
    port_pasted = Signal(str)
    """The port of a pasted host:port; the host stays here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(16)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._choices = HostChoices(self)
        self.setModel(self._choices)
        self.view().setItemDelegate(HostDelegate(self))
        self._offer: Callable[[], Sequence[Choice]] = tuple
        """Says the choices anew, in the language of now."""
        self._length = 0
        self._typing = False
        self.line = QLineEdit(self)
        self.setLineEdit(self.line)
        self._complete_while_typing()
        self.line.textEdited.connect(self._on_edited)
        self.line.editingFinished.connect(self._on_left)
        self.activated.connect(self._on_activated)

    def _complete_while_typing(self) -> None:
        self.meant = HostChoices(self)
        self.completer_list = QListView(self)
        completer = _QuietCompleter(self.meant, self)
        completer.setPopup(self.completer_list)
        self.completer_list.setItemDelegate(HostDelegate(self))  # the completer has set its own
        completer.setMaxVisibleItems(MOST_SHOWN)
        no_completer: QCompleter | None = None
        self.setCompleter(no_completer)  # type: ignore[arg-type]  # the box's own completes inline
        self.line.setCompleter(completer)
        # After the completer's own filter, so that it comes before it.
        _LateKeys(self.completer_list, self.line, self)
        # Queued: the line takes the text first.
        queued = Qt.ConnectionType.QueuedConnection
        completer.activated.connect(self._on_activated, queued)
        completer.highlighted.connect(self._on_highlighted, queued)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn it for those who are at it."""
        turn_with_keyboard(self, event, super().wheelEvent)

    def changeEvent(self, event: QEvent) -> None:
        """Name the choices in another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show_choices()

    def showPopup(self) -> None:
        """Give the list the room that hosts and names need."""
        _widen(self.view(), self.width())
        super().showPopup()

    def text(self) -> str:
        """What is in the field."""
        return self.currentText()

    def set_text(self, text: str) -> None:
        """Fill the field without it counting as an edit."""
        self._length = len(text)
        self.setCurrentIndex(-1)
        self.setEditText(text)

    # What is offered.

    def offer_listeners(self, addresses: tuple[LocalAddress, ...]) -> None:
        """Offer what one can listen on: this computer, everyone, each of our addresses."""
        self._offer = lambda: listeners(addresses)
        self._show_choices()

    def offer_targets(self, places: Sequence[str], found: Iterable[Suggestion] = ()) -> None:
        """Offer this computer, what others of the list connect to, and what was found to serve."""
        serving = tuple(found)
        self._offer = lambda: targets(places, serving)
        self._show_choices()

    def _show_choices(self) -> None:
        kept = self.text()
        at, marked = self.line.cursorPosition(), self.line.selectionStart()
        length = self.line.selectionLength()
        self._choices.set_choices(self._offer())
        self.set_text(kept)
        if marked >= 0:
            self.line.setSelection(marked, length)
        else:
            self.line.setCursorPosition(at)

    # What the user does.

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self._typing = True
        grown, self._length = len(text) - self._length, len(text)
        if grown > 1:  # more than one character at once was pasted, not typed
            self._split()
        # Before the completer opens its list, which it does once this is over.
        self.meant.set_choices(meant_by(self.text(), self._choices.choices) if grown == 1 else ())
        _widen(self.completer_list, self.width())
        self.edited.emit()

    @Slot(str)
    def _on_highlighted(self, _text: str) -> None:
        """The keys went to one of those listed below, which stands in the field now.

        One with a port is no host yet; it is taken apart once it is chosen or the field is left.
        """
        self._length = len(self.text())
        if split_host_and_port(self.text()) is None:
            self.edited.emit()

    @Slot(int)
    @Slot(str)
    def _on_activated(self, _chosen: int | str) -> None:
        self._length = len(self.text())
        self._typing = False
        self._split()  # a suggestion may bring its port along
        self.edited.emit()

    @property
    def under_way(self) -> bool:
        """Whether someone is typing what may still become right, such as ``192.168.``."""
        return self._typing and _BEGUN.fullmatch(self.text()) is not None

    @Slot()
    def _on_left(self) -> None:
        self._split()
        if self._typing:
            self._typing = False
            self.edited.emit()

    @Slot()
    def _split(self) -> None:
        """Take host:port apart; typed by hand that waits until the field is left."""
        endpoint = split_host_and_port(self.text())
        if endpoint is None:
            return
        self.set_text(endpoint.host)
        self.port_pasted.emit(str(endpoint.ports))


def _widen(view: QAbstractItemView, field: int) -> None:
    """Let a list be wider than its field, within reason."""
    bar = view.verticalScrollBar().sizeHint().width()
    needed = view.sizeHintForColumn(0) + bar + 2 * view.frameWidth()
    view.setMinimumWidth(max(field, min(needed, WIDEST)))


def listeners(addresses: Iterable[LocalAddress]) -> list[Choice]:
    """What one can listen on, in plain names."""
    return [
        (LOOPBACK, QCoreApplication.translate("HostField", "Only this computer")),
        (
            EVERY_ADDRESS,
            QCoreApplication.translate("HostField", "Everyone who can reach this computer"),
        ),
        *((one.address, audience(one)) for one in addresses),
    ]


def targets(places: Iterable[str], found: Iterable[Suggestion]) -> list[Choice]:
    """What one can connect to; what was found here is called by its name, in the list or not."""
    named = {one.place: _name(one) for one in found}
    mine = (LOOPBACK, QCoreApplication.translate("HostField", "This computer"))
    in_list = QCoreApplication.translate("HostField", "in your list")
    listed = [(place, named.pop(place, in_list)) for place in places]
    return [mine, *listed, *named.items()]


def audience(one: LocalAddress) -> str:
    """Who can connect to an address of this computer, in plain words."""
    return QCoreApplication.translate("HostField", "Everyone on {network}").format(
        network=network_name(one)
    )


def network_name(one: LocalAddress) -> str:
    """What a person calls the network of this address, with the system's name for it."""
    word = {
        Network.WIFI: QCoreApplication.translate("HostField", "Wi-Fi"),
        Network.CABLE: QCoreApplication.translate("HostField", "the cable network"),
        Network.VPN: QCoreApplication.translate("HostField", "the VPN"),
        Network.DOCKER: QCoreApplication.translate("HostField", "Docker's network"),
        Network.WSL: QCoreApplication.translate("HostField", "WSL's network"),
        Network.MACHINES: QCoreApplication.translate("HostField", "the virtual machines' network"),
    }.get(one.network)
    if word is None or word == one.interface:
        return one.interface
    template = QCoreApplication.translate("HostField", "{network} ({interface})")
    return template.format(network=word, interface=one.interface)


def _name(one: Suggestion) -> str:
    """Whose port it is, and where that runs."""
    if one.network is Network.DOCKER:
        template = QCoreApplication.translate("HostField", "{name}, in Docker")
    elif one.network is Network.WSL:
        template = QCoreApplication.translate("HostField", "{name}, by WSL")
    else:
        template = QCoreApplication.translate("HostField", "{name}, on this computer")
    unknown = QCoreApplication.translate("HostField", "A program")
    return template.format(name=one.name or unknown)
