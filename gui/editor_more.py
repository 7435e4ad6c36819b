"""The options of a mapping that most leave as they are, folded away in the editor.

The protocol is one of them, but stands among the usual fields, where the form puts it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from core.config.mapping import Policy, Protocol, ProxyProtocol
from gui.boxes import ChoiceBox, CountBox, RateBox, SecondsBox
from gui.editor_parts import FieldNote, LinesBox
from gui.natural import natural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.config.mapping import Mapping
    from gui.draft import Draft

MOST_CONNECTIONS = 1_000_000


class MoreOptions(QWidget):
    """The fields below "More"."""

    changed = Signal()

    def __init__(
        self, mapping: Mapping, groups: Iterable[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._make_choices(groups)
        self._make_lines()
        self._make_numbers()
        self._labels: dict[QWidget, QLabel] = {}
        self.fields: tuple[QWidget, ...] = ()
        """In the order in which Tab visits them."""
        self._lay_out()
        self._retranslate()
        self._fill(mapping)
        self._shown = self._values()
        self._connect()
        self._enable()

    def _make_choices(self, groups: Iterable[str]) -> None:
        self.protocol = ChoiceBox(self)
        self.policy = ChoiceBox(self)
        self.proxy_protocol = ChoiceBox(self)
        for box, values in (
            (self.protocol, (Protocol.TCP, Protocol.UDP, Protocol.BOTH)),
            (self.policy, (Policy.FAILOVER, Policy.ROUND_ROBIN)),
            (self.proxy_protocol, (ProxyProtocol.OFF, ProxyProtocol.V1, ProxyProtocol.V2)),
        ):
            for value in values:
                box.addItem("", value)
        self.group = ChoiceBox(self)
        self.group.setEditable(True)
        self.group.addItems(sorted(set(groups) - {""}, key=natural))
        self.group.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)

    def _make_lines(self) -> None:
        self.comment = QLineEdit(self)
        self.allow = QLineEdit(self)
        self.allow_note = FieldNote(self)
        self.more_targets = LinesBox(3, self)
        self.targets_note = FieldNote(self)
        self.source_address = QLineEdit(self)

    def _make_numbers(self) -> None:
        self.max_connections = CountBox(self)
        self.max_connections.setRange(0, MOST_CONNECTIONS)
        self.limit_up = RateBox(self)
        self.limit_down = RateBox(self)
        self.connect_timeout = SecondsBox(0.001, self)
        self.idle_timeout = SecondsBox(0, self)
        self.half_closed_timeout = SecondsBox(0, self)
        self.udp_timeout = SecondsBox(0.001, self)
        self.keepalive = QCheckBox(self)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        notes = {self.allow: self.allow_note, self.more_targets: self.targets_note}
        rows: list[QWidget] = []
        self.fields = (*(one for one in self._names() if one is not self.protocol), self.keepalive)
        for field in self.fields[:-1]:
            rows += [field, *([notes[field]] if field in notes else [])]
        side = Qt.AlignmentFlag.AlignRight
        for at, field in enumerate([*rows, self.keepalive]):
            grid.addWidget(field, at, 1)
            if field in (*notes.values(), self.keepalive):
                continue
            label = self._label(field)
            top = field is self.more_targets
            upright = Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(label, at, 0, side | upright)
        self.protocol_label = self._label(self.protocol)
        for before, after in pairwise(self.fields):
            self.setTabOrder(before, after)

    def _label(self, field: QWidget) -> QLabel:
        label = self._labels[field] = QLabel(self)
        label.setBuddy(field)
        return label

    def _names(self) -> dict[QWidget, str]:
        """The labels of the fields, from top to bottom."""
        return {
            self.protocol: self.tr("&Protocol"),
            self.group: self.tr("&Group"),
            self.comment: self.tr("C&omment"),
            self.allow: self.tr("Allow onl&y"),
            self.more_targets: self.tr("Mo&re targets"),
            self.policy: self.tr("&With several targets"),
            self.proxy_protocol: self.tr("PRO&XY header to the target"),
            self.source_address: self.tr("Connect &by way of"),
            self.max_connections: self.tr("Most conn&ections"),
            self.limit_up: self.tr("Limit &up"),
            self.limit_down: self.tr("Limit &down"),
            self.connect_timeout: self.tr("Gi&ve up connecting after"),
            self.idle_timeout: self.tr("Close when &idle for"),
            self.half_closed_timeout: self.tr("Close when &half closed for"),
            self.udp_timeout: self.tr("Forget a &quiet UDP client after"),
        }

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        for field, name in self._names().items():
            self._labels[field].setText(name)
        self.keepalive.setText(self.tr("&Keep quiet connections alive"))
        for box, words in (
            (self.protocol, (self.tr("TCP"), self.tr("UDP"), self.tr("TCP and UDP"))),
            (self.policy, (self.tr("Use the first that works"), self.tr("Take turns"))),
            (
                self.proxy_protocol,
                (
                    self.tr("Do not send one"),
                    self.tr("Version 1, says the client in text"),
                    self.tr("Version 2, says it in binary"),
                ),
            ),
        ):
            for at, word in enumerate(words):
                box.setItemText(at, word)
        for line, text in (
            (self.allow, self.tr("Everyone, or networks such as 192.168.1.0/24")),
            (self.more_targets, self.tr("None, or one a line such as 192.168.1.6:80")),
            (self.source_address, self.tr("Any address of this computer")),
        ):
            line.setPlaceholderText(text)
        self.max_connections.setSpecialValueText(self.tr("No limit"))
        for box_of_seconds in (self.idle_timeout, self.half_closed_timeout):
            box_of_seconds.setSpecialValueText(self.tr("Never"))

    def _fill(self, mapping: Mapping) -> None:
        for box, value in (
            (self.protocol, mapping.protocol),
            (self.policy, mapping.policy),
            (self.proxy_protocol, mapping.proxy_protocol),
        ):
            box.setCurrentIndex(box.findData(value))
        self.connect_timeout.setValue(mapping.connect_timeout)
        self.idle_timeout.setValue(mapping.idle_timeout)
        self.half_closed_timeout.setValue(mapping.half_closed_timeout)
        self.udp_timeout.setValue(mapping.udp_timeout)
        self.max_connections.setValue(mapping.max_connections)
        self.limit_up.set_rate(mapping.limit_up)
        self.limit_down.set_rate(mapping.limit_down)
        self.keepalive.setChecked(mapping.keepalive)

    def fill_texts(self, draft: Draft) -> None:
        """Show what the draft says."""
        self.comment.setText(draft.comment)
        self.allow.setText(draft.allow)
        self.more_targets.set_text(draft.more_targets)
        self.source_address.setText(draft.source_address)
        self.group.setCurrentIndex(-1)
        self.group.setEditText(draft.group)
        self._enable()

    def _connect(self) -> None:
        for box in (self.protocol, self.policy, self.proxy_protocol):
            box.currentIndexChanged.connect(self._on_change)
        for number in (
            self.connect_timeout,
            self.idle_timeout,
            self.half_closed_timeout,
            self.udp_timeout,
            self.limit_up,
            self.limit_down,
        ):
            number.valueChanged.connect(self._on_change)
        self.max_connections.valueChanged.connect(self._on_change)
        self.keepalive.toggled.connect(self._on_change)
        self.keepalive.clicked.connect(self.keepalive.setFocus)  # its key alone does not
        for line in (self.allow, self.more_targets, self.source_address, self.comment):
            line.textChanged.connect(self._on_change)
        self.group.editTextChanged.connect(self._on_change)

    def _values(self) -> dict[str, Any]:
        """What the choices and numbers show now."""
        return {
            "protocol": Protocol(self.protocol.currentData()),
            "policy": Policy(self.policy.currentData()),
            "proxy_protocol": ProxyProtocol(self.proxy_protocol.currentData()),
            "max_connections": self.max_connections.value(),
            "limit_up": self.limit_up.rate(),
            "limit_down": self.limit_down.rate(),
            "connect_timeout": self.connect_timeout.value(),
            "idle_timeout": self.idle_timeout.value(),
            "half_closed_timeout": self.half_closed_timeout.value(),
            "udp_timeout": self.udp_timeout.value(),
            "keepalive": self.keepalive.isChecked(),
        }

    @property
    def changes(self) -> dict[str, Any]:
        """What the user changed: a value that a field cannot show exactly is thus never rounded."""
        return {name: now for name, now in self._values().items() if now != self._shown[name]}

    def count_set(self, defaults: Mapping) -> int:
        """How many options that can be folded away are not what they are for a new mapping."""
        texts = (self.comment, self.allow, self.more_targets, self.source_address)
        filled = sum(bool(one.text().strip()) for one in texts)
        grouped = bool(self.group.currentText().strip())
        now = {name: value for name, value in self._values().items() if name != "protocol"}
        other = sum(bool(value != getattr(defaults, name)) for name, value in now.items())
        return filled + grouped + other

    @Slot()
    def _on_change(self) -> None:
        self._enable()
        self.changed.emit()

    def _enable(self) -> None:
        """Let only what has an effect be changed."""
        protocol = self.protocol.currentData()
        self.policy.setEnabled(bool(self.more_targets.text().strip()))
        self.udp_timeout.setEnabled(protocol != Protocol.TCP)
        for field in (self.idle_timeout, self.half_closed_timeout, self.keepalive):
            field.setEnabled(protocol != Protocol.UDP)
