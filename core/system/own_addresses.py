"""This machine's addresses with the kind of network each belongs to; names no interface aloud."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum

from core.system.interfaces import interface_addresses


class Network(StrEnum):
    """What a person would call the network behind an interface."""

    WIFI = "wifi"
    CABLE = "cable"
    VPN = "vpn"
    DOCKER = "docker"
    WSL = "wsl"
    MACHINES = "virtual-machines"
    OTHER = "other"


_PATTERNS = (
    # The order matters: Windows calls WSL's network "vEthernet (WSL)".
    (Network.WSL, r"wsl"),
    (Network.DOCKER, r"docker|br-[0-9a-f]{12}$|podman|cni"),
    (Network.VPN, r"tun|tap|wg|ppp|tailscale|zt|vpn|nordlynx|utun"),
    (Network.MACHINES, r"virbr|vbox|virtualbox|vmnet|vmware|vethernet|hyper-v|lxc|lxd|incus|veth"),
    (Network.WIFI, r"wl|wi-?fi|wlan"),
    (Network.CABLE, r"e(n|th)|em\d|ethernet|lan"),
)


@dataclass(frozen=True, slots=True)
class LocalAddress:
    """An address of this computer, the interface that holds it, and what kind that is."""

    address: str
    interface: str
    network: Network = Network.OTHER


def local_addresses() -> tuple[LocalAddress, ...]:
    """Every address that others could reach, IPv4 first and the usual networks first. Blocking."""
    found = [
        LocalAddress(address, interface, network_of(interface))
        for interface, addresses in interface_addresses().items()
        for address in addresses
        if _can_be_reached(address)
    ]
    kinds = list(Network)
    usual = (Network.WIFI, Network.CABLE)
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.network not in usual,
                ":" in one.address,
                kinds.index(one.network),
                one.interface,
                one.address,
            ),
        )
    )


def network_of(interface: str) -> Network:
    """Guess by the interface's name, as the systems give them."""
    name = interface.lower()
    for network, pattern in _PATTERNS:
        if re.match(pattern, name) or (" " in name and re.search(rf"\b(?:{pattern})", name)):
            return network
    return Network.OTHER


def _can_be_reached(address: str) -> bool:
    try:
        plain = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return not plain.is_loopback and not plain.is_link_local
