"""A mapping: one row of the list, and the rules that make it valid; no sockets here."""

from __future__ import annotations

import ipaddress
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
    format_address,
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
    found: list[Problem] = []
    for field, host in (("listen_host", mapping.listen_host), ("target_host", mapping.target_host)):
        try:
            check_host(host)
        except AddressError as error:
            found.append(Problem(field, error.message))
    if mapping.target_host.strip() == EVERY_ADDRESS:
        found.append(Problem("target_host", message("A target needs one host, not *.")))
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
    if _points_at_itself(mapping):
        text = "The target is the listener itself; every connection would run in a circle."
        found.append(Problem("target_host", message(text)))
    found += _option_problems(mapping)
    return found


def _target_fields(mapping: Mapping) -> Iterable[tuple[str, Endpoint]]:
    yield "target_ports", mapping.target
    for endpoint in mapping.targets[1:]:
        yield "more_targets", endpoint


def _points_at_itself(mapping: Mapping) -> bool:
    same_host = mapping.listen_host.lower() == mapping.target_host.lower()
    everywhere = mapping.listen_host in (EVERY_ADDRESS, "0.0.0.0", "::")  # noqa: S104 - compared
    here = mapping.target_host.lower() in (LOOPBACK, "::1", "localhost")
    if not (same_host or (everywhere and here)):
        return False
    if len(mapping.target_ports) == len(mapping.listen_ports):
        return mapping.target_ports == mapping.listen_ports and mapping.listen_ports.first != 0
    return mapping.listen_ports.overlaps(mapping.target_ports)


def _option_problems(mapping: Mapping) -> Iterable[Problem]:
    for network in mapping.allow:
        try:
            ipaddress.ip_network(network.strip(), strict=False)
        except ValueError:
            text = "“{network}” is not a network; write one such as 192.168.1.0/24."
            yield Problem("allow", message(text, network=network))
    for field in ("max_connections", "limit_up", "limit_down", "idle_timeout",
                  "half_closed_timeout"):  # fmt: skip
        if getattr(mapping, field) < 0:
            yield Problem(field, message("This cannot be negative; 0 means no limit."))
    for field in ("connect_timeout", "udp_timeout"):
        if not 0 < getattr(mapping, field) <= 86400:
            yield Problem(field, message("This must be more than 0 and at most 86400 seconds."))
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
        and _share_host(mapping.listen_host, other.listen_host)
    ]


def _share_protocol(one: Mapping, other: Mapping) -> bool:
    return one.protocol == other.protocol or Protocol.BOTH in (one.protocol, other.protocol)


def _share_host(one: str, other: str) -> bool:
    """Whether two listen hosts claim the same address; a wildcard claims its whole family."""
    hosts = {one.lower(), other.lower()}
    if len(hosts) == 1 or hosts & {EVERY_ADDRESS, "::"}:
        return True
    if "0.0.0.0" in hosts:  # noqa: S104 - compared, not bound
        return not any(":" in host for host in hosts)
    return "localhost" in hosts and bool(hosts & {LOOPBACK, "::1"})


def mapping_line(mapping: Mapping) -> str:
    """The mapping as one short line, such as ``tcp 127.0.0.1:8080 -> example.org:80``."""
    listen = format_address(mapping.listen_host, mapping.listen_ports)
    return f"{mapping.protocol} {listen} -> {mapping.target}"
