"""Rules in Windows' firewall whose mapping goes by the command line: removed, or told, not kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from core.config.store import Store
from core.system import elevation, windows_firewall
from core.system.windows_firewall import EVERY_PROFILE, Policy, line_to_remove, parse_rule, token_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.core.cli.commands import Ended

    Portway = Callable[..., Ended]


class Windows:
    """A firewall with rules for some mappings, and what it was told."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self.names: list[str] = []
        self.told: list[tuple[str, ...]] = []
        self.elevated = False
        self.obeys = True

    def token(self, name: str) -> str:
        (found,) = [one for one in Store(self._profile).load().profile.mappings if one.name == name]
        return token_of(found)

    def has_rule_for(self, name: str) -> str:
        token = self.token(name)
        self.names.append(f"Portway {token}")
        return token

    def policy(self) -> Policy:
        texts = [f"v2|Action=Allow|Active=TRUE|Dir=In|Name={name}|" for name in self.names]
        return Policy(EVERY_PROFILE, tuple(rule for text in texts if (rule := parse_rule(text))))

    def tell(self, line: Sequence[str]) -> bool:
        self.told.append(tuple(line))
        return self.obeys


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch, profile: Path, portway: Portway) -> Windows:
    """Three mappings, the last of them for this computer alone."""
    windows = Windows(profile)
    monkeypatch.setattr(windows_firewall, "read_policy", windows.policy)
    monkeypatch.setattr(windows_firewall, "tell_netsh", windows.tell)
    monkeypatch.setattr(elevation, "is_elevated", lambda: windows.elevated)
    for name, listen in (("Web", "*:8080"), ("Mail", "*:2525"), ("Here", "127.0.0.1:9000")):
        assert portway("add", "--name", name, listen, "h:80").status == 0
    return windows


def test_whoever_removes_a_mapping_is_told_how_to_remove_its_rule(
    windows: Windows, portway: Portway
) -> None:
    token = windows.has_rule_for("Web")
    windows.has_rule_for("Mail")
    done = portway("remove", "Web")
    assert done.status == 0
    assert done.out == "removed tcp *:8080 -> h:80  # Web\n"
    assert done.err == (
        "portway: Web: its rule in Windows' firewall is still there. To remove it, type as "
        f'administrator: netsh advfirewall firewall delete rule name="Portway {token}"\n'
    )
    assert windows.told == []


def test_it_is_an_object_for_programs(windows: Windows, portway: Portway) -> None:
    token = windows.has_rule_for("Web")
    (line,) = portway("remove", "Web", "--json").err.splitlines()
    said = json.loads(line)
    assert said["event"] == "notice"
    assert f'"Portway {token}"' in said["text"]


def test_an_administrator_has_it_removed_at_once(windows: Windows, portway: Portway) -> None:
    windows.elevated = True
    token = windows.has_rule_for("Web")
    done = portway("remove", "Web", "Mail", "Here")
    assert windows.told == [line_to_remove(token)], "of Mail there is no rule"
    assert done.err == "portway: Web: its rule in Windows' firewall was removed, too.\n"


def test_where_that_fails_the_command_is_told(windows: Windows, portway: Portway) -> None:
    windows.elevated, windows.obeys = True, False
    windows.has_rule_for("Web")
    assert "type as administrator" in portway("remove", "Web").err


def test_without_a_rule_nothing_is_said(windows: Windows, portway: Portway) -> None:
    windows.has_rule_for("Mail")
    assert portway("remove", "Web").err == ""
    assert portway("edit", "Mail", "--target", "h:81").err == ""


def test_a_mapping_that_closes_to_others_does_not_need_its_rule(
    windows: Windows, portway: Portway
) -> None:
    token = windows.has_rule_for("Web")
    done = portway("edit", "Web", "--listen", "127.0.0.1:8080")
    assert done.status == 0
    assert f'"Portway {token}"' in done.err


def test_where_the_firewall_cannot_be_read_nothing_is_said(
    windows: Windows, portway: Portway, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows.has_rule_for("Web")
    monkeypatch.setattr(windows_firewall, "read_policy", lambda: None)
    done = portway("remove", "Web")
    assert (done.status, done.err) == (0, "")
