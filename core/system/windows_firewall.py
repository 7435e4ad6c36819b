"""Windows Defender Firewall: whether it lets a program's ports in, and the lines that make it so.

Read from the registry, which everybody may read and which is the same in every language; changed
only by netsh, by an administrator. Rules that a company's policy adds are not seen here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

import psutil

from core.config.address import AddressError, PortRange
from core.config.mapping import Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.config.mapping import Mapping

POLICY = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
PROFILES = {"DomainProfile": "Domain", "StandardProfile": "Private", "PublicProfile": "Public"}
"""The kinds of network: the registry's names, and those in rules."""
EVERY_PROFILE = frozenset(PROFILES.values())

_OUR_NAME = re.compile(r"Portway [0-9a-f]{16}")
_NUMBERS = {"tcp": "6", "udp": "17"}
_HARMLESS = frozenset({
    "Action", "Active", "Dir", "Protocol", "Profile", "LPort", "LPort2_10", "App", "Name", "Desc",
    "EmbedCtxt", "Edge", "Defer", "PFN",
})  # fmt: skip
"""Any other word of a rule narrows it down: to some clients, interfaces, services."""


class Access(StrEnum):
    """What the firewall does with others who connect."""

    OPEN = "open"
    CLOSED = "closed"
    """No rule lets them in."""
    BLOCKED = "blocked"
    """A rule keeps them out, whatever others say."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """An inbound rule that is switched on, as far as it matters here."""

    name: str
    allows: bool
    protocol: str = ""
    """A number, or nothing for all."""
    ports: tuple[PortRange, ...] = ()
    """None for all."""
    program: str = ""
    """None for all."""
    profiles: frozenset[str] = EVERY_PROFILE
    narrow: bool = False
    """Whether it is about some clients or interfaces only."""

    def is_about(self, program: str, kind: str) -> bool:
        """Whether it may decide about this program and "tcp" or "udp"."""
        ours = not self.program or _same_path(self.program, program)
        return ours and self.protocol in ("", _NUMBERS[kind])


@dataclass(frozen=True, slots=True)
class Policy:
    """What is switched on, and all rules."""

    guarded: frozenset[str]
    """The kinds of network where who is not let in is kept out."""
    rules: tuple[Rule, ...] = ()


def parse_rule(text: str) -> Rule | None:
    """Read a rule as the registry has it; None for one that is off or for another direction."""
    fields: dict[str, list[str]] = {}
    for part in text.split("|")[1:]:
        word, equals, value = part.partition("=")
        if equals:
            fields.setdefault(word, []).append(value)

    def first(word: str) -> str:
        return fields.get(word, [""])[0]

    if first("Active").upper() != "TRUE" or first("Dir").upper() != "IN":
        return None
    narrow = not fields.keys() <= _HARMLESS or "PFN" in fields
    ports: list[PortRange] = []
    for value in fields.get("LPort", []) + fields.get("LPort2_10", []):
        try:
            ports.append(PortRange.parse(value))
        except AddressError:  # a word, such as RPC
            narrow = True
    return Rule(
        name=first("Name"),
        allows=first("Action").upper() == "ALLOW",
        protocol=first("Protocol"),
        ports=tuple(ports),
        program=os.path.expandvars(first("App")),
        profiles=frozenset(fields.get("Profile", EVERY_PROFILE)),
        narrow=narrow,
    )


def access(policy: Policy | None, program: str, protocol: Protocol, ports: PortRange) -> Access:
    """What happens to others who connect to these ports of this program."""
    if policy is None:
        return Access.UNKNOWN
    kinds = ("tcp", "udp") if protocol is Protocol.BOTH else (protocol.value,)
    worst = Access.OPEN
    for kind in kinds:
        about = [rule for rule in policy.rules if rule.is_about(program, kind)]
        blocks = (rule for rule in about if not rule.allows and not rule.narrow)
        if any(
            rule.profiles & policy.guarded
            and (not rule.ports or any(one.overlaps(ports) for one in rule.ports))
            for rule in blocks
        ):
            return Access.BLOCKED
        let_in: set[str] = set()
        for rule in about:
            if rule.allows and not rule.narrow and _covers(rule.ports, ports):
                let_in |= rule.profiles
        if not policy.guarded <= let_in:
            worst = Access.CLOSED
    return worst


def _covers(ports: tuple[PortRange, ...], wanted: PortRange) -> bool:
    return not ports or any(p.first <= wanted.first and wanted.last <= p.last for p in ports)


def _same_path(one: str, other: str) -> bool:
    return PureWindowsPath(one) == PureWindowsPath(other)  # which knows no case there


def read_policy() -> Policy | None:
    """Read what is in force on this Windows; None where it cannot be read."""
    if sys.platform != "win32":
        return None
    else:
        import winreg

        guarded: set[str] = set()
        rules: list[Rule] = []
        try:
            for key, name in PROFILES.items():
                with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, rf"{POLICY}\{key}") as profile:
                    if _value(profile, "EnableFirewall", 1) and _value(
                        profile, "DefaultInboundAction", 1
                    ):
                        guarded.add(name)
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, rf"{POLICY}\FirewallRules") as folder:
                for at in range(winreg.QueryInfoKey(folder)[1]):
                    _, text, _ = winreg.EnumValue(folder, at)
                    rule = parse_rule(str(text))
                    if rule is not None:
                        rules.append(rule)
        except OSError:
            return None
        return Policy(frozenset(guarded), tuple(rules))


if sys.platform == "win32":
    import winreg

    def _value(key: winreg.HKEYType, name: str, default: int) -> int:
        try:
            return int(winreg.QueryValueEx(key, name)[0])
        except OSError:
            return default


def this_program() -> str:
    """The program that Windows sees listening; a virtual environment's Python only starts it."""
    return psutil.Process().exe()


# -- our own rules ---------------------------------------------------------------------------------


def token_of(mapping: Mapping) -> str:
    """What names a mapping's rule; it is safe in any command, whatever the id is."""
    import hashlib  # here: it brings OpenSSL along, 4 MB

    return hashlib.sha256(mapping.id.encode()).hexdigest()[:16]


def rule_name(token: str) -> str:
    """The name of the rule; raises `ValueError` for what is no token."""
    name = f"Portway {token}"
    if not _OUR_NAME.fullmatch(name):
        raise ValueError(token)
    return name


def own_tokens(policy: Policy | None, program: str) -> tuple[str, ...]:
    """The mappings that this program has rules for."""
    rules = policy.rules if policy is not None else ()
    names = {
        r.name for r in rules if _OUR_NAME.fullmatch(r.name) and _same_path(r.program, program)
    }
    return tuple(sorted(name.removeprefix("Portway ") for name in names))


def lines_to_allow(
    token: str, program: str, protocol: Protocol, ports: PortRange
) -> tuple[tuple[str, ...], ...]:
    """What to tell netsh: to let these ports in, by one rule for each kind, of the same name."""
    kinds = ("TCP", "UDP") if protocol is Protocol.BOTH else (protocol.value.upper(),)
    return tuple(
        (
            "advfirewall", "firewall", "add", "rule", f"name={rule_name(token)}", "dir=in",
            "action=allow", f"program={program}", f"protocol={kind}", f"localport={ports}",
        )
        for kind in kinds
    )  # fmt: skip


def line_to_remove(token: str) -> tuple[str, ...]:
    """What to tell netsh to remove a mapping's rule."""
    return ("advfirewall", "firewall", "delete", "rule", f"name={rule_name(token)}")


def typed(lines: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The same, for whoever prefers to type it into an administrator's prompt."""
    return tuple(
        "netsh "
        + " ".join(
            f'{word.partition("=")[0]}="{word.partition("=")[2]}"' if " " in word else word
            for word in line
        )
        for line in lines
    )


def tell_netsh(line: Sequence[str]) -> bool:
    """Have netsh do it, which only an administrator may; false if it did not."""
    netsh = os.path.join(  # noqa: PTH118 - a path of Windows, also where this is tested
        os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "netsh.exe"
    )
    done = subprocess.run(  # noqa: S603 - a program of the system, by its full path
        [netsh, *line],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    return done.returncode == 0
