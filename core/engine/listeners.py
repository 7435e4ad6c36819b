"""All the listeners of one mapping: finds addresses, opens ports, tries again what failed."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

from core.config.address import EVERY_ADDRESS, format_address
from core.engine.reactor.poller import PollerFullError
from core.engine.resolver import is_literal, look_up
from core.engine.sockets import family_of, has_ipv6, listener_socket
from core.engine.tcp.forwarder import Forwarder
from core.engine.trouble import (
    MAY_BE_TAKEN,
    RETRIED,
    listen_trouble,
    name_trouble,
    no_descriptors,
    taken_by_mapping,
)
from core.system.interfaces import interface_addresses
from core.system.ports import owner_of

if TYPE_CHECKING:
    from core.engine.reactor.offload import Offload
    from core.engine.resolver import Addresses
    from core.engine.runner import Runner
    from core.engine.status import Trouble

OPENED_PER_TURN = 128
"""So many ports are opened before other connections get their turn."""
FIRST_RETRY = 1.0
LAST_RETRY = 5.0
FOLLOW_EVERY = 5.0
"""Seconds between looks at an interface's addresses, which change with the network."""

Place = tuple[str, int, int]
"""An address, a port, and the port's offset in the range."""


class Listeners:
    """Opens what the mapping asks for and says so to the runner; `close` ends it for good."""

    def __init__(self, runner: Runner, offload: Offload) -> None:
        self._runner = runner
        self._offload = offload
        self.open: list[Forwarder] = []
        self.trouble: Trouble | None = None
        """Why some or all of it does not listen."""
        self.opening = True
        self._closed = False
        self._missing: list[Place] = []
        self._failed: list[tuple[Place, OSError]] = []
        self._delay = FIRST_RETRY
        self._retry = runner.loop.after(0, self._find)

    def close(self) -> None:
        """Close every listener; what waits in their backlogs is refused."""
        self._closed = True
        self._retry.cancel()
        for forwarder in self.open:
            forwarder.close()
        self.open.clear()

    def bound(self) -> tuple[tuple[str, int], ...]:
        """List where it listens: of each address the lowest port that is open."""
        lowest: dict[str, Forwarder] = {}
        for forwarder in self.open:
            known = lowest.get(forwarder.address)
            if known is None or forwarder.offset < known.offset:
                lowest[forwarder.address] = forwarder
        return tuple((address, forwarder.port) for address, forwarder in lowest.items())

    def try_now(self) -> None:
        """Do not wait for the next try."""
        if not self.opening:
            self._delay = FIRST_RETRY
            self._retry.cancel()
            self._retry = self._runner.loop.after(0, self._find)

    # -- which addresses ------------------------------------------------------------------------

    def _find(self) -> None:
        self._retry.cancel()
        self.opening = not self.open
        host = self._runner.mapping.listen_host
        if host == EVERY_ADDRESS:
            self._found(("::",) if has_ipv6() else ("0.0.0.0",))  # noqa: S104 - the user's wish
        elif is_literal(host):
            self._found((host,))
        else:
            self._offload.ask(lambda: addresses_to_listen_on(host), self._found)

    def _found(self, answer: Addresses | Exception) -> None:
        if self._closed:
            return
        host = self._runner.mapping.listen_host
        if isinstance(answer, Exception):
            # While the name server is away, what was open stays so: nothing says it is wrong.
            if not (isinstance(answer, socket.gaierror) and answer.errno == socket.EAI_AGAIN):
                self._close_all_but(())
            self._finished(name_trouble(answer, host))
            return
        self._close_all_but(answer)
        if not answer:
            none_now = socket.gaierror(socket.EAI_AGAIN, "the interface has no address now")
            self._finished(name_trouble(none_now, host))
            return
        ports = self._runner.mapping.listen_ports
        have = {(forwarder.address, forwarder.offset) for forwarder in self.open}
        self._failed.clear()
        self._missing = [
            (address, port, offset)
            for offset, port in enumerate(range(ports.first, ports.last + 1))
            for address in answer
            if (address, offset) not in have
        ][::-1]
        self._open_some()

    def _close_all_but(self, addresses: Addresses) -> None:
        """Leave the addresses that this interface or name no longer has."""
        for forwarder in self.open:
            if forwarder.address not in addresses:
                forwarder.close()
        self.open = [forwarder for forwarder in self.open if forwarder.fd >= 0]

    # -- opening --------------------------------------------------------------------------------

    def _open_some(self) -> None:
        if self._closed:
            return
        for _ in range(OPENED_PER_TURN):
            if not self._missing:
                break
            place = self._missing.pop()
            try:
                self._open(place)
            except OSError as error:
                self._failed.append((place, error))
                # Each further one would only fail the same way.
                if error.errno in (errno.EMFILE, errno.ENFILE):
                    self._missing.clear()
                elif error.errno == errno.EADDRNOTAVAIL:
                    self._missing = [other for other in self._missing if other[0] != place[0]]
        if self._missing:
            self._retry = self._runner.loop.after(0, self._open_some)
        else:
            self._explain()

    def _open(self, place: Place) -> None:
        address, port, offset = place
        family = family_of(address)
        sock = listener_socket(family, (address, port), dual=address == "::")
        if sock.fileno() >= self._runner.services.ceiling:
            sock.close()
            raise OSError(errno.EMFILE, "the rest of the process needs some descriptors too")
        try:
            forwarder = Forwarder(self._runner, sock, family, address, offset)
        except PollerFullError:
            sock.close()
            raise OSError(errno.EMFILE, "select takes no more sockets") from None
        forwarder.direct = self._runner.direct_route(offset)
        self.open.append(forwarder)

    def _explain(self) -> None:
        """Find the words for the first failure; who owns a taken port takes a while to find."""
        if not self._failed:
            self._finished(None)
            return
        (address, port, _), error = self._failed[0]
        text = format_address(address, port)
        if error.errno in MAY_BE_TAKEN:
            mapping = self._runner.services.other_listener(address, port, self._runner)
            if mapping is not None:
                self._finished(taken_by_mapping(text, mapping))
                return
            self._offload.ask(
                lambda: owner_of(port, address=address),
                lambda owner: self._finished(
                    listen_trouble(error, text, None if isinstance(owner, Exception) else owner)
                ),
            )
        elif error.errno in (errno.EMFILE, errno.ENFILE):
            self._finished(no_descriptors(text))
        else:
            self._finished(listen_trouble(error, text, None))

    def _finished(self, trouble: Trouble | None) -> None:
        if self._closed:
            return
        self.opening = False
        self.trouble = trouble
        self._retry.cancel()
        if trouble is not None and trouble.kind in RETRIED:
            self._retry = self._runner.loop.after(self._delay, self._find)
            self._delay = min(self._delay * 2, LAST_RETRY)
        elif not _is_fixed(self._runner.mapping.listen_host):
            self._delay = FIRST_RETRY
            self._retry = self._runner.loop.after(FOLLOW_EVERY, self._find)
        self._runner.listeners_changed()


def _is_fixed(host: str) -> bool:
    """Whether this listen host always means the same addresses."""
    return host == EVERY_ADDRESS or is_literal(host) or host.rstrip(".").lower() == "localhost"


def addresses_to_listen_on(host: str) -> Addresses:
    """An interface's addresses, perhaps none now, or a name's; blocks. Raises `OSError`."""
    if host.rstrip(".").lower() == "localhost":
        return ("127.0.0.1", "::1") if has_ipv6() else ("127.0.0.1",)
    interfaces = interface_addresses()
    if host in interfaces:
        return interfaces[host]
    return look_up(host)
