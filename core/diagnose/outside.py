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
        text = message("The Windows firewall may keep other computers out.")
        more = message(
            "Open “Allow an app through Windows Firewall” and see that Portway is ticked for "
            "the kind of network you are in."
        )
        yield Step(FIREWALL, Verdict.UNSURE, text, Remedy(more))
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
