"""What a change of the list leaves behind in Windows' firewall: removed if we may, else told.

A command may run where nobody can answer Windows' question for consent, so it never asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.config.address import is_loopback
from core.system import elevation, windows_firewall

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.cli.printer import Printer
    from core.config.mapping import Mapping


def clear_firewall(
    printer: Printer, before: Iterable[Mapping], after: Iterable[Mapping] = ()
) -> None:
    """See to the rules of those that others could reach before, and now cannot any more."""
    open_ = {one.id for one in after if not is_loopback(one.listen_host)}
    closed = [one for one in before if not is_loopback(one.listen_host) and one.id not in open_]
    policy = windows_firewall.read_policy() if closed else None
    if policy is None:  # which it is everywhere but on Windows
        return
    names = {rule.name for rule in policy.rules}
    for one in closed:
        token = windows_firewall.token_of(one)
        if windows_firewall.rule_name(token) in names:
            _clear(printer, one, token)


def _clear(printer: Printer, mapping: Mapping, token: str) -> None:
    line = windows_firewall.line_to_remove(token)
    if elevation.is_elevated() and windows_firewall.tell_netsh(line):
        printer.notice(f"{mapping.title}: its rule in Windows' firewall was removed, too.")
        return
    (command,) = windows_firewall.typed([line])
    printer.notice(
        f"{mapping.title}: its rule in Windows' firewall is still there. To remove it, type as "
        f"administrator: {command}"
    )
