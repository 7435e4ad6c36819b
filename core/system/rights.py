"""Which ports this user may listen on, and the command lines that give the right to more."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_SETTING = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
_STATUS = Path("/proc/self/status")
_BIND_SERVICE = 10
"""The number of CAP_NET_BIND_SERVICE."""
FIRST_ANYWHERE = 1024
"""Below, a Unix asks for special rights, unless it was told another number (ip(7))."""


def first_free_for_all() -> int:
    """The lowest port that needs no special right here."""
    if sys.platform == "win32":
        return 1
    try:
        return int(_SETTING.read_text("ascii"))
    except (OSError, ValueError):
        return FIRST_ANYWHERE


def may_listen_on(port: int) -> bool:
    """Whether this process may take the port, if nobody else has it."""
    return port >= first_free_for_all() or _has_capability()


def _has_capability() -> bool:
    """Whether we may take every port: as root, or by a capability (capabilities(7))."""
    try:
        lines = _STATUS.read_text("ascii").splitlines()
    except (OSError, UnicodeError):
        return False
    masks = [int(line.split()[1], 16) for line in lines if line.startswith("CapEff:")]
    return any(mask >> _BIND_SERVICE & 1 for mask in masks)


def allow_until_restart(port: int) -> str:
    """Let everybody here listen from this port up, until the computer restarts (Linux)."""
    return f"sudo sysctl net.ipv4.ip_unprivileged_port_start={port}"


def allow_for_good(port: int) -> str:
    """The same, for good (sysctl.d(5))."""
    setting = f"net.ipv4.ip_unprivileged_port_start={port}"
    file = "/etc/sysctl.d/50-unprivileged-ports.conf"
    return f"echo {setting} | sudo tee {file} && sudo sysctl --system"


def allow_program() -> str | None:
    """Let this program alone listen on every port; None where that would break it.

    A frozen program finds its libraries beside itself, which the system forbids to programs with
    file capabilities (ld.so(8), secure-execution mode).
    """
    if getattr(sys, "frozen", False):
        return None
    program = os.path.realpath(sys.executable)  # setcap(8) follows no links
    return f"sudo setcap cap_net_bind_service=+ep {program}"
