"""The dialog that adds or edits one mapping: it says what is wrong while one types, in words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.config.address import LOOPBACK, PortRange
from core.config.mapping import Mapping
from core.system.suggestions import suggestions
from gui import wording
from gui.actions import plain
from gui.background import Background
from gui.draft import Draft, Reading, draft_of, listener_of, read_draft, target_of
from gui.editor_hints import on_forwarding, on_listening, who_can_connect
from gui.editor_more import MoreOptions
from gui.editor_parts import FaultMark, FieldNote, Weight
from gui.host_field import HostField
from gui.port_watch import PortWatch
from gui.resources import action_icon
from gui.target_test import TargetTest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHideEvent, QShowEvent

    from core.config.mapping import Problem
    from core.system.suggestions import Suggestion
    from gui.addresses import LocalAddresses

PORT_WIDTH = 160
FIELD_HEIGHT = 28
LEAST_WIDTH = 640
IN_VIEW = 30
"""So much above and below a field is to be seen, too."""
MOST_RECENT = 12
"""So many targets of the list are offered, those of the newest mappings first."""
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
        self._addresses = addresses
        self._watch = PortWatch(self)
        self._seeker = Background(self)
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
        known = [str(place) for one in reversed(others) for place in one.targets]
        self._known_targets = list(dict.fromkeys(known))[:MOST_RECENT]
        self.target_host.offer_targets(self._known_targets)
        self._seeker.came.connect(self._offer_targets)
        self._seeker.ask(suggestions)
        addresses.found.connect(self._offer_addresses)
        addresses.look()
        self._connect_fields()
        self._judge()
        if any(hasattr(self.more, one.field) for one in self.reading.problems):
            self._fold()  # out: what is wrong must be seen

    # The fields.

    def _make_fields(self, edited: Mapping | None) -> None:
        # Made first, with all in it: Qt goes through a window's fields as they were made.
        self.scroll_area = QScrollArea(self)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        form = self._form = QWidget()
        self.scroll_area.setWidget(form)
        self.name = QLineEdit(form)
        self.name.setPlaceholderText(self.tr("What it is for, such as “Test server”"))
        self.listen_host = HostField(form)
        self.listen_host.setAccessibleName(self.tr("Address to listen on"))
        self.listen_ports = QLineEdit(form)
        self.listen_ports.setAccessibleName(self.tr("Port to listen on"))
        self.listen_ports.setPlaceholderText(self.tr("8080 or 8000-8010"))
        self.target_host = HostField(form)
        self.target_host.line.setPlaceholderText(self.tr("192.168.1.5 or example.org"))
        self.target_host.setAccessibleName(self.tr("Host to connect to"))
        self.target_ports = QLineEdit(form)
        self.target_ports.setAccessibleName(self.tr("Port to connect to"))
        self.target_ports.setPlaceholderText(self.tr("80"))
        for ports in (self.listen_ports, self.target_ports):
            ports.setFixedWidth(PORT_WIDTH)
        self.listen_note = FieldNote(form)
        self.target_note = FieldNote(form)
        self.use_free = QPushButton(form)
        self.use_free.setAutoDefault(False)
        self.use_free.hide()
        self.test = TargetTest(form)
        self.more = MoreOptions(edited or DEFAULTS, [one.group for one in self._others], form)
        self.more.hide()
        self.more_button = QToolButton(form)
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
            "more_targets": FaultMark(self.more.more_targets),
            "source_address": FaultMark(self.more.source_address),
        }
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        text = self.tr("&Add") if edited is None else self.tr("&Save")
        self.ok = self.buttons.addButton(text, QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setDefault(True)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())  # some styles put loud pictures on them
            button.setMinimumWidth(92)

    def _lay_out(self) -> None:
        for line in self.findChildren(QLineEdit):
            line.setTextMargins(4, 0, 4, 0)
        for field in self._form.findChildren(QWidget):
            # Not the line edits inside of others: those would sit too low.
            if isinstance(field, QComboBox | QAbstractSpinBox) or (
                isinstance(field, QLineEdit)
                and not isinstance(field.parent(), QComboBox | QAbstractSpinBox)
            ):
                field.setMinimumHeight(FIELD_HEIGHT)
        inner = QVBoxLayout(self._form)
        inner.setContentsMargins(22, 20, 22, 4)
        inner.setSpacing(10)
        inner.addLayout(self._grid())
        inner.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addWidget(self.more)
        inner.addStretch(1)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(22, 0, 22, 0)
        bottom.setSpacing(16)
        bottom.addWidget(self.verdict, 1)
        bottom.addWidget(self.buttons, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 18)
        layout.setSpacing(10)
        layout.addWidget(self.scroll_area, 1)
        layout.addLayout(bottom)
        self.setMinimumWidth(LEAST_WIDTH)
        self._order_tabs()
        self._fit()

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        rows: tuple[tuple[str, QWidget, QLineEdit | None, FieldNote | None], ...] = (
            (self.tr("&Name"), self.name, None, None),
            (self.tr("&Listen on"), self.listen_host, self.listen_ports, self.listen_note),
            (self.tr("&Forward to"), self.target_host, self.target_ports, self.target_note),
        )
        for row, (text, field, ports, note) in enumerate(rows):
            at = 2 * row
            label = QLabel(text, self._form)
            label.setBuddy(field)
            grid.addWidget(label, at, 0, right)
            if ports is None or note is None:
                grid.addWidget(field, at, 1, 1, 3)
                grid.setRowMinimumHeight(at + 1, 14)
                continue
            grid.addWidget(field, at, 1)
            port_label = QLabel(self.tr("Port"), self._form)
            port_label.setBuddy(ports)
            grid.addWidget(port_label, at, 2)
            grid.addWidget(ports, at, 3)
            beside = QHBoxLayout()
            beside.addWidget(note, 1)
            if note is self.listen_note:
                beside.addWidget(self.use_free, 0, Qt.AlignmentFlag.AlignTop)
            grid.addLayout(beside, at + 1, 1, 1, 3)
        grid.addWidget(self.test, 2 * len(rows), 1, 1, 3)
        return grid

    def _order_tabs(self) -> None:
        way = [
            self.name,
            self.listen_host,
            self.listen_ports,
            self.use_free,
            self.target_host,
            self.target_ports,
            self.test.button,
            self.more_button,
            *self.more.fields,
            *self.buttons.buttons(),
        ]
        for before, after in pairwise(way):
            self.setTabOrder(before, after)

    def _fit(self) -> None:
        """Be as high as the fields need, or as the screen allows; then they scroll."""
        width = max(self.width(), LEAST_WIDTH)
        fields = self._form.sizeHint().height()
        bottom = self.verdict.minimumHeight() + 10 + 18 + 10
        most = round(self.screen().availableGeometry().height() * 0.9)
        self.resize(QSize(width, min(fields + bottom, most)))

    def _fill(self, draft: Draft) -> None:
        self.name.setText(draft.name)
        self.more.fill_texts(draft)
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
        self.use_free.clicked.connect(self._use_free_ports)
        self._watch.told.connect(self._judge)
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
        self._touched |= {"allow", "more_targets", "source_address"}
        self._judge()

    @Slot()
    def _use_free_ports(self) -> None:
        news = self._watch.news
        if news is not None and news.free is not None:
            self.listen_ports.setText(str(news.free))
            self._touch("listen_ports")
            self.listen_ports.setFocus()

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
        self._name_more()
        self._fit()

    def _name_more(self) -> None:
        """Say how many options are not as usual while they cannot be seen."""
        count = self.more.count_set(DEFAULTS) if self.more.isHidden() else 0
        text = self.tr("&More (%n set)", "one or more", count) if count else self.tr("&More")
        self.more_button.setText(text)

    @Slot(object)
    def _offer_addresses(self, addresses: tuple[object, ...]) -> None:
        self.listen_host.offer_listeners(addresses)  # type: ignore[arg-type]

    @Slot(object)
    def _offer_targets(self, found: tuple[Suggestion, ...]) -> None:
        self.target_host.offer_targets(self._known_targets, found)

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the keyboard from now on."""
        super().showEvent(event)
        QApplication.instance().focusChanged.connect(self._follow_keyboard)  # type: ignore[union-attr]

    def hideEvent(self, event: QHideEvent) -> None:
        """Follow it no more."""
        QApplication.instance().focusChanged.disconnect(self._follow_keyboard)  # type: ignore[union-attr]
        super().hideEvent(event)

    @Slot(QWidget, QWidget)
    def _follow_keyboard(self, _before: QWidget | None, field: QWidget | None) -> None:
        """Scroll to the field that has the keyboard now, by any key: Qt does it for Tab alone."""
        if field is None or not self._form.isAncestorOf(field):
            return
        # All of it: `ensureWidgetVisible` is content with the line that the cursor is in.
        top = field.mapTo(self._form, QPoint())
        self.scroll_area.ensureVisible(top.x(), top.y() + field.height(), 0, IN_VIEW)
        self.scroll_area.ensureVisible(top.x(), top.y(), 0, IN_VIEW)

    def done(self, result: int) -> None:
        """Let go of all that was asked."""
        self._watch.stop()
        self._seeker.cancel()
        self.test.stop()
        super().done(result)

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

    @Slot()
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
        self._say_more(shown)
        self._name_more()
        self._say_verdict()

    def _say_more(self, shown: dict[str, Problem]) -> None:
        allow = shown.get("allow")
        self.more.allow_note.say(
            wording.say(allow.text)
            if allow
            else self.tr("Separate networks by commas. Empty lets everyone in who can reach it."),
            Weight.PROBLEM if allow else Weight.HINT,
        )
        targets = shown.get("more_targets")
        self.more.targets_note.say(
            wording.say(targets.text)
            if targets
            else self.tr("For when the first does not answer, or to share the work."),
            Weight.PROBLEM if targets else Weight.HINT,
        )

    def _say_listen(self, shown: dict[str, Problem]) -> None:
        draft = self.draft()
        listener = listener_of(draft, self._edited)
        self._watch.look_at(listener, self._others)
        problem = shown.get("listen_host") or shown.get("listen_ports")
        self.use_free.hide()
        if problem is not None:
            self.listen_note.say(wording.say(problem.text), Weight.PROBLEM)
            return
        if listener is None:
            said = who_can_connect(draft.listen_host, draft.allow, self._addresses.known)
        else:
            said = on_listening(listener, self._others, self._watch.news, self._addresses.known)
        self.listen_note.say(said.text, said.weight)
        if said.free is not None:
            ports = str(said.free)
            self.use_free.setText(self.tr("Use port {port}").format(port=ports))
            self.use_free.show()

    def _say_target(self, shown: dict[str, Problem]) -> None:
        target = target_of(self.draft())
        self.test.set_mapping(target)
        problem = shown.get("target_host") or shown.get("target_ports")
        if problem is not None:
            self.target_note.say(wording.say(problem.text), Weight.PROBLEM)
            return
        said = on_forwarding(target, self.listen_ports.text())
        self.target_note.say(said.text, said.weight)

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
        if not typed.strip():
            return wish
        text = self.tr("{field}: {problem}")
        return text.format(field=self._name_of(problem.field), problem=wording.say(problem.text))

    def _name_of(self, name: str) -> str:
        """What the label of a field says."""
        field = getattr(self, name, None) or getattr(self.more, name)
        labels = self.findChildren(QLabel)
        label = next((one.text() for one in labels if one.buddy() is field), "")
        return field.accessibleName() or plain(label)
