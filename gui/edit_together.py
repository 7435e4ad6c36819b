"""The dialog that gives several mappings the same group, switch or openness; it changes no list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

from core.config.address import EVERY_ADDRESS, LOOPBACK, AddressError, check_listen_host
from gui import wording
from gui.dialog_buttons import DialogButtons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.mapping import Mapping

_KEEP = object()
WIDTH = 440


class EditTogether(QDialog):
    """Fields left alone stay as they are in each mapping; `decided` carries the others."""

    decided = Signal(object, object)
    """The ids of the mappings and the fields to change, as a dict for `MappingList.change`."""

    def __init__(
        self, edited: Sequence[Mapping], groups: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ids = {one.id for one in edited}
        self.group = _choice_or_text(self)
        self.group.addItem("", "")
        for name in groups:
            self.group.addItem(name, name)
        self.switch = QComboBox(self)
        for value in (_KEEP, True, False):
            self.switch.addItem("", value)
        self.open_to = _choice_or_text(self)
        for host in (LOOPBACK, EVERY_ADDRESS):
            self.open_to.addItem("", host)
        for field in (self.group, self.open_to):
            field.setCurrentIndex(-1)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        standard = QDialogButtonBox.StandardButton
        self.buttons = DialogButtons(standard.Save | standard.Cancel, self)
        self._lay_out()
        self._retranslate()
        for field in (self.group, self.open_to):
            field.currentTextChanged.connect(self._judge)
        self.switch.currentIndexChanged.connect(self._judge)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(10)
        self._labels = [QLabel(self) for _ in range(3)]
        for label, field in zip(self._labels, (self.group, self.switch, self.open_to), strict=True):
            label.setBuddy(field)
            form.addRow(label, field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(WIDTH)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Edit %n mappings", "two or more", len(self._ids)))
        texts = (self.tr("&Group"), self.tr("&Switch"), self.tr("&Open to"))
        for label, text in zip(self._labels, texts, strict=True):
            label.setText(text)
        keep = self.tr("As it is")
        for field in (self.group, self.open_to):
            _line_of(field).setPlaceholderText(keep)
        _name(self.group, self.tr("No group"))
        _name(self.switch, keep, self.tr("On"), self.tr("Off"))
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
        if self.switch.currentData() is not _KEEP:
            found["enabled"] = self.switch.currentData()
        text = _line_of(self.open_to).text().strip()
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
