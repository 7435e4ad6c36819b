"""The dialog that gives several mappings the same group, switch or hosts; it changes no list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from core.config.address import (
    EVERY_ADDRESS,
    LOOPBACK,
    AddressError,
    check_host,
    check_listen_host,
    is_loopback,
)
from core.config.mapping import Protocol, problems
from gui import wording
from gui.dialog_buttons import DialogButtons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.mapping import Mapping

_KEEP = object()
_EVERYONE = "*"
"""What may be chosen among the networks; it is none."""
WIDTH = 480
CAN_BE_WRONG = {"protocol", "listen_host", "allow", "target_host"}
"""The fields that may not suit a mapping."""


class EditTogether(QDialog):
    """Fields left alone stay as they are in each mapping; `decided` carries the others."""

    decided = Signal(object, object)
    """The ids of the mappings and the fields to change, as a dict for `MappingList.change`."""

    def __init__(
        self, edited: Sequence[Mapping], groups: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._edited = edited
        self._wrong_before = [{problem.field for problem in problems(one)} for one in edited]
        self.group = _choice_or_text(self)
        self.group.addItem("", "")
        for name in groups:
            self.group.addItem(name, name)
        self.switch = QComboBox(self)
        for value in (_KEEP, True, False):
            self.switch.addItem("", value)
        self.protocol = QComboBox(self)
        for protocol in (_KEEP, Protocol.TCP, Protocol.UDP, Protocol.BOTH):
            self.protocol.addItem("", protocol)
        self.open_to = _choice_or_text(self)
        for host in (LOOPBACK, EVERY_ADDRESS):
            self.open_to.addItem("", host)
        self.allow = _choice_or_text(self)
        self.allow.addItem("", _EVERYONE)
        self.target = _choice_or_text(self)
        for host in dict.fromkeys(one.target_host for one in edited):
            self.target.addItem(host, host)
        self._texts = (self.group, self.open_to, self.allow, self.target)
        for field in self._texts:
            field.setCurrentIndex(-1)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        standard = QDialogButtonBox.StandardButton
        self.buttons = DialogButtons(standard.Save | standard.Cancel, self)
        self._lay_out()
        self._retranslate()
        for field in self._texts:
            field.currentTextChanged.connect(self._judge)
        for choice in (self.switch, self.protocol):
            choice.currentIndexChanged.connect(self._judge)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(10)
        self._labels = {field: QLabel(self) for field in self._names()}
        for field, label in self._labels.items():
            label.setBuddy(field)
            form.addRow(label, field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(WIDTH)

    def _names(self) -> dict[QComboBox, str]:
        """The labels of the fields, from top to bottom."""
        return {
            self.group: self.tr("&Group"),
            self.switch: self.tr("&Switch"),
            self.protocol: self.tr("&Protocol"),
            self.open_to: self.tr("&Open to"),
            self.allow: self.tr("&Allow only"),
            self.target: self.tr("&Forward to"),
        }

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        count = len(self._edited)
        self.setWindowTitle(self.tr("Edit %n mappings", "two or more", count))
        for field, name in self._names().items():
            self._labels[field].setText(name)
        keep = self.tr("As it is")
        for field in self._texts:
            _line_of(field).setPlaceholderText(keep)
        _name(self.group, self.tr("No group"))
        _name(self.switch, keep, self.tr("On"), self.tr("Off"))
        _name(self.protocol, keep, *map(wording.protocol_word, tuple(Protocol)))
        _name(self.allow, self.tr("Everyone"))
        _name(
            self.open_to,
            self.tr("Only this computer"),
            self.tr("Everyone who can reach this computer"),
        )
        self._judge()

    def changes(self) -> dict[str, Any]:
        """What was decided; raises `AddressError` for an address that is none."""
        found: dict[str, Any] = {}
        text = _line_of(self.group).text().strip()
        if text:
            found["group"] = _value(self.group, text)
        for name, choice in (("enabled", self.switch), ("protocol", self.protocol)):
            if choice.currentData() is not _KEEP:
                found[name] = choice.currentData()
        if isinstance(found.get("protocol"), str):
            found["protocol"] = Protocol(found["protocol"])  # Qt hands out its plain text
        text = _line_of(self.open_to).text().strip()
        if text:
            found["listen_host"] = check_listen_host(_value(self.open_to, text))
        text = _line_of(self.allow).text().strip()
        if text:
            networks = _value(self.allow, text)
            parts = () if networks == _EVERYONE else networks.replace(",", " ").split()
            found["allow"] = tuple(parts)
        text = _line_of(self.target).text().strip()
        if text:
            found["target_host"] = check_host(text)
        return found

    @Slot()
    def _judge(self) -> None:
        save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        try:
            changes = self.changes()
        except AddressError as error:
            self.note.setText(wording.say(error.message))
            save.setEnabled(False)
            return
        fault = self._fault(changes)
        save.setEnabled(bool(changes) and not fault)
        self.note.setText(fault or self._warning(changes))

    def _fault(self, changes: dict[str, Any]) -> str:
        """What would be wrong then, with the first mapping for which it would; empty for nothing.

        What was wrong with a mapping before is for its own editor to say.
        """
        if not changes.keys() & CAN_BE_WRONG:
            return ""
        for one, before in zip(self._edited, self._wrong_before, strict=True):
            for problem in problems(msgspec.structs.replace(one, **changes)):
                if problem.field not in before:
                    text = self.tr("{name}: {problem}")
                    return text.format(name=one.title, problem=wording.say(problem.text))
        return ""

    def _warning(self, changes: dict[str, Any]) -> str:
        """Who can connect then, if others can."""
        host, networks = changes.get("listen_host", LOOPBACK), changes.get("allow")
        if is_loopback(host):
            return ""
        if networks:
            text = self.tr("Other computers in {networks} can then connect.")
            return text.format(networks=", ".join(networks))
        return self.tr("Other computers that can reach this one on the network can then connect.")

    def accept(self) -> None:
        """Tell what was decided."""
        self.decided.emit({one.id for one in self._edited}, self.changes())
        super().accept()


def _choice_or_text(parent: QWidget) -> QComboBox:
    box = QComboBox(parent)
    box.setEditable(True)
    return box


def _name(box: QComboBox, *texts: str) -> None:
    """Give the first choices their words; a chosen one shows the new word, too."""
    chosen = box.findText(box.currentText())
    for at, text in enumerate(texts):
        box.setItemText(at, text)
    if box.isEditable() and box.currentText():
        box.setEditText(box.itemText(chosen) if chosen >= 0 else box.currentText())


def _line_of(box: QComboBox) -> QLineEdit:
    line = box.lineEdit()
    assert line is not None
    return line


def _value(box: QComboBox, text: str) -> str:
    """What the text stands for: an entry's value, or itself."""
    at = box.findText(text)
    return str(box.itemData(at)) if at >= 0 else text
