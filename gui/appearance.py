"""Colours: the palettes Portway brings where the system has none, and those it paints with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True)
class Colours:
    """What our own painting uses. Each reads well (4.5 : 1) on the palette's base and window."""

    dark: bool
    text: QColor
    dim: QColor
    accent: QColor
    knob: QColor
    good: QColor
    busy: QColor
    warn: QColor
    bad: QColor
    up: QColor
    down: QColor
    hairline: QColor
    hover: QColor
    group: QColor
    """Behind the line of a group."""
    selected: QColor
    selected_away: QColor
    """The selected row while the keyboard is elsewhere."""


def is_dark(palette: QPalette) -> bool:
    """Whether text is lighter than what it stands on."""
    return (
        palette.color(QPalette.ColorRole.Window).lightnessF()
        < palette.color(QPalette.ColorRole.WindowText).lightnessF()
    )


def colours(palette: QPalette) -> Colours:
    """The painting colours that suit this palette."""
    group, role = QPalette.ColorGroup, QPalette.ColorRole
    text, base, accent = (
        palette.color(group.Active, one).rgb() for one in (role.Text, role.Base, role.Accent)
    )
    return _colours(text, base, accent, dark=is_dark(palette))


@lru_cache(maxsize=16)
def _colours(text_rgb: int, base_rgb: int, accent_rgb: int, *, dark: bool) -> Colours:
    """Mixed once: every cell that is painted asks for them."""
    text, base, accent = QColor(text_rgb), QColor(base_rgb), QColor(accent_rgb)
    return Colours(
        dark=dark,
        text=text,
        dim=mixed(base, text, 0.70),
        accent=accent,
        knob=QColor("#ffffff"),
        good=QColor("#4ec27a" if dark else "#126c34"),
        busy=QColor("#6aaef0" if dark else "#1f66b8"),
        warn=QColor("#e2ae48" if dark else "#8f5c00"),
        bad=QColor("#ff8177" if dark else "#bf2d2d"),
        up=QColor("#d79bf0" if dark else "#8a35ab"),
        down=QColor("#5cb8e6" if dark else "#0b6a9c"),
        hairline=mixed(base, text, 0.10 if dark else 0.09),
        hover=mixed(base, text, 0.045),
        group=mixed(base, text, 0.03),
        selected=mixed(base, accent, 0.26 if dark else 0.15),
        selected_away=mixed(base, text, 0.09),
    )


def mixed(one: QColor, other: QColor, part: float) -> QColor:
    """A colour between the two; `part` is the other's share."""
    keep = 1.0 - part
    return QColor.fromRgbF(
        one.redF() * keep + other.redF() * part,
        one.greenF() * keep + other.greenF() * part,
        one.blueF() * keep + other.blueF() * part,
    )


def palette_for(scheme: Qt.ColorScheme) -> QPalette:
    """Our own palette, for the Fusion style on systems that bring none."""
    dark = scheme is Qt.ColorScheme.Dark
    window = QColor("#202327" if dark else "#f3f4f6")
    base = QColor("#181a1d" if dark else "#ffffff")
    text = QColor("#e7e9ec" if dark else "#1d2126")
    accent = QColor("#1d87a1" if dark else "#11697d")
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    # Fusion derives bevels and outlines from the button colour.
    palette = QPalette(QColor("#2d3136" if dark else "#f8f9fa"), window)
    for name, colour in (
        (role.WindowText, text),
        (role.Text, text),
        (role.ButtonText, text),
        (role.Base, base),
        (role.AlternateBase, mixed(base, text, 0.03)),
        (role.ToolTipBase, QColor("#33383e" if dark else "#ffffff")),
        (role.ToolTipText, text),
        (role.PlaceholderText, mixed(base, text, 0.55)),
        (role.Highlight, accent),
        (role.HighlightedText, QColor("#ffffff")),
        (role.Accent, accent),
        (role.Link, QColor("#6cc4d8") if dark else accent),
    ):
        palette.setColor(name, colour)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, name, mixed(window, text, 0.42))
    palette.setColor(group.Disabled, role.Base, mixed(window, base, 0.4))
    return palette


LIGHT_ONLY = ("windowsvista",)
"""Styles that paint a dark scheme in light colours: that of Windows 10."""


class Appearance(QObject):
    """Keeps the application light or dark as the system is, or as it was asked to be.

    Most systems theme a Qt program by themselves. A bare X11 session does not: there Qt knows no
    colour scheme at all, and the palettes here stand in.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._asked = Qt.ColorScheme.Unknown
        self._replaced = ""
        """The style that Fusion stands in for, as long as it has to."""
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self._follow()

    def ask_for(self, scheme: Qt.ColorScheme) -> None:
        """Be light or dark whatever the system is; Unknown follows the system again."""
        if scheme is self._asked:
            return
        self._asked = scheme
        QGuiApplication.styleHints().setColorScheme(scheme)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        system = self._app.styleHints().colorScheme()
        wanted = self._asked if self._asked is not Qt.ColorScheme.Unknown else system
        self._choose_style(dark=wanted is Qt.ColorScheme.Dark)
        if self._app.style().name().lower() != "fusion":
            return  # the system's own style brings the system's own colours
        themed = system is wanted and system is not Qt.ColorScheme.Unknown
        # Even where the platform themes us, Fusion may be handed a scheme without a palette.
        if not themed or is_dark(self._app.palette()) != (system is Qt.ColorScheme.Dark):
            self._app.setPalette(palette_for(wanted))
        # The stub asks for bytes, the method itself takes only text.
        for kind in ("QMenu", "QMenuBar"):
            self._app.setPalette(menu_palette(self._app.palette()), kind)  # type: ignore[arg-type]
        self._app.setPalette(tick_palette(self._app.palette()), "QCheckBox")  # type: ignore[arg-type]

    def _choose_style(self, *, dark: bool) -> None:
        """Let Fusion be dark where the system's own style cannot."""
        style = self._app.style().name()
        if dark and style in LIGHT_ONLY:
            self._replaced = style
            self._app.setStyle("fusion")
        elif self._replaced and not dark:
            self._app.setStyle(self._replaced)
            self._replaced = ""
            for kind in (None, "QMenu", "QMenuBar", "QCheckBox"):
                self._app.setPalette(QPalette(), kind)  # type: ignore[arg-type]


def menu_palette(palette: QPalette) -> QPalette:
    """The palette with a soft highlight: Fusion paints no lighter icon on a strong one."""
    soft = QPalette(palette)
    paint = colours(palette)
    soft.setColor(QPalette.ColorRole.Highlight, paint.selected)
    soft.setColor(QPalette.ColorRole.HighlightedText, paint.text)
    return soft


def tick_palette(palette: QPalette) -> QPalette:
    """The palette with a box to tick that stands out: Fusion outlines it darker than a dark ground.

    Of the box itself nothing else would be seen there, of one without a tick nothing at all.
    """
    if not is_dark(palette):
        return palette
    plain = QPalette(palette)
    window, text = (
        palette.color(QPalette.ColorRole.Window),
        palette.color(QPalette.ColorRole.WindowText),
    )
    plain.setColor(QPalette.ColorRole.Base, mixed(window, text, 0.40))
    return plain
