"""Trying a target: looks its name up and knocks at each address; says what each answered.

Blocking, for a thread of its own; ends soon after `stop` is set and leaves no socket open.
"""

from __future__ import annotations

import contextlib
import errno
import selectors
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.config.address import format_address
from core.config.mapping import Protocol
from core.diagnose.patience import GLANCE, CancelledError, answer_of
from core.engine.circles import OwnPortError, leads_back, written
from core.engine.lean_sockets import stream_socket
from core.engine.resolver import is_literal, look_up
from core.engine.sockets import (
    IN_PROGRESS,
    family_of,
    is_connected,
    pending_error,
    socket_address,
    socket_error,
)
from core.engine.trouble import connect_trouble, datagram_trouble, name_trouble
from core.message import Message, message

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable, Iterator

    from core.config.address import Endpoint
    from core.config.mapping import Mapping
    from core.engine.circles import Places
    from core.engine.status import Trouble

LISTEN_FOR_REFUSAL = 1.0
"""Seconds in which a computer says that a UDP port is closed, if it says so at all."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What came of looking up a target's name; an address needs no looking up."""

    target: Endpoint
    addresses: tuple[str, ...]
    seconds: float = 0.0
    trouble: Trouble | None = None

    @property
    def words(self) -> Message:
        """One line."""
        host = self.target.host
        if self.trouble is not None:
            return self.trouble.reason
        if is_literal(host):
            return message("{host} is an address; there is no name to look up.", host=host)
        return message(
            "{host} is {addresses} (looked up in {milliseconds} ms).",
            host=host,
            addresses=", ".join(self.addresses),
            milliseconds=milliseconds(self.seconds),
        )


@dataclass(frozen=True, slots=True)
class Tried:
    """What one address of a target answered, and after how long."""

    target: Endpoint
    address: str
    """With the port."""
    seconds: float
    trouble: Trouble | None = None
    protocol: Protocol = Protocol.TCP
    answered: bool = True
    """Of UDP: whether anything came back."""

    @property
    def words(self) -> Message:
        """One line."""
        if self.trouble is not None:
            return message(
                "{reason} ({milliseconds} ms)",
                reason=self.trouble.reason,
                milliseconds=milliseconds(self.seconds),
            )
        if not self.answered:
            return message(
                "UDP {address} did not refuse; only a program's answers tell that it is there.",
                address=self.address,
            )
        if self.protocol is Protocol.UDP:
            return message(
                "UDP {address} answered in {milliseconds} ms.",
                address=self.address,
                milliseconds=milliseconds(self.seconds),
            )
        return message(
            "{address} connected in {milliseconds} ms.",
            address=self.address,
            milliseconds=milliseconds(self.seconds),
        )


Finding = LookedUp | Tried


def milliseconds(seconds: float) -> str:
    """A time with as many digits as tell something."""
    return f"{seconds * 1000:.1f}" if seconds < 0.01 else f"{seconds * 1000:.0f}"


def probe(mapping: Mapping, stop: threading.Event) -> Iterator[Finding]:
    """Try every target of a mapping; of a range of ports, the lowest."""
    for target in mapping.targets:
        try:
            yield from probe_target(target, mapping, stop)
        except CancelledError:
            return


def probe_target(
    target: Endpoint, mapping: Mapping, stop: threading.Event, others: Iterable[Mapping] = ()
) -> Iterator[Finding]:
    """Try one target as the mapping would, while the others listen; raises `CancelledError`."""
    found = resolve(target, mapping.connect_timeout, stop)
    yield found
    places = written([mapping, *others])
    if found.addresses and Protocol.TCP in mapping.protocols:
        yield from _connect_to_all(found, mapping, places, stop)
    if found.addresses and Protocol.UDP in mapping.protocols:
        for address in found.addresses:
            yield _knock(target, address, mapping, places, stop)


def resolve(target: Endpoint, seconds: float, stop: threading.Event) -> LookedUp:
    """Look the target's name up; raises `CancelledError`."""
    host, begun = target.host, time.monotonic()
    if is_literal(host):
        return LookedUp(target, (host,))
    try:
        addresses = answer_of(lambda: look_up(host), seconds, stop)
    except (OSError, UnicodeError) as error:
        if isinstance(error, TimeoutError):
            error = socket.gaierror(socket.EAI_AGAIN, "no name server answered in time")
        return LookedUp(target, (), time.monotonic() - begun, name_trouble(error, host))
    return LookedUp(target, addresses, time.monotonic() - begun)


def _connect_to_all(
    found: LookedUp, mapping: Mapping, places: Places, stop: threading.Event
) -> Iterator[Finding]:
    """Connect to all addresses at once, so that a silent one holds up none of the others."""
    target = found.target
    begun = time.monotonic()
    with contextlib.ExitStack() as opened, selectors.DefaultSelector() as selector:
        for address in found.addresses:
            sock = None
            try:
                sock = stream_socket(family_of(address))
                opened.callback(sock.close)
                _start(sock, Protocol.TCP, target, address, mapping, places)
            except OSError as error:
                yield _tried(target, address, begun, error)
            else:
                selector.register(sock, selectors.EVENT_WRITE, (sock, address))
        while selector.get_map():
            if stop.is_set():
                raise CancelledError
            for key, _ in selector.select(GLANCE):
                pending, address = key.data
                number = pending_error(pending)
                if number or is_connected(pending):
                    selector.unregister(pending)
                    failure = socket_error(number) if number else None
                    yield _tried(target, address, begun, failure)
            if time.monotonic() - begun > mapping.connect_timeout:
                for key in list(selector.get_map().values()):
                    yield _tried(target, key.data[1], begun, socket_error(errno.ETIMEDOUT))
                return


def _start(
    sock: socket.SocketType,
    protocol: Protocol,
    target: Endpoint,
    address: str,
    mapping: Mapping,
    places: Places,
) -> None:
    by = leads_back(mapping, protocol, target, address, target.ports.first, places)
    if by is not None:
        raise OwnPortError(by)
    source = mapping.source_address
    if source and family_of(source) == family_of(address):
        sock.bind(socket_address(source, 0))
    number = sock.connect_ex(socket_address(address, target.ports.first))
    if number and number not in IN_PROGRESS:
        raise socket_error(number)


def _tried(target: Endpoint, address: str, begun: float, error: OSError | None) -> Tried:
    text = format_address(address, target.ports.first)
    trouble = connect_trouble(error, text) if error is not None else None
    return Tried(target, text, time.monotonic() - begun, trouble)


def _knock(
    target: Endpoint, address: str, mapping: Mapping, places: Places, stop: threading.Event
) -> Tried:
    """Send an empty datagram: a closed port is told by ICMP, an open one need not answer."""
    text = format_address(address, target.ports.first)
    begun = time.monotonic()
    trouble, answered = None, False
    with socket.socket(family_of(address), socket.SOCK_DGRAM) as sock:
        sock.settimeout(GLANCE)
        try:
            _start(sock, Protocol.UDP, target, address, mapping, places)
            sock.send(b"")
            while not answered and time.monotonic() - begun < LISTEN_FOR_REFUSAL:
                if stop.is_set():
                    raise CancelledError
                with contextlib.suppress(TimeoutError):
                    sock.recv(1)
                    answered = True
        except OSError as error:
            trouble = datagram_trouble(error, address, target.ports.first)
    return Tried(target, text, time.monotonic() - begun, trouble, Protocol.UDP, answered)
