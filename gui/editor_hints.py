"""What the editor says of a listener before it is saved: clashes, taken ports, who can connect."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from core.config.address import is_loopback
from core.config.mapping import clashes
from gui.editor_parts import Weight
from gui.host_field import network_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.config.address import PortRange
    from core.config.mapping import Mapping
    from core.system.own_addresses import LocalAddress
    from core.system.port_check import PortNews


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence, its weight, and free ports to use instead."""

    text: str
    weight: Weight
    free: PortRange | None = None


def on_listening(
    listener: Mapping,
    others: Iterable[Mapping],
    news: PortNews | None,
    addresses: Sequence[LocalAddress],
) -> Hint:
    """The most important there is to say; `news` is None while the system is being asked."""
    free = news.free if news is not None else None
    clash = next(iter(clashes(listener, others)), None)
    if clash is not None:
        text = QCoreApplication.translate(
            "Editor", "“{name}” already listens on {address}; only one of the two can run."
        )
        return Hint(text.format(name=clash.title, address=clash.listen), Weight.WARNING, free)
    if news is not None and news.owner is not None:
        owner = news.owner
        if not owner.pid:
            text = QCoreApplication.translate("Editor", "Another program holds port {port}.")
        else:
            text = QCoreApplication.translate("Editor", "{name} (process {pid}) holds port {port}.")
        unknown = QCoreApplication.translate("Editor", "A program")
        said = text.format(name=owner.name or unknown, pid=owner.pid, port=owner.port)
        return Hint(said, Weight.WARNING, free)
    if news is not None and not news.allowed:
        text = QCoreApplication.translate(
            "Editor", "Port {port} needs special rights, which Portway does not have here."
        )
        return Hint(text.format(port=listener.listen_ports.first), Weight.WARNING, free)
    return who_can_connect(listener.listen_host, ", ".join(listener.allow), addresses)


def who_can_connect(host: str, allow: str, addresses: Sequence[LocalAddress]) -> Hint:
    """Who reaches a listener on this host."""
    plain = host.strip().strip("[]")
    if is_loopback(plain):
        text = QCoreApplication.translate("Editor", "Only this computer can connect.")
        return Hint(text, Weight.HINT)
    if allow.strip():
        text = QCoreApplication.translate("Editor", "Other computers in {networks} can connect.")
        return Hint(text.format(networks=allow.strip()), Weight.WARNING)
    here = [one for one in addresses if _spelled(plain) in (one.address, one.interface)]
    if here:
        text = QCoreApplication.translate("Editor", "Other computers on {network} can connect.")
        return Hint(text.format(network=network_name(here[0])), Weight.WARNING)
    text = QCoreApplication.translate(
        "Editor", "Other computers that can reach this one on the network can connect."
    )
    return Hint(text, Weight.WARNING)


def _spelled(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host
