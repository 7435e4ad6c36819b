"""The dialog that gives several mappings the same group, switch or openness; it changes no list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
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

from core.config.address import EVERY_ADDRESS, LOOPBACK, AddressError, check_listen_host
from gui import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.mapping import Mapping

_KEEP = object()


class EditTogether(QDialog):
    """Fields left alone stay as they are in each mapping; `decided` carries the others."""

    decided = Signal(object, object)
    """The ids of the mappings and the fields to change, as a dict for `MappingList.change`."""

    def __init__(
        self, edited: Sequence[Mapping], groups: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ids = {one.id for one in edited}
        self.setWindowTitle(self.tr("Edit %n mappings", "two or more", len(edited)))
        keep = self.tr("As it is")
        self.group = QComboBox(self)
        self.group.setEditable(True)
        self.group.addItem(self.tr("No group"), "")
        for name in groups:
            self.group.addItem(name, name)
        self.group.setCurrentIndex(-1)
        self._group_line = _line_of(self.group, keep)
        self.switch = QComboBox(self)
        for text, value in ((keep, _KEEP), (self.tr("On"), True), (self.tr("Off"), False)):
            self.switch.addItem(text, value)
        self.open_to = QComboBox(self)
        self.open_to.setEditable(True)
        self.open_to.addItem(self.tr("Only this computer"), LOOPBACK)
        self.open_to.addItem(self.tr("Everyone who can reach this computer"), EVERY_ADDRESS)
        self.open_to.setCurrentIndex(-1)
        self._open_line = _line_of(self.open_to, keep)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._lay_out()
        for field in (self.group, self.open_to):
            field.currentTextChanged.connect(self._judge)
        self.switch.currentIndexChanged.connect(self._judge)
        self._judge()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(self.tr("&Group:"), self.group)
        form.addRow(self.tr("&Switch:"), self.switch)
        form.addRow(self.tr("&Open to:"), self.open_to)
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Save | standard.Cancel, self)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(420)

    def changes(self) -> dict[str, Any]:
        """What was decided; raises `AddressError` for an address that is none."""
        found: dict[str, Any] = {}
        text = self._group_line.text().strip()
        if text:
            found["group"] = _value(self.group, text)
        if self.switch.currentData() is not _KEEP:
            found["enabled"] = self.switch.currentData()
        text = self._open_line.text().strip()
        if text:
            found["listen_host"] = check_listen_host(_value(self.open_to, text))
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
        save.setEnabled(bool(changes))
        open_to_all = changes.get("listen_host") == EVERY_ADDRESS
        self.note.setText(
            self.tr("Other computers that can reach this one on the network can then connect.")
            if open_to_all
            else ""
        )

    def accept(self) -> None:
        """Tell what was decided."""
        self.decided.emit(self._ids, self.changes())
        super().accept()


def _line_of(box: QComboBox, placeholder: str) -> QLineEdit:
    line = box.lineEdit()
    assert line is not None
    line.setPlaceholderText(placeholder)
    return line


def _value(box: QComboBox, text: str) -> str:
    """What the text stands for: an entry's value, or itself."""
    at = box.findText(text)
    return str(box.itemData(at)) if at >= 0 else text
