"""The fields of the editor: the usual ones, those below "More", the notes; it judges none."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.config.address import PortRange
from core.config.mapping import Mapping
from gui.draft import Draft
from gui.editor_more import MoreOptions
from gui.editor_parts import FieldNote
from gui.host_field import HostField
from gui.resources import action_icon
from gui.target_test import TargetTest

if TYPE_CHECKING:
    from collections.abc import Iterable

PORT_WIDTH = 160
FIELD_HEIGHT = 28
DEFAULTS = Mapping(
    id="", listen_ports=PortRange.single(1), target_host="", target_ports=PortRange.single(1)
)


class EditorForm(QWidget):
    """`edited` names the fields that the user has been to; `draft` is what is in all of them."""

    edited = Signal(object)
    folded = Signal()
    """The further options were folded out or in."""

    def __init__(self, mapping: Mapping | None, groups: Iterable[str]) -> None:
        super().__init__()
        self._make_usual()
        self.more = MoreOptions(mapping or DEFAULTS, groups, self)
        self.more.hide()
        self.more_button = QToolButton(self)
        self.more_button.setAutoRaise(True)
        self.more_button.setIconSize(QSize(16, 16))
        self.more_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._lay_out()
        self._connect()
        self._retranslate()

    def _make_usual(self) -> None:
        self.name = QLineEdit(self)
        self.listen_host = HostField(self)
        self.listen_ports = QLineEdit(self)
        self.listen_note = FieldNote(self)
        self.use_free = QPushButton(self)
        self.use_free.setAutoDefault(False)
        self.use_free.hide()
        self.target_host = HostField(self)
        self.target_ports = QLineEdit(self)
        self.target_note = FieldNote(self)
        self.test = TargetTest(self)
        for ports in (self.listen_ports, self.target_ports):
            ports.setFixedWidth(PORT_WIDTH)

    # Laying out.

    def _lay_out(self) -> None:
        for line in self.findChildren(QLineEdit):
            line.setTextMargins(4, 0, 4, 0)
        for field in self.findChildren(QWidget):
            # Not the line edits inside of others: those would sit too low.
            if isinstance(field, QComboBox | QAbstractSpinBox) or (
                isinstance(field, QLineEdit)
                and not isinstance(field.parent(), QComboBox | QAbstractSpinBox)
            ):
                field.setMinimumHeight(FIELD_HEIGHT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 4)
        layout.setSpacing(10)
        layout.addLayout(self._grid())
        layout.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.more)
        layout.addStretch(1)
        way = [
            self.name,
            self.more.protocol,
            self.listen_host,
            self.listen_ports,
            self.use_free,
            self.target_host,
            self.target_ports,
            self.test.button,
            self.more_button,
            *self.more.fields,
        ]
        for before, after in pairwise(way):
            self.setTabOrder(before, after)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._name_label = _label_of(self.name, self)
        grid.addWidget(self._name_label, 0, 0, right)
        grid.addWidget(self.name, 0, 1)
        self.more.protocol.setFixedWidth(PORT_WIDTH)
        grid.addWidget(self.more.protocol_label, 0, 2)
        grid.addWidget(self.more.protocol, 0, 3)
        grid.setRowMinimumHeight(1, 14)
        self._host_labels: list[QLabel] = []
        self._port_labels: list[QLabel] = []
        for row, host, ports in (
            (2, self.listen_host, self.listen_ports),
            (4, self.target_host, self.target_ports),
        ):
            self._host_labels.append(_label_of(host, self))
            self._port_labels.append(_label_of(ports, self))
            grid.addWidget(self._host_labels[-1], row, 0, right)
            grid.addWidget(host, row, 1)
            grid.addWidget(self._port_labels[-1], row, 2)
            grid.addWidget(ports, row, 3)
        beside = QHBoxLayout()
        beside.addWidget(self.listen_note, 1)
        beside.addWidget(self.use_free, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(beside, 3, 1, 1, 3)
        grid.addWidget(self.target_note, 5, 1, 1, 3)
        grid.addWidget(self.test, 6, 1, 1, 3)
        return grid

    # Words.

    def changeEvent(self, event: QEvent) -> None:
        """Follow language and palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "more_button"):
            self._draw_fold()

    def _retranslate(self) -> None:
        self._name_label.setText(self.tr("&Name"))
        for label, text in zip(
            self._host_labels, (self.tr("&Listen on"), self.tr("&Forward to")), strict=True
        ):
            label.setText(text)
        for label in self._port_labels:
            label.setText(self.tr("Port"))
        self.name.setPlaceholderText(self.tr("What it is for, such as “Test server”"))
        self.listen_host.setAccessibleName(self.tr("Address to listen on"))
        self.listen_ports.setAccessibleName(self.tr("Port to listen on"))
        self.listen_ports.setPlaceholderText(self.tr("8080 or 8000-8010"))
        self.target_host.line.setPlaceholderText(self.tr("192.168.1.5 or example.org"))
        self.target_host.setAccessibleName(self.tr("Host to connect to"))
        self.target_ports.setAccessibleName(self.tr("Port to connect to"))
        self.target_ports.setPlaceholderText(self.tr("80"))
        self.name_more()

    def name_more(self) -> None:
        """Say how many options are not as usual while they cannot be seen."""
        count = self.more.count_set(DEFAULTS) if self.more.isHidden() else 0
        text = self.tr("&More (%n set)", "one or more", count) if count else self.tr("&More")
        self.more_button.setText(text)
        self._draw_fold()

    def _draw_fold(self) -> None:
        drawing = "fold-right" if self.more.isHidden() else "fold-down"
        self.more_button.setIcon(action_icon(drawing, self.palette()))

    # What the user does.

    def _connect(self) -> None:
        self.listen_host.edited.connect(self._on_listen_host)
        self.listen_host.port_pasted.connect(self.listen_ports.setText)
        self.listen_host.port_pasted.connect(self._on_listen_ports)
        self.listen_ports.textEdited.connect(self._on_listen_ports)
        self.target_host.edited.connect(self._on_target_host)
        self.target_host.port_pasted.connect(self.target_ports.setText)
        self.target_host.port_pasted.connect(self._on_target_ports)
        self.target_ports.textEdited.connect(self._on_target_ports)
        self.more.changed.connect(self._on_more)
        self.more_button.clicked.connect(self.fold)

    @Slot()
    def _on_listen_host(self) -> None:
        self.edited.emit({"listen_host"})

    @Slot()
    def _on_listen_ports(self) -> None:
        self.edited.emit({"listen_ports"})

    @Slot()
    def _on_target_host(self) -> None:
        self.edited.emit({"target_host"})

    @Slot()
    def _on_target_ports(self) -> None:
        self.edited.emit({"target_ports"})

    @Slot()
    def _on_more(self) -> None:
        self.edited.emit({"allow", "more_targets", "source_address"})

    @Slot()
    def fold(self) -> None:
        """Fold the further options out, or in again."""
        self.more.setVisible(self.more.isHidden())
        self.name_more()
        self.folded.emit()

    # All of it as texts.

    def fill(self, draft: Draft) -> None:
        """Show this."""
        self.name.setText(draft.name)
        self.more.fill_texts(draft)
        self.listen_host.set_text(draft.listen_host)
        self.listen_ports.setText(draft.listen_ports)
        self.target_host.set_text(draft.target_host)
        self.target_ports.setText(draft.target_ports)
        self.name_more()

    def draft(self) -> Draft:
        """What is in the fields now."""
        return Draft(
            name=self.name.text(),
            comment=self.more.comment.text(),
            listen_host=self.listen_host.text(),
            listen_ports=self.listen_ports.text(),
            target_host=self.target_host.text(),
            target_ports=self.target_ports.text(),
            allow=self.more.allow.text(),
            more_targets=self.more.more_targets.text(),
            source_address=self.more.source_address.text(),
            group=self.more.group.currentText(),
            options=dict(self.more.changes),
        )


def _label_of(field: QWidget, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setBuddy(field)
    return label
