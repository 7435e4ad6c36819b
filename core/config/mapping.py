"""A mapping: one row of the list, and the rules that make it valid; no sockets here."""

from __future__ import annotations

import ipaddress
import math
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from core.config.address import (
    EVERY_ADDRESS,
    LOOPBACK,
    AddressError,
    Endpoint,
    PortRange,
    check_host,
    check_listen_host,
    format_address,
    is_loopback,
)
from core.message import Message, message

if TYPE_CHECKING:
    from collections.abc import Iterable


class Protocol(StrEnum):
    """What a mapping carries."""

    TCP = "tcp"
    UDP = "udp"
    BOTH = "both"


class Policy(StrEnum):
    """How a mapping with several targets chooses one."""

    FAILOVER = "failover"
    ROUND_ROBIN = "round-robin"


class ProxyProtocol(StrEnum):
    """Which PROXY protocol header the target is sent first, if any."""

    OFF = "off"
    V1 = "v1"
    V2 = "v2"


def new_id() -> str:
    """A fresh stable identity for a mapping."""
    return str(uuid.uuid4())


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One more place to connect to, beside the first."""

    host: str
    ports: PortRange


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Listen here, connect there. Immutable: an edit makes another one with the same id.

    Times are in seconds, limits in bytes per second, and 0 means "none" for each of them.
    """

    id: str = msgspec.field(default_factory=new_id)
    name: str = ""
    group: str = ""
    comment: str = ""
    enabled: bool = True
    protocol: Protocol = Protocol.TCP
    listen_host: str = LOOPBACK
    listen_ports: PortRange
    target_host: str
    target_ports: PortRange
    more_targets: tuple[Target, ...] = ()
    policy: Policy = Policy.FAILOVER
    allow: tuple[str, ...] = ()
    max_connections: int = 0
    limit_up: int = 0
    limit_down: int = 0
    connect_timeout: float = 10.0
    idle_timeout: float = 0.0
    half_closed_timeout: float = 300.0
    keepalive: bool = True
    udp_timeout: float = 60.0
    proxy_protocol: ProxyProtocol = ProxyProtocol.OFF
    source_address: str = ""

    @property
    def listen(self) -> Endpoint:
        """Where clients connect to."""
        return Endpoint(self.listen_host, self.listen_ports)

    @property
    def target(self) -> Endpoint:
        """Where the bytes go (the first choice, if there are several)."""
        return Endpoint(self.target_host, self.target_ports)

    @property
    def targets(self) -> tuple[Endpoint, ...]:
        """Every target, the first choice first."""
        return (self.target, *(Endpoint(more.host, more.ports) for more in self.more_targets))

    @property
    def protocols(self) -> tuple[Protocol, ...]:
        """TCP, UDP, or each of them: never `Protocol.BOTH`."""
        return (Protocol.TCP, Protocol.UDP) if self.protocol == Protocol.BOTH else (self.protocol,)

    @property
    def title(self) -> str:
        """What to call this mapping in a sentence: its name, else its listen address."""
        return self.name or str(self.listen)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a mapping is not valid: the field to mend, and the sentence to show beside it."""

    field: str
    text: Message


def problems(mapping: Mapping) -> list[Problem]:
    """Everything wrong with the mapping itself, in the order of its fields; empty when valid."""
    found = [*_host_problems("listen_host", mapping.listen_host)]
    found += _host_problems("target_host", mapping.target_host, one=True)
    for more in mapping.more_targets:
        found += _host_problems("more_targets", more.host, one=True)
    for field, endpoint in _target_fields(mapping):
        if endpoint.ports.first == 0:
            found.append(Problem(field, message("A target cannot have port 0.")))
        elif len(endpoint.ports) not in (1, len(mapping.listen_ports)):
            text = (
                "{target_count} target ports for {listen_count} listening ports; "
                "give one port, or a range of the same size."
            )
            values = {
                "target_count": len(endpoint.ports),
                "listen_count": len(mapping.listen_ports),
            }
            found.append(Problem(field, Message(text, values)))
    text = "The target is the listener itself; every connection would run in a circle."
    if _points_at_itself(mapping, mapping.target):
        found.append(Problem("target_host", message(text)))
    if any(_points_at_itself(mapping, target) for target in mapping.targets[1:]):
        found.append(Problem("more_targets", message(text)))
    found += _option_problems(mapping)
    return found


def _host_problems(field: str, host: str, *, one: bool = False) -> Iterable[Problem]:
    try:
        plain = check_host(host) if one else check_listen_host(host)
    except AddressError as error:
        yield Problem(field, error.message)
        return
    if one and plain == EVERY_ADDRESS:
        yield Problem(field, message("A target needs one host, not *."))
    elif plain != host:  # the engine hands it to the system as it is
        yield Problem(field, message("Write this host as {plain} here.", plain=plain))


def _target_fields(mapping: Mapping) -> Iterable[tuple[str, Endpoint]]:
    yield "target_ports", mapping.target
    for endpoint in mapping.targets[1:]:
        yield "more_targets", endpoint


def _points_at_itself(mapping: Mapping, target: Endpoint) -> bool:
    # To connect to every address means to connect to the loopback.
    host = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(target.host, target.host)  # noqa: S104 - compared
    here = _spelling(host) == _spelling(mapping.listen_host) or (
        is_loopback(host) and share_host(mapping.listen_host, host)
    )
    return here and ports_lead_back(mapping, target)


def ports_lead_back(mapping: Mapping, target: Endpoint) -> bool:
    """Whether a target with this computer's address would be a port that the mapping listens on."""
    if len(target.ports) == len(mapping.listen_ports):
        return target.ports == mapping.listen_ports and mapping.listen_ports.first != 0
    return mapping.listen_ports.overlaps(target.ports)


def _option_problems(mapping: Mapping) -> Iterable[Problem]:
    for network in mapping.allow:
        try:
            ipaddress.ip_network(network.strip(), strict=False)
        except ValueError:
            text = "“{network}” is not a network; write one such as 192.168.1.0/24."
            yield Problem("allow", message(text, network=network))
    for field in ("max_connections", "limit_up", "limit_down", "idle_timeout",
                  "half_closed_timeout"):  # fmt: skip
        if not 0 <= getattr(mapping, field) < math.inf:
            yield Problem(field, message("This must be 0 or more; 0 means no limit."))
    for field in ("connect_timeout", "udp_timeout"):
        if not 0 < getattr(mapping, field) <= 86400:
            yield Problem(field, message("This must be more than 0 and at most 86400 seconds."))
    if mapping.proxy_protocol == ProxyProtocol.V1 and Protocol.UDP in mapping.protocols:
        text = "Version 1 of the PROXY protocol is for TCP only; UDP needs version 2."
        yield Problem("proxy_protocol", message(text))
    if mapping.source_address:
        try:
            ipaddress.ip_address(mapping.source_address)
        except ValueError:
            text = "“{address}” is not an IP address of this computer."
            yield Problem("source_address", message(text, address=mapping.source_address))


def clashes(mapping: Mapping, others: Iterable[Mapping]) -> list[Mapping]:
    """Those of the others, switched on, whose listener cannot stand beside this one's."""
    return [
        other
        for other in others
        if other.id != mapping.id
        and other.enabled
        and _share_protocol(mapping, other)
        and mapping.listen_ports.overlaps(other.listen_ports)
        and share_host(mapping.listen_host, other.listen_host)
    ]


def switch_clashing_off(given: Iterable[Mapping], there: Iterable[Mapping]) -> tuple[Mapping, ...]:
    """Switch off what cannot listen beside the others; what was there first keeps its ports."""
    before = list(there)
    fitting: list[Mapping] = []
    for one in given:
        clash = one.enabled and clashes(one, (*before, *fitting))
        fitting.append(msgspec.structs.replace(one, enabled=False) if clash else one)
    return tuple(fitting)


def _share_protocol(one: Mapping, other: Mapping) -> bool:
    return one.protocol == other.protocol or Protocol.BOTH in (one.protocol, other.protocol)


def share_host(one: str, other: str) -> bool:
    """Whether two listen hosts claim the same address; a wildcard claims its whole family."""
    hosts = {_spelling(one), _spelling(other)}
    if len(hosts) == 1 or hosts & {EVERY_ADDRESS, "::"}:
        return True
    if "0.0.0.0" in hosts:  # noqa: S104 - compared, not bound
        return not any(":" in host for host in hosts)
    return "localhost" in hosts and bool(hosts & {LOOPBACK, "::1"})


def _spelling(host: str) -> str:
    """One spelling for all ways to write a host."""
    try:
        return str(ipaddress.ip_address(host.lower()))
    except ValueError:
        return host.lower().rstrip(".")


def mapping_line(mapping: Mapping) -> str:
    """The mapping as one short line, such as ``tcp 127.0.0.1:8080 -> example.org:80``."""
    listen = format_address(mapping.listen_host, mapping.listen_ports)
    return f"{mapping.protocol} {listen} -> {mapping.target}"
