"""The dialog that adds or edits one mapping: it says what is wrong while one types, in words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.config.address import LOOPBACK, PortRange, is_loopback
from core.config.mapping import Mapping, clashes
from gui import wording
from gui.draft import Draft, Reading, draft_of, read_draft
from gui.editor_parts import FaultMark, FieldNote, MoreOptions, Weight
from gui.host_field import HostField
from gui.resources import action_icon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.mapping import Problem
    from gui.addresses import LocalAddresses

PORT_WIDTH = 160
FIELD_HEIGHT = 28
DEFAULTS = Mapping(
    id="", listen_ports=PortRange.single(1), target_host="", target_ports=PortRange.single(1)
)


class Editor(QDialog):
    """Edits a copy of one mapping, or makes a new one; `finished_mapping` carries the result."""

    finished_mapping = Signal(object)

    def __init__(
        self,
        edited: Mapping | None,
        others: Sequence[Mapping],
        addresses: LocalAddresses,
        parent: QWidget | None = None,
        *,
        listen_host: str = LOOPBACK,
    ) -> None:
        super().__init__(parent)
        self._edited = edited
        self._others = others
        self._touched: set[str] = set()
        self.reading = Reading(None)
        self.setWindowTitle(
            self.tr("Add a mapping") if edited is None else self.tr("Edit a mapping")
        )
        self._make_fields(edited)
        self._lay_out()
        self._fill(draft_of(edited) if edited else Draft(listen_host=listen_host))
        if edited is not None:
            self._touched = set(self._marks)
        self.listen_host.offer_listeners(addresses.known)
        self.target_host.offer_targets([one.target_host for one in others])
        addresses.found.connect(self._offer_addresses)
        addresses.look()
        self._connect_fields()
        self._judge()

    # The fields.

    def _make_fields(self, edited: Mapping | None) -> None:
        self.name = QLineEdit(self)
        self.name.setPlaceholderText(self.tr("What it is for, such as “Test server”"))
        self.comment = QLineEdit(self)
        self.listen_host = HostField(self)
        self.listen_host.setAccessibleName(self.tr("Address to listen on"))
        self.listen_ports = QLineEdit(self)
        self.listen_ports.setAccessibleName(self.tr("Port to listen on"))
        self.listen_ports.setPlaceholderText(self.tr("8080 or 8000-8010"))
        self.target_host = HostField(self)
        self.target_host.line.setPlaceholderText(self.tr("192.168.1.5 or example.org"))
        self.target_host.setAccessibleName(self.tr("Host to connect to"))
        self.target_ports = QLineEdit(self)
        self.target_ports.setAccessibleName(self.tr("Port to connect to"))
        self.target_ports.setPlaceholderText(self.tr("80"))
        for ports in (self.listen_ports, self.target_ports):
            ports.setFixedWidth(PORT_WIDTH)
        self.listen_note = FieldNote(self)
        self.target_note = FieldNote(self)
        self.more = MoreOptions(edited or DEFAULTS, self)
        self.more.hide()
        self.more_button = QToolButton(self)
        self.more_button.setText(self.tr("&More"))
        self.more_button.setAutoRaise(True)
        self.more_button.setIconSize(QSize(16, 16))
        self.more_button.setIcon(action_icon("fold-right", self.palette()))
        self.more_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.verdict = QLabel(self)
        self.verdict.setWordWrap(True)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.verdict.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._marks = {
            "listen_host": FaultMark(self.listen_host.line),
            "listen_ports": FaultMark(self.listen_ports),
            "target_host": FaultMark(self.target_host.line),
            "target_ports": FaultMark(self.target_ports),
            "allow": FaultMark(self.more.allow),
        }
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        text = self.tr("&Add") if edited is None else self.tr("&Save")
        self.ok = self.buttons.addButton(text, QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setDefault(True)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())  # some styles put loud pictures on them
            button.setMinimumWidth(92)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        rows: tuple[tuple[str, QWidget, QLineEdit | None, FieldNote], ...] = (
            (self.tr("&Name"), self.name, None, self.listen_note),
            (self.tr("&Listen on"), self.listen_host, self.listen_ports, self.listen_note),
            (self.tr("&Forward to"), self.target_host, self.target_ports, self.target_note),
            (self.tr("&Comment"), self.comment, None, self.target_note),
        )
        at = 0
        for text, field, ports, note in rows:
            label = QLabel(text, self)
            label.setBuddy(field)
            grid.addWidget(label, at, 0, right)
            if ports is None:
                grid.addWidget(field, at, 1, 1, 3)
                grid.setRowMinimumHeight(at + 1, 14)
            else:
                grid.addWidget(field, at, 1)
                port_label = QLabel(self.tr("Port"), self)
                port_label.setBuddy(ports)
                grid.addWidget(port_label, at, 2)
                grid.addWidget(ports, at, 3)
                grid.addWidget(note, at + 1, 1, 1, 3)
            at += 2
        for line in self.findChildren(QLineEdit):
            line.setTextMargins(4, 0, 4, 0)
        for field in self.findChildren(QWidget):
            # Not the line edits inside of others: those would sit too low.
            if isinstance(field, QComboBox | QAbstractSpinBox) or (
                isinstance(field, QLineEdit)
                and not isinstance(field.parent(), QComboBox | QAbstractSpinBox)
            ):
                field.setMinimumHeight(FIELD_HEIGHT)
        bottom = QHBoxLayout()
        bottom.setSpacing(16)
        bottom.addWidget(self.verdict, 1)
        bottom.addWidget(self.buttons, 0, Qt.AlignmentFlag.AlignBottom)
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(10)
        layout.addLayout(grid)
        layout.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.more)
        layout.addStretch(1)
        layout.addLayout(bottom)
        self.setMinimumWidth(580)
        way = [
            self.name,
            self.listen_host,
            self.listen_ports,
            self.target_host,
            self.target_ports,
            self.comment,
            self.more_button,
            *self.more.fields,
            *self.buttons.buttons(),
        ]
        for before, after in pairwise(way):
            self.setTabOrder(before, after)

    def _fill(self, draft: Draft) -> None:
        self.name.setText(draft.name)
        self.comment.setText(draft.comment)
        self.listen_host.set_text(draft.listen_host)
        self.listen_ports.setText(draft.listen_ports)
        self.target_host.set_text(draft.target_host)
        self.target_ports.setText(draft.target_ports)

    def _connect_fields(self) -> None:
        self.listen_host.edited.connect(self._listen_host_edited)
        self.listen_host.port_pasted.connect(self._listen_port_pasted)
        self.listen_ports.textEdited.connect(self._listen_ports_edited)
        self.target_host.edited.connect(self._target_host_edited)
        self.target_host.port_pasted.connect(self._target_port_pasted)
        self.target_ports.textEdited.connect(self._target_ports_edited)
        self.more.changed.connect(self._more_edited)
        self.more_button.clicked.connect(self._fold)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    # What the user does.

    @Slot()
    def _listen_host_edited(self) -> None:
        self._touch("listen_host")

    @Slot()
    def _listen_ports_edited(self) -> None:
        self._touch("listen_ports")

    @Slot()
    def _target_host_edited(self) -> None:
        self._touch("target_host")

    @Slot()
    def _target_ports_edited(self) -> None:
        self._touch("target_ports")

    @Slot()
    def _more_edited(self) -> None:
        self._touch("allow")

    @Slot(str)
    def _listen_port_pasted(self, ports: str) -> None:
        self.listen_ports.setText(ports)
        self._touch("listen_ports")

    @Slot(str)
    def _target_port_pasted(self, ports: str) -> None:
        self.target_ports.setText(ports)
        self._touch("target_ports")

    @Slot()
    def _fold(self) -> None:
        """Fold the further options out, or in again."""
        unfolded = self.more.isHidden()
        drawing = "fold-down" if unfolded else "fold-right"
        self.more_button.setIcon(action_icon(drawing, self.palette()))
        self.more.setVisible(unfolded)
        self._layout.activate()
        self.resize(QSize(self.width(), self.sizeHint().height()))

    @Slot(object)
    def _offer_addresses(self, addresses: tuple[object, ...]) -> None:
        self.listen_host.offer_listeners(addresses)  # type: ignore[arg-type]

    def _touch(self, field: str) -> None:
        self._touched.add(field)
        self._judge()

    def accept(self) -> None:
        """Hand over the mapping; never while something is wrong."""
        self._judge()
        if self.reading.mapping is None:
            return
        self.finished_mapping.emit(self.reading.mapping)
        super().accept()

    # What the editor says.

    def draft(self) -> Draft:
        """What is in the fields now."""
        return Draft(
            name=self.name.text(),
            comment=self.comment.text(),
            listen_host=self.listen_host.text(),
            listen_ports=self.listen_ports.text(),
            target_host=self.target_host.text(),
            target_ports=self.target_ports.text(),
            allow=self.more.allow.text(),
            options=dict(self.more.changes),
        )

    def _judge(self) -> None:
        """Read the fields and say what that makes, beside each field and beside the button."""
        self.reading = read_draft(self.draft(), self._edited)
        first: dict[str, Problem] = {}
        for problem in self.reading.problems:
            first.setdefault(problem.field, problem)
        # An empty field that nobody has been to is no mistake yet; only the button waits for it.
        shown = {name: one for name, one in first.items() if name in self._touched}
        for name, mark in self._marks.items():
            mark.show(wording.say(shown[name].text) if name in shown else "")
        self._say_listen(shown)
        self._say_target(shown)
        allow = shown.get("allow")
        self.more.allow_note.say(
            wording.say(allow.text)
            if allow
            else self.tr("Separate networks by commas. Empty lets everyone in who can reach it."),
            Weight.PROBLEM if allow else Weight.HINT,
        )
        self._say_verdict()

    def _say_listen(self, shown: dict[str, Problem]) -> None:
        problem = shown.get("listen_host") or shown.get("listen_ports")
        if problem is not None:
            self.listen_note.say(wording.say(problem.text), Weight.PROBLEM)
            return
        clash = self._clash()
        if clash is not None:
            text = self.tr("“{name}” already listens on {address}; only one of the two can run.")
            self.listen_note.say(
                text.format(name=clash.title, address=clash.listen), Weight.WARNING
            )
        elif is_loopback(self.listen_host.text().strip().strip("[]")):
            self.listen_note.say(self.tr("Only this computer can connect."), Weight.HINT)
        else:
            text = self.tr("Other computers that can reach this one on the network can connect.")
            self.listen_note.say(text, Weight.WARNING)

    def _clash(self) -> Mapping | None:
        """The mapping that claims the same port, as far as the listen fields can be read."""
        mapping = self.reading.mapping
        if mapping is None:
            draft = self.draft()
            stand_in = Draft(
                listen_host=draft.listen_host,
                listen_ports=draft.listen_ports,
                target_host="target.invalid",
                target_ports="1",
            )
            mapping = read_draft(stand_in, None).mapping
            if mapping is None:
                return None
            if self._edited is not None:
                mapping = msgspec.structs.replace(mapping, id=self._edited.id)
        found = clashes(mapping, self._others)
        return found[0] if found else None

    def _say_target(self, shown: dict[str, Problem]) -> None:
        problem = shown.get("target_host") or shown.get("target_ports")
        if problem is not None:
            self.target_note.say(wording.say(problem.text), Weight.PROBLEM)
            return
        mapping = self.reading.mapping
        if mapping is not None and len(mapping.target_ports) > 1:
            text = self.tr("Each listening port leads to its own port of the target, in order.")
        elif mapping is not None and len(mapping.listen_ports) > 1:
            text = self.tr("Every listening port leads to this one port.")
        else:
            text = self.tr("A name is looked up again for every connection.")
        self.target_note.say(text, Weight.HINT)

    def _say_verdict(self) -> None:
        self.ok.setEnabled(self.reading.mapping is not None)
        text = self._say_first(self.reading.problems[0]) if self.reading.problems else ""
        self.verdict.setText(text)
        self.ok.setToolTip(text)
        self.ok.setAccessibleDescription(text)

    def _say_first(self, problem: Problem) -> str:
        """The first problem, as a request where the field is only empty yet."""
        wishes = {
            "listen_host": (self.listen_host.text(), self.tr("Fill in the address to listen on.")),
            "listen_ports": (self.listen_ports.text(), self.tr("Fill in the port to listen on.")),
            "target_host": (self.target_host.text(), self.tr("Fill in the host to connect to.")),
            "target_ports": (self.target_ports.text(), self.tr("Fill in the port to connect to.")),
        }
        typed, wish = wishes.get(problem.field, ("-", ""))
        return wording.say(problem.text) if typed.strip() else wish
