"""This machine's network interfaces and their addresses, as the system tells them."""

from __future__ import annotations

import socket


def interface_addresses() -> dict[str, tuple[str, ...]]:
    """Every interface's IPv4 and IPv6 addresses as literals; link-local ones carry their zone."""
    import psutil  # here: few ask, and it costs a program that sits in the tray 1.5 MB

    return {
        name: tuple(
            entry.address for entry in entries if entry.family in (socket.AF_INET, socket.AF_INET6)
        )
        for name, entries in psutil.net_if_addrs().items()
    }
