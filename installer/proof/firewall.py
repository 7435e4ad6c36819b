"""Rules in Windows' firewall while the setup is proven: ours, others', and what becomes of each.

Wine has no firewall: there a stand-in for netsh keeps the rules where Windows does.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.config.address import PortRange
from core.config.mapping import Protocol
from core.system.elevation import is_elevated
from core.system.windows_firewall import (
    POLICY,
    PROFILES,
    line_to_remove,
    lines_to_allow,
    own_tokens,
    read_policy,
    rule_name,
    tell_netsh,
)
from installer.project import fail, say

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN, OTHERS_TOKEN = "0123456789abcdef", "fedcba9876543210"
PORTS = PortRange(18443, 18444)
ELSEWHERE = r"C:\Elsewhere\Portway.exe"
"""Another copy of Portway, whose rules are none of the uninstaller's business."""
HAND_MADE = "Made by hand for Portway"
OVERRIDES = r"Software\Wine\DllOverrides"

STAND_IN = """\
import json, sys, uuid, winreg

with open({told!r}, "a", encoding="utf-8") as told:
    print(json.dumps(sys.argv[1:]), file=told)
rules = winreg.CreateKey(winreg.HKEY_LOCAL_MACHINE, {folder!r})
match sys.argv[1:]:
    case ["advfirewall", "firewall", "add", "rule", *words]:
        words = dict(word.split("=", 1) for word in words)
        assert (words["dir"], words["action"]) == ("in", "allow")
        number = {{"TCP": 6, "UDP": 17}}[words["protocol"]]
        text = "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=%d|LPort=%s|App=%s|Name=%s|" % (
            number, words["localport"], words["program"], words["name"])
        winreg.SetValueEx(rules, "{{%s}}" % uuid.uuid4(), 0, winreg.REG_SZ, text)
    case ["advfirewall", "firewall", "delete", "rule", word] if word.startswith("name="):
        count = winreg.QueryInfoKey(rules)[1]
        values = [winreg.EnumValue(rules, at)[:2] for at in range(count)]
        gone = [name for name, text in values if "|Name=%s|" % word[5:] in text]
        for name in gone:
            winreg.DeleteValue(rules, name)
        sys.exit(not gone)
    case _:
        sys.exit(1)
"""


class Rules:
    """Those there are now, and what netsh was told, where that can be known."""

    def __init__(self, told: Path | None) -> None:
        """`told` is where the stand-in writes it down."""
        self._told = told

    @property
    def told(self) -> list[tuple[str, ...]]:
        """What the stand-in was told, the newest last."""
        if self._told is None or not self._told.exists():
            return []
        return [tuple(json.loads(line)) for line in self._told.read_text("utf-8").splitlines()]

    def prepare(self, program: Path) -> None:
        """Have the installed program make a rule; others make some that look like it."""
        done = subprocess.run(
            [program, "firewall-rule", "allow", TOKEN, "both", str(PORTS)], check=False
        )
        if done.returncode or own_tokens(read_policy(), str(program)) != (TOKEN,):
            fail(f"the installed program made no rule, status {done.returncode}: {_named()}")
        (line,) = lines_to_allow(OTHERS_TOKEN, ELSEWHERE, Protocol.TCP, PORTS)
        (by_hand,) = lines_to_allow(TOKEN, str(program), Protocol.TCP, PORTS)
        by_hand = tuple(
            f"name={HAND_MADE}" if word.startswith("name=") else word for word in by_hand
        )
        if not tell_netsh(line) or not tell_netsh(by_hand):
            fail("netsh made no rules for others")
        for words in (["remove-all", TOKEN], ["remove", "all"], ["remove", f"{TOKEN} x"]):
            status = subprocess.run([program, "firewall-rule", *words], check=False).returncode
            if status != 2:
                fail(f"firewall-rule {words} ended with {status}")
        self._before = _named()
        self._told_before = len(self.told)

    def check_kept(self, program: Path) -> None:
        """An upgrade leaves them all."""
        if _named() != self._before or own_tokens(read_policy(), str(program)) != (TOKEN,):
            fail(f"the rules were {sorted(self._before)} and are {sorted(_named())}")

    def check_removed(self) -> None:
        """The uninstaller removed ours, by one command that names it, and no other."""
        expected = {rule for rule in self._before if rule[0] != rule_name(TOKEN)}
        if _named() != expected:
            fail(f"of the rules {sorted(self._before)} there are left {sorted(_named())}")
        new = self.told[self._told_before :]
        if self._told is not None and new != [line_to_remove(TOKEN)]:
            fail(f"netsh was told {new}")
        self._told_before = len(self.told)

    def check_nothing_told(self) -> None:
        """Without a rule there is nothing to be an administrator for."""
        if new := self.told[self._told_before :]:
            fail(f"netsh was told {new}, and there was no rule of ours")


def _named() -> set[tuple[str, str]]:
    """The names of all inbound rules, and for which programs they are."""
    policy = read_policy()
    if policy is None:
        fail("the rules of the firewall cannot be read")
    return {(rule.name, rule.program.lower()) for rule in policy.rules}


@contextlib.contextmanager
def rules_of_the_firewall(*, wine: bool) -> Iterator[Rules | None]:
    """For the time of a proof; None where nobody may change them. Leaves none of its own."""
    if not is_elevated():
        say("NOT PROVEN: rules in the firewall, which only an administrator makes")
        yield None
        return
    with contextlib.ExitStack() as ended:
        told = ended.enter_context(_stand_in()) if wine else None
        try:
            yield Rules(told)
        finally:
            for name in (rule_name(TOKEN), rule_name(OTHERS_TOKEN), HAND_MADE):
                tell_netsh(("advfirewall", "firewall", "delete", "rule", f"name={name}"))


def _starter() -> Path:
    """A program of setuptools' that starts the script which lies beside it under its name."""
    found = find_spec("setuptools")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).with_name("cli-64.exe")


@contextlib.contextmanager
def _stand_in() -> Iterator[Path]:
    """Put it in the place of Wine's own, which does nothing; gives what it writes down."""
    import winreg as reg  # not on the system that this is checked on

    win: Any = reg
    folder = Path(os.environ["SYSTEMROOT"]) / "System32"
    netsh, script = folder / "netsh.exe", folder / "netsh-script.py"
    told = folder / "netsh-told.txt"
    rules = rf"{POLICY}\FirewallRules"
    keys = [*(rf"{POLICY}\{name}" for name in PROFILES), rules]
    original = netsh.read_bytes()
    with win.CreateKey(win.HKEY_CURRENT_USER, OVERRIDES) as overrides:
        try:
            win.SetValueEx(overrides, netsh.name, 0, win.REG_SZ, "native")
            for key in keys:
                win.CloseKey(win.CreateKey(win.HKEY_LOCAL_MACHINE, key))
            netsh.unlink()
            shutil.copyfile(_starter(), netsh)
            text = STAND_IN.format(told=str(told), folder=rules)
            script.write_text(f"#!{sys.executable}\n{text}", encoding="utf-8")
            yield told
        finally:
            netsh.unlink(missing_ok=True)
            netsh.write_bytes(original)
            script.unlink(missing_ok=True)
            told.unlink(missing_ok=True)
            win.DeleteValue(overrides, netsh.name)
            for key in keys:
                win.DeleteKey(win.HKEY_LOCAL_MACHINE, key)
