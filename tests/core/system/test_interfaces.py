"""The addresses of this machine, by interface."""

from __future__ import annotations

import socket

from core.engine.resolver import is_literal
from core.system.interfaces import interface_addresses


def test_the_loopback_is_there() -> None:
    assert any("127.0.0.1" in addresses for addresses in interface_addresses().values())


def test_every_address_is_a_literal_of_this_machine() -> None:
    for addresses in interface_addresses().values():
        for address in addresses:
            assert is_literal(address)
            # Link-local ones have a zone, which only getaddrinfo turns into a number.
            family, _, _, _, place = socket.getaddrinfo(address, 0, type=socket.SOCK_STREAM)[0]
            with socket.socket(family) as listener:
                listener.bind(place)
