"""This machine's addresses, and which kind of network each belongs to."""

from __future__ import annotations

import pytest

from core.system import own_addresses
from core.system.own_addresses import LocalAddress, Network, local_addresses, network_of


@pytest.mark.parametrize(
    ("interface", "network"),
    [
        ("wlp3s0", Network.WIFI),
        ("wlan0", Network.WIFI),
        ("Wi-Fi", Network.WIFI),
        ("WiFi 2", Network.WIFI),
        ("eth0", Network.CABLE),
        ("enp0s31f6", Network.CABLE),
        ("Ethernet 3", Network.CABLE),
        ("docker0", Network.DOCKER),
        ("br-0123456789ab", Network.DOCKER),
        ("br0", Network.OTHER),
        ("vEthernet (WSL)", Network.WSL),
        ("vEthernet (WSL (Hyper-V firewall))", Network.WSL),
        ("vEthernet (Default Switch)", Network.MACHINES),
        ("virbr0", Network.MACHINES),
        ("vmnet8", Network.MACHINES),
        ("VMware Network Adapter VMnet8", Network.MACHINES),
        ("tun0", Network.VPN),
        ("wg0", Network.VPN),
        ("tailscale0", Network.VPN),
        ("Local Area Connection", Network.OTHER),
    ],
)
def test_the_interface_name_tells_the_kind(interface: str, network: Network) -> None:
    assert network_of(interface) is network


def test_the_usual_networks_come_first_and_the_unreachable_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = {
        "lo": ("127.0.0.1", "::1"),
        "docker0": ("172.17.0.1",),
        "eth0": ("10.0.0.7", "fe80::1%eth0", "2001:db8::7"),
        "wlan0": ("192.168.1.5", "00:11:22:33:44:55"),
    }
    monkeypatch.setattr(own_addresses, "interface_addresses", lambda: here)
    assert local_addresses() == (
        LocalAddress("192.168.1.5", "wlan0", Network.WIFI),
        LocalAddress("10.0.0.7", "eth0", Network.CABLE),
        LocalAddress("2001:db8::7", "eth0", Network.CABLE),
        LocalAddress("172.17.0.1", "docker0", Network.DOCKER),
    )
