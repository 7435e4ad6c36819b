"""What the editor says of a listener before it is saved: clashes, taken ports, who can connect."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from core.config.address import AddressError, PortRange, is_loopback
from core.config.mapping import clashes
from core.engine.resolver import is_literal
from gui.editor_parts import Weight
from gui.host_field import network_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.config.mapping import Mapping
    from core.system.listening import Listening
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
        return Hint(_held(news.owner, news.taken), Weight.WARNING, free)
    if news is not None and not news.allowed:
        text = QCoreApplication.translate(
            "Editor", "Port {port} needs special rights, which Portway does not have here."
        )
        return Hint(text.format(port=listener.listen_ports.first), Weight.WARNING, free)
    return who_can_connect(listener.listen_host, ", ".join(listener.allow), addresses)


def _held(owner: Listening, taken: int) -> str:
    """Who holds the port, or how many of a range are held."""
    if taken > 1:
        text = QCoreApplication.translate(
            "Editor",
            "Other programs hold %n of these ports; the first is {port}.",
            "two or more",
            taken,
        )
    elif owner.pid:
        text = QCoreApplication.translate("Editor", "{name} (process {pid}) holds port {port}.")
    else:
        text = QCoreApplication.translate("Editor", "Another program holds port {port}.")
    unknown = QCoreApplication.translate("Editor", "A program")
    return text.format(name=owner.name or unknown, pid=owner.pid, port=owner.port)


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


def on_forwarding(target: Mapping | None, ports: str) -> Hint:
    """What the target fields mean, in words; `ports` is what stands in the listen field."""
    if target is None:
        text = QCoreApplication.translate(
            "Editor", "A name or an address. The list holds what was found on this computer."
        )
        return Hint(text, Weight.HINT)
    listen, there = _ports(ports), target.target_ports
    if listen is not None and len(listen) > 1:
        return Hint(_many(listen, there), Weight.HINT)
    if is_loopback(target.target_host):
        text = QCoreApplication.translate("Editor", "A program on this computer.")
    elif is_literal(target.target_host):
        text = QCoreApplication.translate("Editor", "The address is used as it is.")
    else:
        text = QCoreApplication.translate(
            "Editor", "The name is looked up again for every connection."
        )
    return Hint(text, Weight.HINT)


def _many(listen: PortRange, there: PortRange) -> str:
    """Where each port of a range leads."""
    count = len(listen)
    if len(there) == 1:
        text = QCoreApplication.translate(
            "Editor", "%n ports, all to port {port} of the target.", "two or more", count
        )
        return text.format(port=there.first)
    if listen == there:
        return QCoreApplication.translate(
            "Editor", "%n ports, each to the same number on the target.", "two or more", count
        )
    text = QCoreApplication.translate(
        "Editor", "%n ports in order: {first} to {there}, and so on.", "two or more", count
    )
    return text.format(first=listen.first, there=there.first)


def _ports(text: str) -> PortRange | None:
    try:
        return PortRange.parse(text)
    except AddressError:
        return None


def _spelled(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host
