"""The settings dialog: each field works at once, so there is nothing to apply or take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from core.config.address import AddressError, check_listen_host, is_loopback
from core.config.settings import SYSTEM_LANGUAGE, LogLevel, Theme
from gui import wording
from gui.appearance import colours
from gui.dialog_buttons import DialogButtons
from gui.host_field import HostField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent

    from core.config.settings import Settings
    from gui.addresses import LocalAddresses
    from gui.autostart import AutostartSwitch
    from gui.preferences import Preferences

WIDTH = 480


class SettingsDialog(QDialog):
    """Shows the preferences and changes them."""

    _renamed = Signal()

    def __init__(
        self,
        preferences: Preferences,
        addresses: LocalAddresses,
        languages: Sequence[tuple[str, str]],
        autostart: AutostartSwitch,
        parent: QWidget | None = None,
    ) -> None:
        """Show. `languages` are names as Qt writes them and what they call themselves."""
        super().__init__(parent)
        self._preferences = preferences
        self._addresses = addresses
        self._languages = languages
        self._autostart = autostart
        self._shown = preferences.settings
        self.setMinimumWidth(WIDTH)
        settings = preferences.settings
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(14)
        self._form.setVerticalSpacing(10)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._labels: dict[str, QLabel] = {}
        self._choices: dict[str, QComboBox] = {}
        self.language: QComboBox | None = None
        if languages:
            self.language = self._add_choice("language")
        self.theme = self._add_choice("theme")
        self._add_autostart()
        self.start_hidden = self._add_check("start_hidden")
        self._add_notifications()
        self._add_listen(settings.default_listen)
        self.log_level = self._add_choice("log_level")
        buttons = DialogButtons(DialogButtons.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        self._renamed.connect(self._grow, Qt.ConnectionType.QueuedConnection)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(18)
        layout.addLayout(self._form)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self._name_parts()
        for choice in self._choices.values():
            choice.activated.connect(self._on_choice)
        for box in (self.start_hidden, *self._notifications):
            box.toggled.connect(self._on_check)
        self.listen.edited.connect(self._on_listen)
        preferences.changed.connect(self._follow)
        self._addresses.found.connect(self._offer_addresses)
        self._addresses.look()
        self.autostart.clicked.connect(self._autostart.switch)
        self._autostart.told.connect(self._show_autostart)
        self._autostart.look()

    def _words(self, field: str) -> list[tuple[str, str]]:
        """The choices of a field: their values, and their words in the language of now."""
        match field:
            case "language":
                return [(SYSTEM_LANGUAGE, self.tr("As the system")), *self._languages]
            case "theme":
                return [
                    (Theme.SYSTEM, self.tr("As the system")),
                    (Theme.LIGHT, self.tr("Light")),
                    (Theme.DARK, self.tr("Dark")),
                ]
            case _:
                return [
                    (LogLevel.PROBLEMS, self.tr("Problems only")),
                    (LogLevel.NORMAL, self.tr("Normal")),
                    (LogLevel.DETAILED, self.tr("Detailed, to look for a fault")),
                ]

    def _name_parts(self) -> None:
        self.setWindowTitle(self.tr("Settings"))
        labels = {
            "language": self.tr("&Language"),
            "theme": self.tr("&Theme"),
            "default_listen": self.tr("New &mappings listen on"),
            "log_level": self.tr("L&og files"),
        }
        for field, label in self._labels.items():
            label.setText(labels[field])
        for field, choice in self._choices.items():
            for at, (_, words) in enumerate(self._words(field)):
                choice.setItemText(at, words)
        self.autostart.setText(self.tr("&Start Portway when I log in"))
        self.start_hidden.setText(self.tr("Start &hidden, in the tray"))
        self._notify_lead.setText(self.tr("While the window is hidden, notify me when a mapping"))
        for box, text in zip(
            self._notifications,
            (
                self.tr("&fails"),
                self.tr("finds its po&rt taken by another program"),
                self.tr("works a&gain"),
            ),
            strict=True,
        ):
            box.setText(text)
        self._show_autostart()
        self.listen.setAccessibleName(self.tr("Where new mappings listen"))
        self.listen.offer_listeners(self._addresses.known)
        self._judge_listen()

    @Slot()
    def _grow(self) -> None:
        """Have room for every line, which in another language may be more of them.

        Qt asks how high wrapped lines are for a width that the dialog does not have in the end.
        """
        width = max(self.width(), self.sizeHint().width())
        self.resize(width, max(self.height(), self.heightForWidth(width)))

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as the words need."""
        super().showEvent(event)
        self._grow()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the palette, which may be changed right here."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_parts()
            self._renamed.emit()
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "listen_note"):
            self._judge_listen()
            self._show_autostart()

    def _label(self, field: str, of: QWidget) -> QLabel:
        label = self._labels[field] = QLabel(self)
        label.setBuddy(of)
        return label

    def _add_choice(self, field: str) -> QComboBox:
        box = self._choices[field] = QComboBox(self)
        choices = self._words(field)
        for value, words in choices:
            box.addItem(words, value)
        box.setCurrentIndex([value for value, _ in choices].index(self._value(field, choices)))
        box.setProperty("field", field)
        self._form.addRow(self._label(field, box), box)
        return box

    def _value(self, field: str, choices: list[tuple[str, str]]) -> Any:
        """The value of now; the first choice stands for one that is not offered any more."""
        value = getattr(self._preferences.settings, field)
        return value if value in [one for one, _ in choices] else choices[0][0]

    def _add_check(self, field: str) -> QCheckBox:
        box = QCheckBox(self)
        box.setChecked(getattr(self._preferences.settings, field))
        box.setProperty("field", field)
        self._form.addRow("", box)
        return box

    def _add_autostart(self) -> None:
        self.autostart = QCheckBox(self)
        self.autostart_note = _note_label(self)
        both = QVBoxLayout()
        both.setSpacing(4)
        both.addWidget(self.autostart)
        both.addWidget(self.autostart_note)
        self._form.addRow("", both)

    def _add_notifications(self) -> None:
        self._notify_lead = QLabel(self)
        self._form.addRow("", self._notify_lead)
        self._notifications = [
            self._add_check(field)
            for field in ("notifications", "notify_port_taken", "notify_recovered")
        ]
        self.notifications = self._notifications[0]

    @Slot()
    def _show_autostart(self) -> None:
        """Show what is so, and say why it cannot be otherwise."""
        switch = self._autostart
        self.autostart.setChecked(switch.is_on)
        self.autostart.setEnabled(switch.why_not is None)
        reason = switch.why_not or switch.trouble
        self.autostart_note.setText(wording.say(reason) if reason is not None else "")
        self.autostart_note.setVisible(reason is not None)
        palette = colours(self.palette())
        shade = palette.dim if switch.trouble is None else palette.bad
        _tint(self.autostart_note, shade.name())

    def _add_listen(self, host: str) -> None:
        self.listen = HostField(self)
        self.listen.set_text(host)
        self.listen_note = _note_label(self)
        both = QVBoxLayout()
        both.setSpacing(4)
        both.addWidget(self.listen)
        both.addWidget(self.listen_note)
        self._form.addRow(self._label("default_listen", self.listen), both)

    @Slot(object)
    def _offer_addresses(self, addresses: object) -> None:
        del addresses
        self.listen.offer_listeners(self._addresses.known)

    @Slot(object)
    def _follow(self, settings: Settings) -> None:
        """Show what was changed elsewhere, as in the file; a half-typed host stays."""
        shown, self._shown = self._shown, settings
        for field, choice in self._choices.items():
            choice.setCurrentIndex(max(0, choice.findData(getattr(settings, field))))
        for box in (self.start_hidden, *self._notifications):
            box.setChecked(getattr(settings, box.property("field")))
        host = settings.default_listen
        if host not in (shown.default_listen, self._judge_listen()):
            self.listen.set_text(host)
            self._judge_listen()

    # What the user does. A bound method asks the field that sent: a lambda would keep it alive.

    @Slot(int)
    def _on_choice(self, index: int) -> None:
        box = self.sender()
        if isinstance(box, QComboBox):
            # Qt hands back the text of a StrEnum, which `Settings` must not hold.
            kind = type(getattr(self._preferences.settings, box.property("field")))
            self._preferences.change(**{box.property("field"): kind(box.itemData(index))})

    @Slot(bool)
    def _on_check(self, on: bool) -> None:
        box = self.sender()
        if isinstance(box, QCheckBox):
            self._preferences.change(**{box.property("field"): on})

    @Slot()
    def _on_listen(self) -> None:
        """Take the host as soon as it is one."""
        host = self._judge_listen()
        if host is not None:
            self._preferences.change(default_listen=host)

    def _judge_listen(self) -> str | None:
        """Say who will be able to connect, or what is wrong; give the host if it is one."""
        palette = colours(self.palette())
        try:
            host = check_listen_host(self.listen.text())
        except AddressError as error:
            self._note(wording.say(error.message), palette.bad.name())
            return None
        if is_loopback(host):
            self._note(self.tr("Only programs on this computer can connect."), palette.dim.name())
        else:
            text = self.tr("Other computers that can reach this one on the network can connect.")
            self._note(text, palette.warn.name())
        return host

    def _note(self, text: str, colour: str) -> None:
        _tint(self.listen_note, colour)
        self.listen_note.setText(text)


def _note_label(parent: QWidget) -> QLabel:
    """A smaller word below a field."""
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _tint(label: QLabel, colour: str) -> None:
    palette = label.palette()
    palette.setColor(palette.ColorRole.WindowText, colour)
    label.setPalette(palette)
