"""Which firewalls are switched on here, and the commands that open a port; changes nothing.

Whether a firewall lets a port in, only an administrator may see on Linux; so these are hints.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from core.config.mapping import Protocol

_UFW = Path("/etc/ufw/ufw.conf")
_ENABLED = Path("/etc/systemd/system")
"""Where systemd keeps a link for each service that starts by itself."""


@dataclass(frozen=True, slots=True)
class Firewall:
    """A firewall that is on, with the command lines that show its rules and let a port in."""

    name: str
    show: str
    allow: tuple[str, ...]


def firewalls(ports: str, protocol: Protocol) -> tuple[Firewall, ...]:
    """The firewalls that are switched on, as far as one can see without being administrator."""
    if sys.platform != "linux":
        return ()
    kinds = ("tcp", "udp") if protocol is Protocol.BOTH else (protocol.value,)
    found: list[Firewall] = []
    if _ufw_is_on():
        rules = [f"sudo ufw allow {ports.replace('-', ':')}/{kind}" for kind in kinds]
        found.append(Firewall("ufw", "sudo ufw status", tuple(rules)))
    if _runs("firewalld"):
        rules = [f"sudo firewall-cmd --permanent --add-port={ports}/{kind}" for kind in kinds]
        rules.append("sudo firewall-cmd --reload")
        found.append(Firewall("firewalld", "sudo firewall-cmd --list-all", tuple(rules)))
    if any(_ENABLED.glob("*.wants/nftables.service")):
        # There is no one place for a rule: that depends on the administrator's own table.
        found.append(Firewall("nftables", "sudo nft list ruleset", ()))
    return tuple(found)


def _ufw_is_on() -> bool:
    try:
        lines = _UFW.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    return any(line.strip().lower() == "enabled=yes" for line in lines)


def _runs(name: str) -> bool:
    return any(process.info["name"] == name for process in psutil.process_iter(["name"]))
