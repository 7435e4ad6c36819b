"""What helps against a trouble: words, commands to copy, and changes of the mapping for one click.

`remedy` asks the system for free ports, addresses and programs, which takes a while: call it off
the loop and off the window's thread. Until it has answered, `Trouble.remedy` says the gist.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from core.config.address import LOOPBACK, WSL_PREFIX, PortRange, is_loopback, is_wsl
from core.config.mapping import clashes
from core.engine.status import TroubleKind
from core.message import Message, message
from core.system.free_ports import free_ports
from core.system.listening import listening
from core.system.own_addresses import local_addresses
from core.system.rights import (
    allow_for_good,
    allow_program,
    allow_until_restart,
    first_free_for_all,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.config.mapping import Mapping
    from core.engine.status import Trouble
    from core.system.listening import Listening

MOST_OFFERED = 4


@dataclass(frozen=True, slots=True)
class Command:
    """A line to copy into a terminal, and what it does."""

    words: Message
    line: str


@dataclass(frozen=True, slots=True)
class Change:
    """An edit of the mapping that would help, offered for one click."""

    words: Message
    fields: tuple[tuple[str, Any], ...]
    """Names and new values of the mapping's fields."""

    def apply(self, mapping: Mapping) -> Mapping:
        """Make the edit."""
        return msgspec.structs.replace(mapping, **dict(self.fields))


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do, in words; with commands and changes where there are any."""

    text: Message
    commands: tuple[Command, ...] = ()
    changes: tuple[Change, ...] = ()


def remedy(trouble: Trouble, mapping: Mapping, others: Sequence[Mapping] = ()) -> Remedy:
    """Find what helps this mapping; `others` keep their ports. Blocking."""
    match trouble.kind:
        case TroubleKind.PORT_IN_USE:
            return _port_in_use(trouble, mapping, others)
        case TroubleKind.NO_PERMISSION:
            return _no_permission(trouble, mapping, others)
        case TroubleKind.ADDRESS_NOT_HERE:
            return _address_not_here(trouble)
        case TroubleKind.NAME_NOT_FOUND:
            return _name_not_found(trouble)
        case TroubleKind.TARGET_REFUSED:
            return _target_refused(trouble, mapping)
        case _:
            return Remedy(trouble.remedy)


def use_free_ports(mapping: Mapping, others: Sequence[Mapping] = ()) -> tuple[Change, ...]:
    """Offer to listen on free ports instead: one change, or none where nothing is free."""
    promised = [one.listen_ports for one in others if one.id != mapping.id]
    ports = free_ports(mapping.listen_host, mapping.listen_ports, mapping.protocol, promised)
    if ports is None:
        return ()
    words = (
        message("Use port {port}", port=str(ports))
        if len(ports) == 1
        else message("Use ports {ports}", ports=str(ports))
    )
    return (Change(words, (("listen_ports", ports),)),)


def _port_in_use(trouble: Trouble, mapping: Mapping, others: Sequence[Mapping]) -> Remedy:
    port = _port_of(trouble.address)
    if trouble.owner is not None:
        text = message(
            "End {name} (process {pid}), or choose another port.",
            name=trouble.owner.name or message("the program"),
            pid=trouble.owner.pid,
        )
        return Remedy(text, (), use_free_ports(mapping, others))
    commands: tuple[Command, ...] = ()
    # Of a clash inside Portway the trouble names the other mapping; no command knows better.
    if port and not clashes(mapping, others):
        line = (
            f"netstat -ano | findstr :{port}"
            if sys.platform == "win32"
            else f"sudo ss -lntup 'sport = :{port}'"
        )
        commands = (Command(message("Show which program it is"), line),)
    return Remedy(trouble.remedy, commands, use_free_ports(mapping, others))


def _no_permission(trouble: Trouble, mapping: Mapping, others: Sequence[Mapping]) -> Remedy:
    changes = use_free_ports(mapping, others)
    if sys.platform == "win32":
        text = message(
            "Windows reserves ranges of ports for itself and for Hyper-V, other ones after each"
            " start. Choose a port outside of them."
        )
        line = "netsh interface ipv4 show excludedportrange protocol=tcp"
        return Remedy(text, (Command(message("Show the reserved ranges"), line),), changes)
    lowest, port = first_free_for_all(), mapping.listen_ports.first
    if port >= lowest or sys.platform != "linux":
        return Remedy(trouble.remedy, (), changes)
    text = message(
        "Ports below {lowest} need special rights here. Choose one from {lowest} up, "
        "or have the administrator allow this one.",
        lowest=lowest,
    )
    commands = [
        Command(message("Allow it until the computer restarts"), allow_until_restart(port)),
        Command(message("Allow it for good"), allow_for_good(port)),
    ]
    line = allow_program()
    if line is not None:
        words = message("Allow it to everything that runs in the same Python")
        commands.append(Command(words, line))
    return Remedy(text, tuple(commands), changes)


def _address_not_here(trouble: Trouble) -> Remedy:
    found = local_addresses()
    if not found:
        text = message("This computer is in no network now; connect it, or listen on 127.0.0.1.")
        return Remedy(text, (), (_listen_on(LOOPBACK),))
    text = message(
        "Its addresses now are {addresses}. Choose one of them, "
        "or connect the network that the address belongs to.",
        addresses=", ".join(one.address for one in found[:MOST_OFFERED]),
    )
    offered = [one.address for one in found if ":" not in one.address] or [found[0].address]
    changes = (_listen_on(offered[0]), _listen_on(LOOPBACK))
    return Remedy(text, (), changes)


def _listen_on(address: str) -> Change:
    return Change(message("Listen on {address}", address=address), (("listen_host", address),))


def _name_not_found(trouble: Trouble) -> Remedy:
    name = trouble.address
    if is_wsl(name):
        line = f"wsl -d {name[len(WSL_PREFIX) :]} hostname -I"
        return Remedy(trouble.remedy, (Command(message("Ask it by hand"), line),))
    text = message(
        "Check the spelling of {name} and the network connection, "
        "or write the address instead of the name.",
        name=name,
    )
    line = f"nslookup {name}" if sys.platform == "win32" else f"getent ahosts {name}"
    return Remedy(text, (Command(message("Look the name up by hand"), line),))


def _target_refused(trouble: Trouble, mapping: Mapping) -> Remedy:
    """Of a target on this machine we can see what listens instead."""
    # The engine names the address without the port where it tried several.
    host, port = _host_of(trouble.address), _port_of(trouble.address)
    port = port or mapping.target_ports.first
    mine = {one.address for one in local_addresses()}
    if not is_loopback(host) and host not in mine:
        text = message(
            "The computer is there, but nothing on it takes connections on port {port}. Check "
            "that the program runs, uses this port, and listens on more than 127.0.0.1.",
            port=port,
        )
        return Remedy(text)
    protocol = mapping.protocols[0]
    here = listening(protocol)
    elsewhere = [one for one in here if one.port == port]
    if elsewhere:
        one = elsewhere[0]
        text = message(
            "On this computer {name} listens on port {port}, but only on {address}.",
            name=one.name or message("a program"),
            port=port,
            address=one.address,
        )
        words = message("Use {address} as the target", address=one.address)
        return Remedy(text, (), (Change(words, (("target_host", one.address),)),))
    text = message(
        "Nothing on this computer listens on port {port}. Start the program, or choose its port.",
        port=port,
    )
    # Of UDP, every program that sends anything holds a port.
    single = len(mapping.target_ports) == 1 and not mapping.more_targets and protocol == "tcp"
    return Remedy(text, (), _use_target_ports(here, mapping) if single else ())


def _use_target_ports(here: Iterable[Listening], mapping: Mapping) -> tuple[Change, ...]:
    found = {one.port: one for one in here if one.name and one.port != mapping.listen_ports.first}
    return tuple(
        Change(
            message("Use port {port} ({name})", port=port, name=one.name),
            (("target_ports", PortRange.single(port)),),
        )
        for port, one in list(found.items())[:MOST_OFFERED]
    )


def _host_of(address: str) -> str:
    host = address.rpartition(":")[0] if _port_of(address) else address
    return host.strip("[]")


def _port_of(address: str) -> int:
    """The port in ``host:port``; 0 where there is none."""
    port = address.rpartition(":")[2]
    return int(port) if port.isdigit() and (address.count(":") == 1 or "]" in address) else 0
