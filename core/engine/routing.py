"""Where the clients of a mapping are brought, and by which path; connects nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.engine.circles import leads_back
from core.engine.resolver import is_literal
from core.engine.sockets import family_of
from core.engine.tcp.forwarder import Forwarder

if TYPE_CHECKING:
    from core.config.address import Endpoint
    from core.engine.runner import Runner
    from core.engine.udp.listener import Listener


class Routing:
    """Tells each listener of one mapping, and tells it anew when that changes."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._circle = False
        """Whether the one address to connect to is a port of our own."""
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

    def leads_back(self, endpoint: Endpoint, host: str) -> bool:
        """Whether the mapping itself listens at this address of a target."""
        runner = self._runner
        hosts = runner.listeners.hosts if runner.listeners is not None else ()
        return leads_back(runner.mapping, hosts, endpoint, host)

    def addresses_found(self) -> None:
        """It is known, maybe anew, where the mapping listens."""
        target = self._runner.mapping.target
        circle = is_literal(target.host) and self.leads_back(target, target.host)
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
