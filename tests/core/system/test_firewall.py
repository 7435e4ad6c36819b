"""Which firewalls are switched on, told by what any user may read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from core.config.mapping import Protocol
from core.system import firewall
from core.system.firewall import firewalls

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A Linux machine without any."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(firewall, "_UFW", tmp_path / "ufw.conf")
    monkeypatch.setattr(firewall, "_ENABLED", tmp_path / "systemd")
    monkeypatch.setattr(firewall, "_runs", lambda _: False)
    return tmp_path


def test_where_there_is_none_none_is_named() -> None:
    assert firewalls("8080", Protocol.TCP) == ()


def test_ufw_is_known_by_its_configuration(bare: Path) -> None:
    (bare / "ufw.conf").write_text("# a comment\nENABLED=no\nLOGLEVEL=low\n")
    assert firewalls("8080", Protocol.TCP) == ()
    (bare / "ufw.conf").write_text("ENABLED=yes\n")
    (found,) = firewalls("20000-20009", Protocol.BOTH)
    assert found.name == "ufw"
    assert found.allow == ("sudo ufw allow 20000:20009/tcp", "sudo ufw allow 20000:20009/udp")


def test_nftables_is_known_by_its_service(bare: Path) -> None:
    wants = bare / "systemd" / "sysinit.target.wants"
    wants.mkdir(parents=True)
    (wants / "nftables.service").touch()
    assert [one.name for one in firewalls("8080", Protocol.TCP)] == ["nftables"]


def test_firewalld_is_known_by_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firewall, "_runs", "firewalld".__eq__)
    (found,) = firewalls("8080", Protocol.UDP)
    assert found.allow[0] == "sudo firewall-cmd --permanent --add-port=8080/udp"


def test_processes_are_found_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert firewall._runs(psutil.Process().name())
    assert not firewall._runs("no such program")


def test_elsewhere_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch, bare: Path) -> None:
    (bare / "ufw.conf").write_text("ENABLED=yes\n")
    monkeypatch.setattr(sys, "platform", "win32")
    assert firewalls("8080", Protocol.TCP) == ()
