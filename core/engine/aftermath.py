"""What the engine does once the network or the clock is another one; who notices is elsewhere."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

from core.engine.events import SurroundingsChanged
from core.engine.sockets import family_of, keep_alive, probe_soon, socket_address
from core.engine.tcp.receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.engine.runner import Runner
    from core.engine.services import Services
    from core.engine.sockets import SocketAddress
    from core.engine.tcp.side import Side
    from core.engine.udp.session import Session

SETTLE = 0.5
"""Seconds in which all that is told is one matter: of waking, several tell."""
GRACE = 3.0
"""Seconds that an address may be away before its connections count as lost. A network that comes
back with the address it had, as Wi-Fi does, takes up its connections where they were."""
PROBING = 9.0
"""Seconds after which the probes of silent connections go back to their usual pace."""
PROBED_AT_ONCE = 100
"""So many sockets are probed in one moment, see `keep_alive`, and the next ones ..."""
BETWEEN_PROBES = 0.05
"""... so many seconds later: a thousand connections take one."""


class Aftermath:
    """Works on all runners of an engine, on the loop's thread."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._noted = False
        self._jumped = False

    def note(self, *, jumped: bool) -> None:
        """Something changed; see to it soon."""
        self._jumped |= jumped
        if not self._noted:
            self._noted = True
            self._services.loop.after(SETTLE, self._begin)

    def _begin(self) -> None:
        """Have listeners look where they can listen, give targets another chance, find the dead."""
        jumped, self._noted, self._jumped = self._jumped, False, False
        self._services.report(SurroundingsChanged(jumped))
        for runner in self._runners:
            if runner.listeners is not None:
                runner.listeners.leave_lost_addresses(is_here)
            runner.retry()
        self._services.loop.after(GRACE, self._drop_stranded)
        if jumped:
            self._probe()

    @property
    def _runners(self) -> Iterable[Runner]:
        return list(self._services.runners.values())

    def _drop_stranded(self) -> None:
        """End the sessions whose own address is no longer ours: no byte can come to them."""
        known: dict[str, bool] = {}
        for runner in self._runners:
            for session in list(runner.sessions.values()):
                for sock in _sockets(session):
                    if not _still_here(sock, known):
                        session.end_session(reset=True)
                        break

    def _probe(self) -> None:
        """Ask silent peers whether they are still there; many will not be after a long sleep."""
        self._probe_some([side for runner in self._runners for side in _kept_alive(runner)])

    def _probe_some(self, silent: list[Side]) -> None:
        probed, rest = silent[:PROBED_AT_ONCE], silent[PROBED_AT_ONCE:]
        for side in probed:
            if side.fd >= 0:
                probe_soon(side.sock)
        if probed:
            self._services.loop.after(PROBING, lambda: _calm(probed))
        if rest:
            self._services.loop.after(BETWEEN_PROBES, lambda: self._probe_some(rest))


def is_here(host: str) -> bool:
    """Whether this literal is an address of this computer now."""
    try:
        return _can_bind(socket_address(host, 0))
    except OSError:  # its zone is an interface that is gone
        return False


def _can_bind(address: SocketAddress) -> bool:
    """Ask by the one thing that counts: also where addresses need no interface (AnyIP)."""
    family = family_of(address[0])
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(address)
        except OSError as error:
            return error.errno not in (errno.EADDRNOTAVAIL, errno.ENODEV)
    return True


def _still_here(sock: socket.SocketType, known: dict[str, bool]) -> bool:
    try:
        host, _, *scope = sock.getsockname()
    except OSError:
        return True  # it has broken already, which its own channel will see
    if host not in known:
        known[host] = _can_bind((host, 0, *scope))
    return known[host]


def _sockets(session: Receiver | Session) -> Iterator[socket.SocketType]:
    yield session.sock
    if isinstance(session, Receiver) and session.attached:
        yield session.sender.sock


def _kept_alive(runner: Runner) -> Iterator[Side]:
    if runner.mapping.keepalive:
        for receiver in runner.receivers:
            if receiver.attached and receiver.sender.proven_by(receiver):
                yield receiver
                yield receiver.sender


def _calm(probed: list[Side]) -> None:
    for side in probed:
        if side.fd >= 0:
            keep_alive(side.sock)
