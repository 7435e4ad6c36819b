"""The hidden command that changes Windows' firewall: all that ever runs as administrator."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.config.address import AddressError, PortRange
from core.config.mapping import Protocol
from core.system import elevation, windows_firewall

if TYPE_CHECKING:
    from core.cli.words import CommandLine

_TOKEN = re.compile(r"[0-9a-f]{16}")


def arguments_to_allow(token: str, protocol: Protocol, ports: PortRange) -> tuple[str, ...]:
    """How a window asks for it."""
    return ("firewall-rule", "allow", token, protocol.value, str(ports))


def arguments_to_remove(token: str) -> tuple[str, ...]:
    """The same, to have a rule removed."""
    return ("firewall-rule", "remove", token)


def firewall_rule(line: CommandLine) -> int:
    """Allow or remove one rule, or remove all of ours; 2 for anything else, 1 if it failed."""
    match line.words:
        case ["allow", token, protocol, ports] if _TOKEN.fullmatch(token):
            return _allow(token, protocol, ports)
        case ["remove", token] if _TOKEN.fullmatch(token):
            return _status(_remove(token))
        case ["remove-all"]:
            return _remove_all()
        case _:
            return 2


def _allow(token: str, protocol: str, ports: str) -> int:
    try:
        kind, range_ = Protocol(protocol), PortRange.parse(ports)
    except (ValueError, AddressError):
        return 2
    if range_.first == 0:
        return 2
    _remove(token)  # there may be one for other ports; it is no fault if there is none
    program = windows_firewall.this_program()
    lines = windows_firewall.lines_to_allow(token, program, kind, range_)
    return _status(all(windows_firewall.tell_netsh(line) for line in lines))


def _remove(token: str) -> bool:
    return windows_firewall.tell_netsh(windows_firewall.line_to_remove(token))


def _remove_all() -> int:
    """For the uninstaller: asks for administrator's rights only when there is something to do."""
    program = windows_firewall.this_program()
    tokens = windows_firewall.own_tokens(windows_firewall.read_policy(), program)
    if not tokens:
        return 0
    if not elevation.is_elevated():
        outcome = elevation.run_elevated(("firewall-rule", "remove-all"))
        return _status(outcome is elevation.Outcome.DONE)
    failed = [token for token in tokens if not _remove(token)]  # one that fails stops no other
    return _status(not failed)


def _status(done: bool) -> int:
    return 0 if done else 1
