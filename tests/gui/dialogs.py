"""Every dialog by the name of its class, and how it is opened; for tests that go through all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.desktop import Desktop


def _edit_all(desktop: Desktop) -> None:
    desktop.window.table.selectAll()
    desktop.window.list_actions.edit()


OPENED: dict[str, Callable[[Desktop], object]] = {
    "Editor": lambda desktop: desktop.window.list_actions.add(),
    "EditTogether": _edit_all,
    "SettingsDialog": lambda desktop: desktop.dialogs.show_settings(),
    "LogView": lambda desktop: desktop.dialogs.show_log(),
    "About": lambda desktop: desktop.dialogs.show_about(),
    "Diagnosis": lambda desktop: desktop.diagnosing.diagnose(),
    "Shortcuts": lambda desktop: desktop.dialogs.show_shortcuts(),
}
