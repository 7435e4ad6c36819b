"""Whether there is a screen to open a window on, found out without loading Qt."""

from __future__ import annotations

import os
import re
import socket
import sys
from pathlib import Path

_LOCAL = getattr(socket, "AF_UNIX", socket.AF_UNSPEC)  # Python on Windows has none, nor uses it

PATIENCE = 1.0
"""Seconds for a display server to take a connection; one on this machine needs none."""


def has_screen() -> bool:
    """Whether a window can be shown; on Linux, whether a display server really answers."""
    return sys.platform in ("win32", "darwin") or _display_answers()


def _display_answers() -> bool:
    # Platforms separated by semicolons, each with options after a colon (QGuiApplication): "xcb",
    # "wayland;xcb", "wayland-egl", "vnc:size=800x600".
    for platform in os.environ.get("QT_QPA_PLATFORM", "").split(";"):
        if not platform.startswith(("xcb", "wayland")) and platform.strip():
            return True  # offscreen, vnc, …: somebody chose it
    return _wayland_answers() or _x11_answers()


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "/run/user")) / name
    return _answers(_LOCAL, str(path))


def _x11_answers() -> bool:
    found = re.fullmatch(r"(.*):(\d+)(?:\.\d+)?", os.environ.get("DISPLAY", ""))
    if not found:
        return False
    host, number = found[1], int(found[2])
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X servers listen (Xserver(1))
        return _answers(_LOCAL, path) or _answers(_LOCAL, "\0" + path)
    return _answers(socket.AF_INET, (host, 6000 + number))


def _answers(family: int, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(PATIENCE)
        try:
            probe.connect(address)
        except (OSError, OverflowError, UnicodeError):  # the last two: no port, no name
            return False
        return True
