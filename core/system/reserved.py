"""The port ranges that Windows has reserved, for Hyper-V and others; asks netsh, never on the loop.

A reserved port cannot be listened on (10013) although nobody uses it, and the ranges change with
every start of Windows.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from core.config.address import PortRange

NETSH_SECONDS = 5.0
_WINDOWS = sys.platform == "win32"
# Two numbers, and perhaps a star for those that an administrator made; all else is in the language
# of the system.
_LINE = re.compile(rb"^\s*(\d{1,5})\s+(\d{1,5})\s*\*?\s*$", re.MULTILINE)


def reserved_range(port: int, kind: str = "tcp", address: str = "") -> PortRange | None:
    """Find the reserved range of "tcp" or "udp" that a port lies in; None elsewhere than there."""
    if not _WINDOWS:
        return None
    # The tables of the two families differ; an IPv6 wildcard takes IPv4 clients, too.
    families = {"::": ("ipv4", "ipv6"), "": ("ipv4", "ipv6")}.get(
        address, ("ipv6",) if ":" in address else ("ipv4",)
    )
    for family in families:
        for found in ranges_of(_ask(family, kind)):
            if found.first <= port <= found.last:
                return found
    return None


def ranges_of(table: bytes) -> tuple[PortRange, ...]:
    """Read what netsh printed, in any language."""
    pairs = [(int(first), int(last)) for first, last in _LINE.findall(table)]
    return tuple(PortRange(*pair) for pair in pairs if 0 < pair[0] <= pair[1] <= 65535)


def _ask(family: str, kind: str) -> bytes:
    netsh = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "netsh.exe")
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system, by its full path
            [netsh, "interface", family, "show", "excludedportrange", f"protocol={kind}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=NETSH_SECONDS,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""
