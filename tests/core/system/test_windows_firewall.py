"""Windows' firewall as its registry tells of it, and what netsh is told to change."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest

from core.config.address import PortRange
from core.config.mapping import Mapping, Protocol
from core.system import elevation, windows_firewall
from core.system.windows_firewall import (
    EVERY_PROFILE,
    Access,
    Policy,
    access,
    line_to_remove,
    lines_to_allow,
    own_tokens,
    parse_rule,
    read_policy,
    rule_name,
    token_of,
    typed,
)

US = r"C:\Users\张 三\AppData\Local\Programs\Portway\portway.exe"
OURS = f"App={US.lower()}|"
TCP = "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|"
BLOCK = "v2.31|Action=Block|Active=TRUE|Dir=In|"
PORTS = PortRange(8000, 8010)


def judged(*texts: str, protocol: Protocol = Protocol.TCP, **more: Any) -> Access:
    rules = tuple(rule for text in texts if (rule := parse_rule(text)) is not None)
    policy = Policy(more.get("guarded", EVERY_PROFILE), rules)
    return access(policy, US, protocol, PORTS)


@pytest.mark.parametrize(
    "rule",
    [
        TCP + OURS,
        TCP + "LPort2_10=8000-8010|" + OURS,
        TCP + "LPort=80|LPort2_10=7000-9000|",
        "v2.0|Action=Allow|Active=TRUE|Dir=In|" + OURS + "Name=@x,-1|Desc=|EmbedCtxt=y|",
    ],
)
def test_a_rule_that_covers_program_and_ports_lets_others_in(rule: str) -> None:
    assert judged(rule) is Access.OPEN


@pytest.mark.parametrize(
    "rule",
    [
        TCP + "LPort=8000|" + OURS,  # one of eleven
        TCP + r"App=C:\Windows\other.exe|",
        TCP.replace("TRUE", "FALSE") + OURS,
        TCP.replace("Dir=In", "Dir=Out") + OURS,
        TCP.replace("Protocol=6", "Protocol=17") + OURS,
        TCP + "Profile=Private|" + OURS,
        TCP + "RA4=LocalSubnet|" + OURS,  # not everyone
        TCP + "LPort=RPC|" + OURS,
        TCP + "PFN=Some.App_x|",
        "nonsense",
        "",
    ],
)
def test_a_rule_about_something_else_does_not(rule: str) -> None:
    assert judged(rule) is Access.CLOSED


def test_a_block_outweighs_what_others_allow() -> None:
    """Windows adds one when somebody says no to its own question."""
    allow = TCP + OURS
    assert judged(allow, BLOCK + "Protocol=6|" + OURS) is Access.BLOCKED
    assert judged(allow, BLOCK + "Protocol=6|LPort=8005|") is Access.BLOCKED
    assert judged(allow, BLOCK + "Protocol=6|LPort=9000|" + OURS) is Access.OPEN
    assert judged(allow, BLOCK + "Protocol=17|" + OURS) is Access.OPEN


def test_tcp_and_udp_both_need_a_rule() -> None:
    udp = TCP.replace("Protocol=6", "Protocol=17") + OURS
    assert judged(TCP + OURS, protocol=Protocol.BOTH) is Access.CLOSED
    assert judged(TCP + OURS, udp, protocol=Protocol.BOTH) is Access.OPEN


def test_kinds_of_network_where_the_firewall_is_off_need_none() -> None:
    private = frozenset({"Private"})
    assert judged(TCP + "Profile=Private|" + OURS, guarded=private) is Access.OPEN
    assert judged(guarded=frozenset[str]()) is Access.OPEN
    assert judged(TCP + "Profile=Public|" + OURS, guarded=private) is Access.CLOSED
    assert judged(BLOCK + "Profile=Public|" + OURS, TCP + OURS, guarded=private) is Access.OPEN


def test_what_cannot_be_read_is_not_known() -> None:
    assert access(None, US, Protocol.TCP, PORTS) is Access.UNKNOWN
    if sys.platform != "win32":
        assert read_policy() is None


def mapping(identity: str = "any") -> Mapping:
    return Mapping(
        id=identity, listen_ports=PORTS, target_host="a", target_ports=PortRange.single(80)
    )


def test_the_rule_that_is_added_is_the_one_that_is_looked_for() -> None:
    token = token_of(mapping())
    tcp, udp = lines_to_allow(token, US, Protocol.BOTH, PORTS)
    assert tcp[:4] == ("advfirewall", "firewall", "add", "rule")
    fields = dict(word.split("=", 1) for word in tcp[4:])
    assert fields["name"] == f"Portway {token}"
    assert (fields["program"], fields["protocol"], fields["localport"]) == (US, "TCP", "8000-8010")
    assert "protocol=UDP" in udp
    rule = TCP + f"LPort2_10=8000-8010|{OURS}Name={fields['name']}|"
    assert judged(rule) is Access.OPEN
    parsed = parse_rule(rule)
    assert parsed is not None
    others = parse_rule(TCP + "App=C:\\x.exe|Name=Portway 0123456789abcdef|")
    assert others is not None
    policy = Policy(EVERY_PROFILE, (parsed, others))
    assert own_tokens(policy, US) == (token,)
    assert line_to_remove(token)[-1] == f"name=Portway {token}"


@pytest.mark.parametrize("identity", ['" & calc & "', "../../x", "a" * 9999, "", "张三"])
def test_no_id_gets_into_a_command(identity: str) -> None:
    token = token_of(mapping(identity))
    assert rule_name(token) == f"Portway {token}"
    assert token.isalnum()
    assert len(token) == 16


@pytest.mark.parametrize("token", ["", "x" * 16, "0123456789abcde", "0123456789abcdef dir=out"])
def test_what_is_no_token_names_no_rule(token: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(token) + "$"):
        line_to_remove(token)


def test_the_line_to_type_quotes_what_has_spaces() -> None:
    (line,) = typed(lines_to_allow("0123456789abcdef", US, Protocol.TCP, PORTS))
    assert line.startswith("netsh advfirewall firewall add rule ")
    assert f'program="{US}"' in line
    assert 'name="Portway 0123456789abcdef"' in line


def test_netsh_is_called_by_its_full_path(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        called.append(command)
        return subprocess.CompletedProcess(command, len(called) - 1)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setenv("SYSTEMROOT", "C:/Windows")
    assert windows_firewall.tell_netsh(("a",))
    assert not windows_firewall.tell_netsh(("a",))
    assert called[0][0].replace("\\", "/") == "C:/Windows/System32/netsh.exe"


def test_our_own_program_is_what_is_elevated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", US)
    words = ("firewall-rule", "remove", "0123456789abcdef")
    assert elevation.own_command(words) == (US, "-P -m gui " + " ".join(words))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert elevation.own_command(words) == (US, " ".join(words))


@pytest.mark.skipif(sys.platform != "win32", reason="reads the registry of Windows")
def test_the_rules_of_this_windows_can_be_read() -> None:
    if sys.platform == "win32":
        import winreg

        rule = TCP + f"LPort2_10=8000-8010|{OURS}Name=Portway 0123456789abcdef|"
        root = r"Software\PortwayTest"
        keys = [rf"{root}\{name}" for name in (*windows_firewall.PROFILES, "FirewallRules")]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(windows_firewall, "POLICY", root)
            patch.setattr(winreg, "HKEY_LOCAL_MACHINE", winreg.HKEY_CURRENT_USER)
            assert read_policy() is None
            try:
                for key in keys:
                    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as made:
                        winreg.SetValueEx(made, "{1}", 0, winreg.REG_SZ, rule)
                        if key.endswith("PublicProfile"):
                            winreg.SetValueEx(made, "EnableFirewall", 0, winreg.REG_DWORD, 0)
                policy = read_policy()
            finally:
                for key in (*keys, root):
                    winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)
        assert policy is not None
        assert policy.guarded == {"Domain", "Private"}
        assert access(policy, US, Protocol.TCP, PORTS) is Access.OPEN
        assert own_tokens(policy, US) == ("0123456789abcdef",)
