"""Starting Portway when the user logs in: the system's own entry for it, made, checked, removed.

The entry is the only truth; nothing of it is kept in our settings. What the user switched off in
the system's own place for it (the desktop's session settings, the Task Manager) is off, and only
the user's click in Portway switches it on again.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from core.config.paths import profile_folder
from core.message import Message, PortwayError, message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HIDDEN = "--hidden"
FLATPAK_MARK = Path("/.flatpak-info")


class Autostart(Protocol):
    """One system's way. All may raise `OSError`, and wait for a disk."""

    def is_on(self) -> bool:
        """Whether Portway is started at the next log-in."""

    def turn_on(self) -> None:
        """Have it started, whatever said otherwise before."""

    def turn_off(self) -> None:
        """Leave nothing behind."""

    def verify(self) -> bool:
        """Put the path right if Portway has moved; whether that was so. What is off stays off."""


@dataclass(frozen=True, slots=True)
class Start:
    """What is to be started: the words of a command, and the folder it needs to be in, if any."""

    words: tuple[str, ...]
    folder: str = ""


def start_command(argv: Sequence[str] = sys.argv, *, frozen: bool | None = None) -> Start:
    """How this very Portway is started; raises `PortwayError` where that cannot be known."""
    image = os.environ.get("APPIMAGE")  # what unpacked us is gone after each run
    if image:
        return Start((image, HIDDEN))
    if frozen if frozen is not None else getattr(sys, "frozen", False):
        return Start((sys.executable, HIDDEN))
    begun_as = Path(argv[0]) if argv else Path()
    if begun_as.name == "__main__.py":  # python -m gui, in a checkout
        return Start((sys.executable, "-m", "gui", HIDDEN), str(begun_as.absolute().parent.parent))
    # On Windows the program that pip makes is named in argv without its ending.
    for program in (begun_as, begun_as.with_name(f"{begun_as.name}.exe")):
        if program.is_file() and program.suffix != ".py":
            return Start((str(program.absolute()), HIDDEN))
    raise PortwayError(message("It is not known how this Portway was started."))


def why_not(profile: Path, environment: Mapping[str, str] = os.environ) -> Message | None:
    """Why this Portway cannot be started at log-in; None if it can."""
    # Not FLATPAK_ID or SNAP alone: the terminal that started us may live in such a package.
    if FLATPAK_MARK.exists() or environment.get("SNAP_NAME") == "portway":
        text = "This package cannot start itself at log-in; your desktop's own settings can."
        return message(text)
    if profile.resolve() != profile_folder().resolve():
        return message("Only a Portway with your usual profile can; this one has another profile.")
    try:
        start = start_command()
    except PortwayError as error:
        return error.message
    if sys.platform == "win32" and start.folder:
        return message("Only an installed Portway can; this one runs from its source folder.")
    return None


def autostart(start: Start | None = None) -> Autostart:
    """The way of this system."""
    start = start or start_command()
    if sys.platform == "win32":
        from core.system.windows_autostart import WindowsAutostart

        return WindowsAutostart(start)
    return DesktopEntry(start)


class DesktopEntry:
    """A file in the user's autostart folder (the XDG "Desktop Application Autostart" text).

    The keys of GNOME, KDE and LXQt make them wait until their panel, and so the tray, is there.
    """

    FILE = "portway.desktop"
    DELAY_SECONDS = 5

    def __init__(self, start: Start, environment: Mapping[str, str] = os.environ) -> None:
        self._start = start
        base = environment.get("XDG_CONFIG_HOME", "")
        # A relative one is to be ignored (XDG Base Directory).
        folder = Path(base) if Path(base).is_absolute() else Path.home() / ".config"
        self.path = folder / "autostart" / self.FILE

    def is_on(self) -> bool:
        """Whether the file is there and nothing in it says no."""
        keys = self._read()
        if keys is None or not keys.get("Exec"):
            return False
        refused = keys.get("Hidden") == "true"
        return not refused and keys.get("X-GNOME-Autostart-enabled") != "false"

    def turn_on(self) -> None:
        """Write it, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.FILE}.new")
        try:
            draft.write_text(self._text(), "utf-8")
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)

    def turn_off(self) -> None:
        """Delete it."""
        self.path.unlink(missing_ok=True)

    def verify(self) -> bool:
        """Write it anew if it starts something else than us."""
        keys = self._read()
        if keys is None or not self.is_on():
            return False
        if keys.get("Exec") == _value(_exec(self._start.words)) and (
            keys.get("Path", "") == _value(self._start.folder)
        ):
            return False
        self.turn_on()
        return True

    def _read(self) -> dict[str, str] | None:
        """The keys of its one group as they are written; None if there is no file."""
        try:
            text = self.path.read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return None
        keys: dict[str, str] = {}
        for line in text.splitlines():
            name, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                keys.setdefault(name.strip(), value.strip())
        return keys

    def _text(self) -> str:
        lines = [
            "[Desktop Entry]",
            "Type=Application",
            "Name=Portway",
            "Comment=Forwards ports",
            "Icon=portway",
            # A package that was removed leaves this file: without the program it starts nothing.
            f"TryExec={_value(self._start.words[0])}",
            f"Exec={_value(_exec(self._start.words))}",
            *([f"Path={_value(self._start.folder)}"] if self._start.folder else []),
            "Terminal=false",
            "StartupNotify=false",
            "X-GNOME-Autostart-enabled=true",
            f"X-GNOME-Autostart-Delay={self.DELAY_SECONDS}",
            "X-KDE-autostart-after=panel",
            "X-LXQt-Need-Tray=true",
        ]
        return "\n".join(lines) + "\n"


def _exec(words: Sequence[str]) -> str:
    """Quote as the Desktop Entry Specification says for the key Exec."""
    return " ".join(map(_exec_word, words))


def _exec_word(word: str) -> str:
    word = word.replace("%", "%%")
    if word and all(c.isalnum() or c in "-_./:@+,%" for c in word):
        return word
    for special in ("\\", '"', "`", "$"):
        word = word.replace(special, "\\" + special)
    return f'"{word}"'


def _value(text: str) -> str:
    """Any string value has escapes of its own, which are undone first."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
