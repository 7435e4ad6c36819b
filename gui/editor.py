"""The dialog that adds or edits one mapping: it says what is wrong while one types, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.config.address import LOOPBACK
from core.system.suggestions import suggestions
from gui.background import Background
from gui.dialog_buttons import DialogButtons
from gui.draft import Draft, Reading, draft_of, read_draft
from gui.editor_form import EditorForm
from gui.editor_voice import EditorVoice
from gui.form_scroll import FormScroll
from gui.port_watch import PortWatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.mapping import Mapping
    from core.system.suggestions import Suggestion
    from gui.addresses import LocalAddresses

LEAST_WIDTH = 640
MOST_RECENT = 12
"""So many targets of the list are offered, those of the newest mappings first."""


class Editor(QDialog):
    """Edits a copy of one mapping, or makes a new one; `finished_mapping` carries the result."""

    finished_mapping = Signal(object)
    _renamed = Signal()

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
        self._addresses = addresses
        self._watch = PortWatch(self)
        self._seeker = Background(self)
        self.reading = Reading(None)
        self.scroll_area = FormScroll(self)
        # Given away with all in it: Qt goes through a window's fields as they came to it.
        self.form = EditorForm(edited, [one.group for one in others])
        self.scroll_area.setWidget(self.form)
        self._voice = EditorVoice(self.form, self._watch, edited, others)
        self.verdict = QLabel(self)
        self.verdict.setWordWrap(True)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.verdict.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.buttons = DialogButtons(DialogButtons.StandardButton.Cancel, self)
        self.ok = self.buttons.add_accepting()
        self._lay_out()
        self.form.fill(draft_of(edited) if edited else Draft(listen_host=listen_host))
        known = [str(place) for one in reversed(others) for place in one.targets]
        self._known_targets = list(dict.fromkeys(known))[:MOST_RECENT]
        self.form.listen_host.offer_listeners(addresses.known)
        self.form.target_host.offer_targets(self._known_targets)
        self._connect()
        self._retranslate()
        if any(hasattr(self.form.more, one.field) for one in self.reading.problems):
            self.form.fold()  # out: what is wrong must be seen
        self._fit()

    def _lay_out(self) -> None:
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

    def _connect(self) -> None:
        self.form.edited.connect(self._on_edited)
        self.form.folded.connect(self._fit)
        self.form.use_free.clicked.connect(self._use_free_ports)
        self._watch.told.connect(self._judge)
        self._renamed.connect(self._judge, Qt.ConnectionType.QueuedConnection)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._seeker.came.connect(self._offer_targets)
        self._seeker.ask(suggestions)
        self._addresses.found.connect(self._offer_addresses)
        self._addresses.look()

    @Slot()
    def _fit(self) -> None:
        """Be as high as the fields need, or as the screen allows; then they scroll."""
        width = max(self.width(), LEAST_WIDTH)
        bottom = self.verdict.minimumHeight() + 10 + 18 + 10
        most = round(self.screen().availableGeometry().height() * 0.9)
        self.resize(QSize(width, min(self.form.sizeHint().height() + bottom, most)))

    # What the user does.

    @Slot(object)
    def _on_edited(self, fields: set[str]) -> None:
        self._voice.touched |= fields
        self._judge()

    @Slot()
    def _use_free_ports(self) -> None:
        news = self._watch.news
        if news is not None and news.free is not None:
            self.form.listen_ports.setText(str(news.free))
            self._on_edited({"listen_ports"})
            self.form.listen_ports.setFocus()

    def accept(self) -> None:
        """Hand over the mapping; never while something is wrong."""
        self._judge()
        if self.reading.mapping is None:
            return
        self.finished_mapping.emit(self.reading.mapping)
        super().accept()

    def done(self, result: int) -> None:
        """Let go of all that was asked."""
        self._watch.stop()
        self._seeker.cancel()
        self.form.test.stop()
        super().done(result)

    # What was found out meanwhile.

    @Slot(object)
    def _offer_addresses(self, addresses: tuple[object, ...]) -> None:
        self.form.listen_host.offer_listeners(addresses)  # type: ignore[arg-type]

    @Slot(object)
    def _offer_targets(self, found: tuple[Suggestion, ...]) -> None:
        self.form.target_host.offer_targets(self._known_targets, found)

    # What the editor says.

    @Slot()
    def _judge(self) -> None:
        """Read the fields and say what that makes, beside each field and beside the button."""
        draft = self.form.draft()
        self.reading = read_draft(draft, self._edited)
        problems = self.reading.problems
        self._voice.say(draft, problems, self._addresses.known)
        self.ok.setEnabled(self.reading.mapping is not None)
        text = self._voice.verdict(draft, problems)
        self.verdict.setText(text)
        self.ok.setToolTip(text)
        self.ok.setAccessibleDescription(text)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        new = self._edited is None
        self.setWindowTitle(self.tr("Add a mapping") if new else self.tr("Edit a mapping"))
        self.ok.setText(self.tr("&Add") if new else self.tr("&Save"))
        self._judge()
        self._renamed.emit()  # once the fields have their names, too: the verdict says them
