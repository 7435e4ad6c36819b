"""Names to addresses, off the loop, remembered for a moment; opens no connection."""

from __future__ import annotations

import socket
import time
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from core.config.address import is_wsl
from core.engine.sockets import family_of, has_ipv6
from core.system.wsl import wsl_addresses

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine.reactor.offload import Offload

Addresses = tuple[str, ...]
"""IPv4 and IPv6 literals, in the order in which to try them."""

CACHE_SECONDS = 5.0


def is_literal(host: str) -> bool:
    """Whether the host is an address already."""
    bare, _, zone = host.partition("%")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    if zone and family == socket.AF_INET:
        return False
    try:
        socket.inet_pton(family, bare)
    except OSError:
        return False
    return True


class Resolver:
    """Answers on the loop. One question a name is under way at a time; later askers join it."""

    def __init__(self, offload: Offload) -> None:
        self._offload = offload
        self._known: dict[str, tuple[float, Addresses]] = {}
        self._asking: dict[str, list[Callable[[Addresses | Exception], None]]] = {}
        self._ipv6 = has_ipv6()

    def addresses(self, host: str) -> Addresses | None:
        """What is known without asking: a literal, localhost, or a fresh answer."""
        name = host.rstrip(".").lower()
        if name == "localhost":
            # RFC 6761, section 6.3: always the loopback, so no name server need be asked.
            return ("127.0.0.1", "::1") if self._ipv6 else ("127.0.0.1",)
        known = self._known.get(name)
        if known is not None:
            if time.monotonic() - known[0] < CACHE_SECONDS:
                return known[1]
            del self._known[name]
        return (host,) if is_literal(host) else None

    def resolve(self, host: str, answered: Callable[[Addresses | Exception], None]) -> None:
        """Ask; the answer comes on the loop: addresses, or the exception (`OSError`)."""
        name = host.rstrip(".").lower()
        waiting = self._asking.get(name)
        if waiting is not None:
            waiting.append(answered)
            return
        self._asking[name] = [answered]
        self._offload.ask(lambda: look_up(host), lambda answer: self._answered(name, answer))

    def forget(self, host: str) -> None:
        """Ask again at the next connection: the answer did not help."""
        self._known.pop(host.rstrip(".").lower(), None)

    def _answered(self, name: str, answer: Addresses | Exception) -> None:
        if not isinstance(answer, Exception):
            self._known[name] = (time.monotonic(), answer)
        for answered in self._asking.pop(name, ()):
            answered(answer)


def look_up(host: str) -> Addresses:
    """Ask the system, which sorts the answers (RFC 6724); blocks. Raises `OSError`.

    The families take turns, beginning with the system's first choice (RFC 8305, section 4).
    """
    if is_wsl(host):
        return wsl_addresses(host)
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    literals = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    first = family_of(literals[0])
    preferred = [literal for literal in literals if family_of(literal) == first]
    others = [literal for literal in literals if family_of(literal) != first]
    turns = chain.from_iterable(zip_longest(preferred, others))
    return tuple(literal for literal in turns if literal is not None)
