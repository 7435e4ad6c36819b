"""Which ports need rights, and the command lines that give them."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.system import rights

if TYPE_CHECKING:
    import pytest


def test_the_systems_setting_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    setting = tmp_path / "start"
    setting.write_text("80\n")
    monkeypatch.setattr(rights, "_SETTING", setting)
    monkeypatch.setattr(sys, "platform", "linux")
    assert rights.first_free_for_all() == 80
    setting.unlink()
    assert rights.first_free_for_all() == 1024
    monkeypatch.setattr(sys, "platform", "win32")
    assert rights.first_free_for_all() == 1


def test_a_low_port_needs_root_or_a_capability(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    status = tmp_path / "status"
    monkeypatch.setattr(rights, "_STATUS", status)
    monkeypatch.setattr(rights, "first_free_for_all", lambda: 1024)
    assert rights.may_listen_on(1024)
    assert not rights.may_listen_on(1023)
    for mask, may in (("0000000000000000", False), ("0000000000000400", True)):
        status.write_text(f"Name:\tpython\nCapEff:\t{mask}\n")
        assert rights.may_listen_on(80) is may


def test_the_commands_name_the_port_and_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    setting = "net.ipv4.ip_unprivileged_port_start=443"
    assert shlex.split(rights.allow_until_restart(443)) == ["sudo", "sysctl", setting]
    assert setting in rights.allow_for_good(443)
    line = rights.allow_program()
    assert line is not None
    program = line.split()[-1]
    assert Path(program).samefile(sys.executable)
    assert not Path(program).is_symlink()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert rights.allow_program() is None
