"""The command that runs as administrator: it does three things, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.cli.firewall_rule import arguments_to_allow, arguments_to_remove
from core.cli.main import main
from core.config.address import PortRange
from core.config.mapping import Protocol
from core.system import elevation, windows_firewall
from core.system.elevation import Outcome
from core.system.windows_firewall import EVERY_PROFILE, Policy, parse_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

TOKEN = "0123456789abcdef"
US = r"C:\Program Files\Portway\portway.exe"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What netsh was told to do."""
    told: list[tuple[str, ...]] = []

    def tell(line: Sequence[str]) -> bool:
        told.append(tuple(line))
        return True

    monkeypatch.setattr(windows_firewall, "tell_netsh", tell)
    monkeypatch.setattr(windows_firewall, "this_program", lambda: US)
    return told


def test_a_rule_is_made_anew_for_ports_of_our_own_program(told: list[tuple[str, ...]]) -> None:
    ports = PortRange(8000, 8010)
    assert main(arguments_to_allow(TOKEN, Protocol.BOTH, ports)) == 0
    assert [line[2] for line in told] == ["delete", "add", "add"]
    assert all(f"name=Portway {TOKEN}" in line for line in told)
    assert all(f"program={US}" in line and "dir=in" in line for line in told[1:])


def test_a_rule_is_removed(told: list[tuple[str, ...]]) -> None:
    assert main(arguments_to_remove(TOKEN)) == 0
    assert told == [windows_firewall.line_to_remove(TOKEN)]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["allow"],
        ["allow", TOKEN, "tcp"],
        ["allow", TOKEN, "icmp", "80"],
        ["allow", TOKEN, "tcp", "0"],
        ["allow", TOKEN, "tcp", "80 program=calc"],
        ["allow", TOKEN + " dir=out", "tcp", "80"],
        ["allow", TOKEN.upper(), "tcp", "80"],
        ["allow", TOKEN, "tcp", "80", "more"],
        ["remove"],
        ["remove", "all"],
        ["remove-all", TOKEN],
        ["disable"],
    ],
)
def test_anything_else_is_refused(told: list[tuple[str, ...]], words: list[str]) -> None:
    assert main(["firewall-rule", *words]) == 2
    assert told == []


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rules of ours and one of another Portway."""
    texts = [
        f"v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol={kind}|App={app}|Name=Portway {token}|"
        for kind, app, token in (
            (6, US, TOKEN), (17, US, TOKEN), (6, US.upper(), "f" * 16), (6, r"D:\p.exe", "e" * 16),
        )
    ]  # fmt: skip
    found = tuple(rule for text in texts if (rule := parse_rule(text)) is not None)
    monkeypatch.setattr(windows_firewall, "read_policy", lambda: Policy(EVERY_PROFILE, found))


@pytest.mark.usefixtures("rules")
def test_the_uninstaller_has_all_of_ours_removed(
    told: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elevation, "is_elevated", lambda: True)
    assert main(["firewall-rule", "remove-all"]) == 0
    assert told == [windows_firewall.line_to_remove(token) for token in (TOKEN, "f" * 16)]


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(("outcome", "status"), [(Outcome.DONE, 0), (Outcome.DECLINED, 1)])
def test_for_that_it_asks_windows_once(
    told: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, outcome: Outcome, status: int
) -> None:
    asked: list[Sequence[str]] = []
    monkeypatch.setattr(elevation, "is_elevated", lambda: False)

    def elevate(words: Sequence[str]) -> Outcome:
        asked.append(words)
        return outcome

    monkeypatch.setattr(elevation, "run_elevated", elevate)
    assert main(["firewall-rule", "remove-all"]) == status
    assert asked == [("firewall-rule", "remove-all")]
    assert told == []


@pytest.mark.parametrize("policy", [None, Policy(EVERY_PROFILE)])
def test_with_no_rule_it_asks_for_nothing(
    told: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, policy: Policy | None
) -> None:
    monkeypatch.setattr(windows_firewall, "read_policy", lambda: policy)
    monkeypatch.setattr(elevation, "run_elevated", lambda _words: pytest.fail("asked"))
    assert main(["firewall-rule", "remove-all"]) == 0
    assert told == []


def test_it_is_not_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "firewall" not in capsys.readouterr().out
