"""A field for a host: suggestions in plain names, and a pasted host:port taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QSizePolicy, QWidget

from core.config.address import EVERY_ADDRESS, LOOPBACK
from core.system.own_addresses import Network
from gui.draft import split_host_and_port
from gui.editor_parts import turn_with_keyboard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QObject
    from PySide6.QtGui import QWheelEvent

    from core.system.own_addresses import LocalAddress
    from core.system.suggestions import Suggestion

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class HostChoices(QAbstractListModel):
    """Hosts with a plain name: the list shows both, the field takes the host alone."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choices: list[tuple[str, str]] = []

    def set_choices(self, choices: list[tuple[str, str]]) -> None:
        """Offer these pairs of host and name."""
        self.beginResetModel()
        self._choices = choices
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """The number of choices."""
        return 0 if parent.isValid() else len(self._choices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The host for the field, host and name for the list."""
        if not index.isValid():
            return None
        host, name = self._choices[index.row()]
        if role == Qt.ItemDataRole.EditRole:
            return host
        if role == Qt.ItemDataRole.DisplayRole:
            return self.tr("{host}   {name}").format(host=host, name=name)
        return None


class HostField(QComboBox):
    """An editable choice of hosts. `edited` tells that the user changed it."""

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
        self._length = 0
        self.line = QLineEdit(self)
        self.setLineEdit(self.line)
        # Completing "1" to "127.0.0.1" while someone types 10.0.0.5 is no help.
        no_completer: QCompleter | None = None
        self.setCompleter(no_completer)  # type: ignore[arg-type]  # null is allowed by Qt
        self.line.textEdited.connect(self._on_edited)
        self.line.editingFinished.connect(self._split)
        self.activated.connect(self._on_activated)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn it for those who are at it."""
        turn_with_keyboard(self, event, super().wheelEvent)

    def text(self) -> str:
        """What is in the field."""
        return self.currentText()

    def set_text(self, text: str) -> None:
        """Fill the field without it counting as an edit."""
        self._length = len(text)
        self.setCurrentIndex(-1)
        self.setEditText(text)

    def offer_listeners(self, addresses: tuple[LocalAddress, ...]) -> None:
        """Offer what one can listen on: this computer, everyone, each of our addresses."""
        kept = self.text()
        self._choices.set_choices(
            [
                (LOOPBACK, self.tr("Only this computer")),
                (EVERY_ADDRESS, self.tr("Everyone who can reach this computer")),
                *((one.address, audience(one)) for one in addresses),
            ]
        )
        self.set_text(kept)

    def offer_targets(self, places: list[str], found: Iterable[Suggestion] = ()) -> None:
        """Offer this computer, what others of the list connect to, and what was found to serve."""
        kept = self.text()
        mine = (LOOPBACK, self.tr("This computer"))
        listed = ((place, self.tr("in your list")) for place in places)
        self._choices.set_choices([mine, *listed, *((one.place, _name(one)) for one in found)])
        self.set_text(kept)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        grown, self._length = len(text) - self._length, len(text)
        if grown > 1:  # more than one character at once was pasted, not typed
            self._split()
        self.edited.emit()

    @Slot(int)
    def _on_activated(self, _index: int) -> None:
        self._length = len(self.text())
        self._split()  # a suggestion may bring its port along
        self.edited.emit()

    @Slot()
    def _split(self) -> None:
        """Take host:port apart; typed by hand that waits until the field is left."""
        endpoint = split_host_and_port(self.text())
        if endpoint is None:
            return
        self.set_text(endpoint.host)
        self.port_pasted.emit(str(endpoint.ports))


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
