"""Sorting as people count: "srv2" before "srv10", addresses by their numbers; pure functions."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.config.address import Endpoint

_DIGITS = re.compile(r"([0-9]+)")

Key = tuple[tuple[int, int, str], ...]


def natural(text: str) -> Key:
    """A key that takes each run of digits for the number it is."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in _DIGITS.split(text.casefold())
        if part
    )


@lru_cache(maxsize=4096)
def host_key(host: str) -> tuple[int, int, Key]:
    """Addresses first, by family and number; then names."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return 9, 0, natural(host)
    return address.version, int(address), natural(host)


def endpoint_key(end: Endpoint) -> tuple[tuple[int, int, Key], int, int]:
    """By host, then by port."""
    return host_key(end.host), end.ports.first, end.ports.last
