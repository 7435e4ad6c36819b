"""All the listeners of one mapping: finds addresses, opens ports, tries again what failed."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

from core.config.address import EVERY_ADDRESS, format_address
from core.config.mapping import Protocol
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
from core.engine.udp.listener import Listener
from core.engine.udp.sockets import datagram_listener
from core.system.interfaces import interface_addresses
from core.system.ports import owner_of
from core.system.reserved import reserved_range

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.address import PortRange
    from core.engine.reactor.offload import Offload
    from core.engine.resolver import Addresses
    from core.engine.runner import Runner
    from core.engine.status import PortOwner, Trouble

OPENED_PER_TURN = 128
"""So many ports are opened before other connections get their turn."""
FIRST_RETRY = 1.0
LAST_RETRY = 5.0
FOLLOW_EVERY = 5.0
"""Seconds between looks at an interface's addresses, which change with the network."""

SAME_PORT_TRIES = 20
"""So many free TCP ports are tried for one that is free for UDP as well."""

Keeper = tuple["PortOwner | None", "PortRange | None"]
"""The process that has a port, or the range that Windows reserved and it lies in."""

Place = tuple[Protocol, str, int, int]
"""TCP or UDP, an address, a port, and the port's offset in the range."""


class Listeners:
    """Opens what the mapping asks for and says so to the runner; `close` ends it for good."""

    def __init__(self, runner: Runner, offload: Offload) -> None:
        self._runner = runner
        self._offload = offload
        self.open: list[Forwarder | Listener] = []
        self.trouble: Trouble | None = None
        """Why some or all of it does not listen."""
        self.hosts: Addresses = ()
        """The addresses at which to listen, as they were found last."""
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
        for listener in self.open:
            listener.close()
        self.open.clear()

    def protocols(self) -> tuple[Protocol, ...]:
        """List what is listened for now."""
        return tuple(sorted({protocol_of(listener) for listener in self.open}))

    def bound(self) -> tuple[tuple[str, int], ...]:
        """List where it listens: of each address the lowest port that is open."""
        lowest: dict[str, Forwarder | Listener] = {}
        for listener in self.open:
            known = lowest.get(listener.address)
            if known is None or listener.offset < known.offset:
                lowest[listener.address] = listener
        return tuple((address, listener.port) for address, listener in lowest.items())

    def try_now(self) -> None:
        """Do not wait for the next try."""
        if not self.opening:
            self._delay = FIRST_RETRY
            self._retry.cancel()
            self._retry = self._runner.loop.after(0, self._find)

    def leave_lost_addresses(self, is_here: Callable[[str], bool]) -> None:
        """Close what listens on an address that went away, so that nobody claims it works."""
        for listener in self.open:
            if not is_here(listener.address):
                listener.close()
        self.open = [listener for listener in self.open if listener.fd >= 0]

    def follow(self) -> None:
        """Open and close what an edit of the protocol asks for, and leave the rest."""
        self._missing.clear()
        self._find()

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
        self.hosts = answer
        self._runner.services.circles.found(self._runner)
        self._close_all_but(answer)
        if not answer:
            none_now = socket.gaierror(socket.EAI_AGAIN, "the interface has no address now")
            self._finished(name_trouble(none_now, host))
            return
        ports = self._runner.mapping.listen_ports
        have = {(protocol_of(opened), opened.address, opened.offset) for opened in self.open}
        self._failed.clear()
        self._missing = [
            (protocol, address, port, offset)
            for offset, port in enumerate(range(ports.first, ports.last + 1))
            for address in answer
            for protocol in self._runner.mapping.protocols
            if (protocol, address, offset) not in have
        ][::-1]
        self._open_some()

    def _close_all_but(self, addresses: Addresses) -> None:
        """Leave the addresses that this interface or name no longer has, and unwanted protocols."""
        protocols = self._runner.mapping.protocols
        for listener in self.open:
            if listener.address not in addresses or protocol_of(listener) not in protocols:
                listener.close()
        self.open = [listener for listener in self.open if listener.fd >= 0]

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
                    self._missing = [other for other in self._missing if other[1] != place[1]]
        if self._missing:
            self._retry = self._runner.loop.after(0, self._open_some)
        else:
            self._explain()

    def _open(self, place: Place) -> None:
        protocol, address, port, offset = place
        if port == 0 and len(self._runner.mapping.protocols) > 1:
            self._open_same_port(address, offset)
        elif protocol == Protocol.TCP:
            self._open_tcp(address, port, offset)
        else:
            self._open_udp(address, port, offset)

    def _open_same_port(self, address: str, offset: int) -> None:
        """Find a port that is free for TCP and UDP, where any will do."""
        near = [one for one in self.open if (one.address, one.offset) == (address, offset)]
        if near and protocol_of(near[0]) == Protocol.TCP:
            self._open_udp(address, near[0].port, offset)
        elif near:
            self._open_tcp(address, near[0].port, offset)
        else:
            for left in range(SAME_PORT_TRIES - 1, -1, -1):
                self._open_tcp(address, 0, offset)
                try:
                    self._open_udp(address, self.open[-1].port, offset)
                    break
                except OSError as error:
                    if error.errno not in MAY_BE_TAKEN or not left:
                        raise
                    self.open.pop().close()
        self._missing = [one for one in self._missing if (one[1], one[3]) != (address, offset)]

    def _open_tcp(self, address: str, port: int, offset: int) -> None:
        family = family_of(address)
        sock = self._within_limits(
            listener_socket(family, (address, port), dual=address == "::")
        )  # fmt: skip
        try:
            forwarder = Forwarder(self._runner, sock, family, address, offset)
        except PollerFullError:
            raise _poller_full(sock) from None
        self._opened(forwarder)

    def _open_udp(self, address: str, port: int, offset: int) -> None:
        family = family_of(address)
        sock = self._within_limits(
            datagram_listener(family, (address, port), dual=address == "::")
        )  # fmt: skip
        try:
            listener = self._runner.udp.listen(sock, family, address, offset)
        except PollerFullError:
            raise _poller_full(sock) from None
        self._opened(listener)

    def _opened(self, listener: Forwarder | Listener) -> None:
        self._runner.routing.route(listener)
        self.open.append(listener)

    def _within_limits(self, sock: socket.SocketType) -> socket.SocketType:
        if sock.fileno() >= self._runner.services.ceiling:
            sock.close()
            raise OSError(errno.EMFILE, "the rest of the process needs some descriptors too")
        return sock

    def _explain(self) -> None:
        """Find the words for the first failure; who owns a taken port takes a while to find."""
        if not self._failed:
            self._finished(None)
            return
        (protocol, address, port, _), error = self._failed[0]
        text = format_address(address, port)
        if protocol == Protocol.UDP:
            text = f"UDP {text}"
        elif len(self._runner.mapping.protocols) > 1:
            text = f"TCP {text}"
        if error.errno in MAY_BE_TAKEN:
            services = self._runner.services
            mapping = services.other_listener(protocol, address, port, self._runner)
            if mapping is not None:
                self._finished(taken_by_mapping(text, mapping))
                return
            self._offload.ask(
                lambda: keeper_of(port, protocol.value, address),
                lambda keeper: self._finished(listen_trouble(error, text, *_known(keeper))),
            )
        elif error.errno in (errno.EMFILE, errno.ENFILE):
            self._finished(no_descriptors(text, few=not self._runner.loop.scales))
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


def protocol_of(listener: Forwarder | Listener) -> Protocol:
    """Which of the two it listens for."""
    return Protocol.UDP if isinstance(listener, Listener) else Protocol.TCP


def _poller_full(sock: socket.SocketType) -> OSError:
    sock.close()
    return OSError(errno.EMFILE, "select takes no more sockets")


def keeper_of(port: int, kind: str, address: str) -> Keeper:
    """Who keeps a port from us: a process, or Windows itself. Blocks."""
    owner = owner_of(port, kind, address)
    return owner, None if owner is not None else reserved_range(port, kind, address)


def _known(keeper: Keeper | Exception) -> Keeper:
    return (None, None) if isinstance(keeper, Exception) else keeper


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
