"""Starting at log-in on Windows: the user's Run key, and what the Task Manager keeps on it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from core.system.autostart import Start

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
NAME = "Portway"


class Registry(Protocol):
    """The user's half of it, HKEY_CURRENT_USER, as far as it is needed."""

    def read(self, key: str, name: str) -> Any:
        """A value, None if there is none."""

    def write(self, key: str, name: str, text: str) -> None:
        """Set a text."""

    def delete(self, key: str, name: str) -> None:
        """Delete a value, if it is there."""


class WindowsAutostart:
    """See `core.system.autostart.Autostart`."""

    def __init__(self, start: Start, registry: Registry | None = None) -> None:
        self.command = subprocess.list2cmdline(start.words)
        if not self.command.startswith('"'):
            # Always quoted: "C:\Program Files\x.exe" would first be tried as C:\Program.
            self.command = f'"{start.words[0]}" {subprocess.list2cmdline(start.words[1:])}'
        self._registry = registry or CurrentUser()

    def is_on(self) -> bool:
        """Whether it is there and the Task Manager has not switched it off."""
        if self._registry.read(RUN, NAME) is None:
            return False
        approved = self._registry.read(APPROVED, NAME)
        # Its first byte is even where it is on (2, 6) and odd where the user switched it off.
        return not (isinstance(approved, bytes) and approved[:1] and approved[0] & 1)

    def turn_on(self) -> None:
        """Set the value; what the Task Manager kept on it is of before."""
        self._registry.write(RUN, NAME, self.command)
        self._registry.delete(APPROVED, NAME)

    def turn_off(self) -> None:
        """Delete both."""
        self._registry.delete(RUN, NAME)
        self._registry.delete(APPROVED, NAME)

    def verify(self) -> bool:
        """Put the path right; also where it is switched off, as that is kept elsewhere."""
        there = self._registry.read(RUN, NAME)
        if there is None or there == self.command:
            return False
        self._registry.write(RUN, NAME, self.command)
        return True


class CurrentUser:
    """The registry itself."""

    _winreg: Any

    def __init__(self) -> None:
        if sys.platform == "win32":
            import winreg

            self._winreg = winreg
        else:
            raise OSError("only Windows has a registry")

    def read(self, key: str, name: str) -> Any:
        """See `Registry`."""
        registry = self._winreg
        try:
            with registry.OpenKey(registry.HKEY_CURRENT_USER, key) as opened:
                return registry.QueryValueEx(opened, name)[0]
        except FileNotFoundError:
            return None

    def write(self, key: str, name: str, text: str) -> None:
        """See `Registry`."""
        registry = self._winreg
        with registry.CreateKey(registry.HKEY_CURRENT_USER, key) as opened:
            registry.SetValueEx(opened, name, 0, registry.REG_SZ, text)

    def delete(self, key: str, name: str) -> None:
        """See `Registry`."""
        registry = self._winreg
        try:
            access = registry.KEY_SET_VALUE
            with registry.OpenKey(registry.HKEY_CURRENT_USER, key, 0, access) as opened:
                registry.DeleteValue(opened, name)
        except FileNotFoundError:
            return
