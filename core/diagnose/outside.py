"""The steps between another computer and the listener: the network, and firewalls on the way."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from core.config.address import EVERY_ADDRESS, format_address, is_loopback
from core.diagnose.remedies import Change, Command, Remedy
from core.diagnose.steps import Begun, Step, Verdict
from core.message import message
from core.system.firewall import firewalls
from core.system.own_addresses import local_addresses
from core.system.windows_firewall import (
    Access,
    access,
    lines_to_allow,
    read_policy,
    this_program,
    token_of,
    typed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.config.mapping import Mapping

NETWORK = message("Reachable from the network")
FIREWALL = message("Firewall")
EVERYWHERE = (EVERY_ADDRESS, "0.0.0.0", "::")  # noqa: S104 - compared, not bound


def reachable(mapping: Mapping) -> Iterator[Begun | Step]:
    """Say at which addresses other computers find the listener."""
    yield Begun(NETWORK)
    host, ports = mapping.listen_host, mapping.listen_ports
    if is_loopback(host):
        text = message("Only this computer can connect, as this mapping asks for.")
        change = Change(message("Let others connect too"), (("listen_host", EVERY_ADDRESS),))
        more = message("To let other computers connect, listen on every address.")
        yield Step(NETWORK, Verdict.SKIPPED, text, Remedy(more, (), (change,)))
        return
    addresses = [
        one
        for one in local_addresses()
        if host in EVERYWHERE or host in (one.address, one.interface)
    ]
    if host == "0.0.0.0":  # noqa: S104 - compared, not bound
        addresses = [one for one in addresses if ":" not in one.address]
    if not addresses:
        text = message("This computer has no address now at which others could reach it.")
        yield Step(NETWORK, Verdict.FAILED, text, Remedy(message("Connect it to a network.")))
        return
    text = message(
        "Other computers reach it at {addresses}.",
        addresses=", ".join(format_address(one.address, ports) for one in addresses[:6]),
    )
    verdict, help_ = Verdict.OK, None
    if mapping.allow:
        verdict = Verdict.UNSURE
        more = message(
            "Only {networks} may connect, by this mapping's own list. Who is not in it is "
            "turned away.",
            networks=", ".join(mapping.allow),
        )
        help_ = Remedy(more)
    yield Step(NETWORK, verdict, text, help_)


def firewall(mapping: Mapping) -> Iterator[Begun | Step]:
    """Name the firewalls that may keep others out, and the commands that let them in."""
    yield Begun(FIREWALL)
    if is_loopback(mapping.listen_host):
        text = message("Within this computer no firewall is in the way.")
        yield Step(FIREWALL, Verdict.SKIPPED, text)
        return
    if sys.platform == "win32":
        yield _windows_firewall(mapping)
        return
    found = firewalls(str(mapping.listen_ports), mapping.protocol)
    if not found:
        text = message(
            "No firewall that Portway knows is switched on here (ufw, firewalld, nftables). "
            "One in the router or at the provider cannot be seen from here."
        )
        yield Step(FIREWALL, Verdict.OK, text)
        return
    for one in found:
        text = message(
            "{name} is switched on. Whether it lets others in, only an administrator may see.",
            name=one.name,
        )
        commands = [Command(message("Show its rules"), one.show)]
        commands += [Command(message("Let this port in"), line) for line in one.allow]
        more = message("If others cannot connect, let this port in.")
        yield Step(FIREWALL, Verdict.UNSURE, text, Remedy(more, tuple(commands)))


def _windows_firewall(mapping: Mapping) -> Step:
    """Read what Windows' own firewall does; one of another maker cannot be seen."""
    program = this_program()
    found = access(read_policy(), program, mapping.protocol, mapping.listen_ports)
    if found is Access.OPEN:
        text = message("Windows' firewall lets others in.")
        return Step(FIREWALL, Verdict.OK, text)
    if found is Access.BLOCKED:
        text = message("A rule of Windows' firewall blocks Portway, whatever others allow.")
        more = message(
            "Remove that rule, in “Windows Defender Firewall with Advanced Security”, under the"
            " inbound rules."
        )
        return Step(FIREWALL, Verdict.FAILED, text, Remedy(more))
    if found is Access.CLOSED:
        verdict = Verdict.FAILED
        text = message("Windows' firewall has no rule that lets others in.")
    else:
        verdict = Verdict.UNSURE
        text = message("Windows' firewall may keep other computers out.")
    words = message("Let this port in, as administrator")
    lines = lines_to_allow(token_of(mapping), program, mapping.protocol, mapping.listen_ports)
    more = message("If others cannot connect, let this port in.")
    return Step(
        FIREWALL, verdict, text, Remedy(more, tuple(Command(words, x) for x in typed(lines)))
    )
