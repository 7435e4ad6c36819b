"""Where the clients of a mapping are brought, and by which path; connects nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.engine.circles import OwnPortError, leads_back, leads_here
from core.engine.resolver import is_literal
from core.engine.sockets import family_of
from core.engine.tcp.forwarder import Forwarder

if TYPE_CHECKING:
    from core.config.address import Endpoint
    from core.config.mapping import Protocol
    from core.engine.circles import Places
    from core.engine.runner import Runner
    from core.engine.udp.listener import Listener


class Routing:
    """Tells each listener of one mapping, and tells it anew when that changes."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._circle = False
        """Whether the one address to connect to leads back to a port of our own."""
        self._plain = (False, False)
        """Whether the fast path may bring clients to their target, over TCP and over UDP."""

    def route(self, listener: Forwarder | Listener) -> None:
        """Tell a listener where its clients are to be brought, and by which path."""
        runner = self._runner
        listener.direct = self._direct(listener.offset)
        if not isinstance(listener, Forwarder):
            listener.welcome(plain=self._plain[1])
        elif runner.services.fast is not None:
            runner.services.fast.serve(listener, runner.account, plain=self._plain[0])

    def route_all(self) -> None:
        """Tell all that are open."""
        listeners = self._runner.listeners
        for listener in listeners.open if listeners is not None else ():
            self.route(listener)

    def judge(self) -> None:
        """Find out whether clients need more than the fast path has, and act on it."""
        runner = self._runner
        plain = runner.is_plain
        both = (
            plain and runner.targets.trouble is None,
            plain and runner.udp.targets.trouble is None,
        )
        if both != self._plain:
            self._plain = both
            self.route_all()

    def check(self, protocol: Protocol, endpoint: Endpoint, host: str, port: int) -> None:
        """Raise `OwnPortError` if this address of a target leads back to the mapping."""
        places = self._runner.services.circles.places
        by = leads_back(self._runner.mapping, protocol, endpoint, host, port, places)
        if by is not None:
            raise OwnPortError(by)

    def look_for_circle(self, places: Places) -> None:
        """Find out whether clients need to be checked one by one, as the target may lead back.

        Of a range of ports that is so once it leads to ports of ours: the checks are exact.
        """
        mapping, target = self._runner.mapping, self._runner.mapping.target
        # Nearly always nobody listens where a target is, so that is asked first.
        circle = (
            places.meet(target.ports)
            and is_literal(target.host)
            and (
                leads_here(target.host)
                if len(target.ports) > 1
                else any(
                    leads_back(mapping, kind, target, target.host, target.ports.first, places)
                    is not None
                    for kind in mapping.protocols
                )
            )
        )
        if circle != self._circle:
            self._circle = circle
            self.route_all()

    def _direct(self, offset: int) -> tuple[int, tuple[str, int]] | None:
        """The one address to connect to, where there is no choice and no name; else None."""
        mapping = self._runner.mapping
        host = mapping.target_host
        if mapping.more_targets or mapping.source_address or "%" in host or not is_literal(host):
            return None
        if self._circle:
            return None  # whoever tries it says what is wrong
        return family_of(host), (host, mapping.target.port_at(offset))
