"""The options of a mapping that most leave as they are, folded away in the editor."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from core.config.mapping import Policy, Protocol, ProxyProtocol
from gui.editor_parts import FieldNote, RateBox, SecondsBox

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
        self.fields: tuple[QWidget, ...] = ()
        """In the order in which Tab visits them."""
        self._lay_out()
        self._fill(mapping)
        self._shown = self._values()
        self._connect()
        self._enable()
        for box in (*self.findChildren(QComboBox), *self.findChildren(QAbstractSpinBox)):
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.installEventFilter(self)

    def eventFilter(self, box: QObject, event: QEvent) -> bool:
        """Let the wheel scroll past a box that nobody is in, instead of changing its value."""
        if event.type() == QEvent.Type.Wheel and isinstance(box, QWidget) and not box.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(box, event)

    def _make_choices(self, groups: Iterable[str]) -> None:
        self.protocol = QComboBox(self)
        self.protocol.addItem(self.tr("TCP"), Protocol.TCP)
        self.protocol.addItem(self.tr("UDP"), Protocol.UDP)
        self.protocol.addItem(self.tr("TCP and UDP"), Protocol.BOTH)
        self.policy = QComboBox(self)
        self.policy.addItem(self.tr("Use the first that works"), Policy.FAILOVER)
        self.policy.addItem(self.tr("Take turns"), Policy.ROUND_ROBIN)
        self.proxy_protocol = QComboBox(self)
        self.proxy_protocol.addItem(self.tr("Do not send one"), ProxyProtocol.OFF)
        self.proxy_protocol.addItem(self.tr("Version 1, says the client in text"), ProxyProtocol.V1)
        self.proxy_protocol.addItem(self.tr("Version 2, says it in binary"), ProxyProtocol.V2)
        self.group = QComboBox(self)
        self.group.setEditable(True)
        self.group.addItems(sorted(set(groups) - {""}))
        self.group.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)

    def _make_lines(self) -> None:
        self.comment = QLineEdit(self)
        self.allow = QLineEdit(self)
        self.allow.setPlaceholderText(self.tr("Everyone, or networks such as 192.168.1.0/24"))
        self.allow_note = FieldNote(self)
        self.more_targets = QLineEdit(self)
        self.more_targets.setPlaceholderText(self.tr("None, or such as 192.168.1.6:80"))
        self.targets_note = FieldNote(self)
        self.source_address = QLineEdit(self)
        self.source_address.setPlaceholderText(self.tr("Any address of this computer"))

    def _make_numbers(self) -> None:
        never = self.tr("Never")
        self.max_connections = QSpinBox(self)
        self.max_connections.setRange(0, MOST_CONNECTIONS)
        self.max_connections.setSpecialValueText(self.tr("No limit"))
        self.limit_up = RateBox(self)
        self.limit_down = RateBox(self)
        self.connect_timeout = SecondsBox(0.001, "", self)
        self.idle_timeout = SecondsBox(0, never, self)
        self.half_closed_timeout = SecondsBox(0, never, self)
        self.udp_timeout = SecondsBox(0.001, "", self)
        self.keepalive = QCheckBox(self.tr("&Keep quiet connections alive"), self)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("&Group"), self.group),
            (self.tr("C&omment"), self.comment),
            (self.tr("&Protocol"), self.protocol),
            (self.tr("Allow onl&y"), self.allow),
            ("", self.allow_note),
            (self.tr("Mo&re targets"), self.more_targets),
            ("", self.targets_note),
            (self.tr("&With several targets"), self.policy),
            (self.tr("PRO&XY header to the target"), self.proxy_protocol),
            (self.tr("Connect &by way of"), self.source_address),
            (self.tr("Most conn&ections"), self.max_connections),
            (self.tr("Limit &up"), self.limit_up),
            (self.tr("Limit &down"), self.limit_down),
            (self.tr("Gi&ve up connecting after"), self.connect_timeout),
            (self.tr("Close when &idle for"), self.idle_timeout),
            (self.tr("Close when &half closed for"), self.half_closed_timeout),
            (self.tr("Forget a &quiet UDP client after"), self.udp_timeout),
            ("", self.keepalive),
        )
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for at, (text, field) in enumerate(rows):
            if text:
                label = QLabel(text, self)
                label.setBuddy(field)
                grid.addWidget(label, at, 0, right)
            grid.addWidget(field, at, 1)
        self.fields = tuple(one for _, one in rows if not isinstance(one, FieldNote))
        for before, after in pairwise(self.fields):
            self.setTabOrder(before, after)

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
        self.more_targets.setText(draft.more_targets)
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
