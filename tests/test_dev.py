"""What dev.py promises a newcomer: it sets up once, repairs itself, and says what to do."""

import ast
import os
import re
import runpy
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

import dev

REPOSITORY = Path(dev.__file__).parent


class Machine:
    """A machine that does what dev.py calls for without doing it, and remembers each call."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.calls: list[str] = []
        self.failing = ""
        self.missing: set[str] = set()

    def call(self, *command: str | Path) -> bool:
        words = " ".join(str(word) for word in command)
        if " venv " in words:
            self.calls.append("venv")
            dev.PYTHON.parent.mkdir(parents=True, exist_ok=True)
            dev.PYTHON.touch()
            Path(sysconfig.get_path("purelib", "venv", {"base": str(dev.VENV)})).mkdir(
                parents=True, exist_ok=True
            )
        elif " pip " in words:
            assert "--require-hashes" in words
            self.calls.append(f"pip {Path(command[-1]).name}")
        else:
            self.calls.append(words)
        if self.failing and self.failing in words:
            return False
        if " install " in words:
            self.missing -= {dev.LIBRARIES[name] for name in command if name in dev.LIBRARIES}
        return True

    def take_calls(self) -> list[str]:
        calls, self.calls = self.calls, []
        return calls


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Lay out a checkout with locks and no .venv, on a Debian with every library, as root."""
    machine = Machine(tmp_path)
    (tmp_path / "requirements.lock").write_text("a==1\n")
    (tmp_path / "requirements-test.lock").write_text("a==1\nb==1\n")
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "debian_Packages").touch()
    venv = tmp_path / ".venv"
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", venv)
    monkeypatch.setattr(dev, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(dev, "STAMP", venv / "portway-setup")
    monkeypatch.setattr(dev, "APT_LISTS", lists)
    monkeypatch.setattr(dev, "call", machine.call)
    monkeypatch.setattr(dev, "loads", lambda library: library not in machine.missing)
    monkeypatch.setattr(dev, "has_font", lambda: True)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    return machine


# The virtual environment.


def test_the_first_start_makes_the_environment_and_the_second_does_nothing(
    machine: Machine,
) -> None:
    dev.set_up_venv("run")
    assert machine.take_calls() == ["venv", "pip requirements.lock"]
    dev.set_up_venv("run")
    assert machine.take_calls() == []


def test_test_tools_go_on_top_of_what_run_installed(machine: Machine) -> None:
    dev.set_up_venv("run")
    machine.take_calls()
    dev.set_up_venv("test")
    assert machine.take_calls() == ["pip requirements-test.lock"]
    dev.set_up_venv("test")
    dev.set_up_venv("run")
    assert machine.take_calls() == []


def test_a_changed_runtime_lock_makes_the_environment_anew(machine: Machine) -> None:
    dev.set_up_venv("test")
    machine.take_calls()
    (machine.root / "requirements.lock").write_text("a==2\n")
    dev.set_up_venv("test")
    assert machine.take_calls() == ["venv", "pip requirements-test.lock"]


def test_a_changed_test_lock_does_not_hold_up_a_start(machine: Machine) -> None:
    dev.set_up_venv("test")
    machine.take_calls()
    (machine.root / "requirements-test.lock").write_text("a==1\nb==2\n")
    dev.set_up_venv("run")
    assert machine.take_calls() == []
    dev.set_up_venv("test")
    assert machine.take_calls() == ["pip requirements-test.lock"]


def test_another_python_makes_the_environment_anew(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev.set_up_venv("run")
    machine.take_calls()
    monkeypatch.setattr(sys, "base_prefix", "/opt/another")
    dev.set_up_venv("run")
    assert machine.take_calls() == ["venv", "pip requirements.lock"]


def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine) -> None:
    dev.set_up_venv("run")
    machine.take_calls()
    dev.PYTHON.unlink()
    dev.set_up_venv("run")
    assert machine.take_calls() == ["venv", "pip requirements.lock"]


@pytest.mark.parametrize("before", ["nothing", "run"])
def test_an_installation_cut_short_is_not_trusted(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    if before != "nothing":
        dev.set_up_venv(before)

    def killed(*command: str | Path) -> bool:
        if "pip" in command:
            raise KeyboardInterrupt
        return machine.call(*command)

    with monkeypatch.context() as patch:
        patch.setattr(dev, "call", killed)
        with pytest.raises(KeyboardInterrupt):
            dev.set_up_venv("test")
    machine.take_calls()
    dev.set_up_venv("test")
    assert machine.take_calls() == ["venv", "pip requirements-test.lock"]


def test_a_start_still_works_where_the_test_tools_could_not_be_installed(
    machine: Machine,
) -> None:
    dev.set_up_venv("run")
    machine.failing = "requirements-test.lock"
    with pytest.raises(SystemExit):
        dev.set_up_venv("test")
    machine.take_calls()
    dev.set_up_venv("run")
    assert machine.take_calls() == []


def test_a_removal_cut_short_is_not_trusted(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: str | Path) -> bool:
        raise KeyboardInterrupt

    dev.set_up_venv("test")
    (machine.root / "requirements.lock").write_text("a==2\n")
    with monkeypatch.context() as patch:
        patch.setattr(dev, "call", killed)
        with pytest.raises(KeyboardInterrupt):
            dev.set_up_venv("run")
    (machine.root / "requirements.lock").write_text("a==1\n")
    machine.take_calls()
    dev.set_up_venv("test")
    assert machine.take_calls() == ["venv", "pip requirements-test.lock"]


def test_a_failed_installation_ends_with_words_and_is_tried_again(machine: Machine) -> None:
    machine.failing = " pip "
    with pytest.raises(SystemExit, match="pip could not install"):
        dev.set_up_venv("run")
    machine.failing = ""
    machine.take_calls()
    dev.set_up_venv("run")
    assert machine.take_calls() == ["venv", "pip requirements.lock"]


def test_the_environment_finds_the_packages_from_any_folder(machine: Machine) -> None:
    dev.set_up_venv("run")
    (path_file,) = dev.VENV.rglob("portway.pth")
    line = path_file.read_text().strip()
    assert not Path(line).is_absolute(), "the checkout may be moved"
    assert (path_file.parent / line).resolve() == machine.root


# System packages.


APT = "env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120"
INSTALL = f"{APT} install -y --no-install-recommends"


def test_nothing_is_asked_of_apt_when_nothing_is_missing(machine: Machine) -> None:
    dev.set_up_system()
    assert machine.calls == []


def test_only_missing_libraries_are_installed(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.missing = {"libEGL.so.1", "libxcb-cursor.so.0"}
    dev.set_up_system()
    assert machine.calls == [f"{INSTALL} libegl1 libxcb-cursor0"]
    assert "apt-get install libegl1 libxcb-cursor0" in capsys.readouterr().err


def test_package_lists_are_fetched_where_there_are_none(machine: Machine) -> None:
    (dev.APT_LISTS / "debian_Packages").unlink()
    assert dev.install_packages(["libegl1"])
    assert machine.calls == [f"{APT} update", f"{INSTALL} libegl1"]


def test_package_lists_are_fetched_again_when_they_are_too_old(machine: Machine) -> None:
    machine.failing = "install"
    assert not dev.install_packages(["libegl1"])
    assert machine.calls == [f"{INSTALL} libegl1", f"{APT} update", f"{INSTALL} libegl1"]


def test_sudo_is_asked_only_by_who_is_not_root(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert dev.install_packages(["libegl1"])
    assert machine.calls == [f"sudo {INSTALL} libegl1"]
    assert "sudo may ask for a password" in capsys.readouterr().err


def test_without_apt_the_missing_libraries_are_named_and_the_start_goes_on(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    machine.missing = {"libEGL.so.1"}
    dev.set_up_system()
    assert machine.calls == []
    assert "no window without: libEGL.so.1 (libegl1)" in capsys.readouterr().err


def test_a_missing_font_is_installed(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "has_font", lambda: False)
    dev.set_up_system()
    assert machine.calls == [f"{INSTALL} {dev.FONT}"]


def test_a_python_without_ensurepip_gets_its_debian_package(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    dev.set_up_venv("run")
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    assert machine.calls == [f"{INSTALL} {package}", "venv", "pip requirements.lock"]


# The checks.


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Sequence[str], str]]:
    """Collect the checks that would run and their Qt platform; ruff's fail, the rest are well."""
    ran: list[tuple[Sequence[str], str]] = []

    def check(
        command: Sequence[str], *, cwd: Path, env: dict[str, str], check: bool
    ) -> subprocess.CompletedProcess[str]:
        assert cwd == REPOSITORY
        assert not check
        ran.append((command[2:], env["QT_QPA_PLATFORM"]))
        return subprocess.CompletedProcess(command, int("ruff" in command))

    monkeypatch.setattr(subprocess, "run", check)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    return ran


def test_every_check_runs_and_one_failure_is_the_verdict(
    ran: list[tuple[Sequence[str], str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.test(["-k", "name"]) == 1
    assert [command for command, _ in ran] == [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["pytest", "-k", "name"],
    ]
    summary = capsys.readouterr().out
    assert re.search(r"lint FAILED .*format FAILED .*types ok .*tests ok", summary)


def test_all_well_is_status_zero(
    ran: list[tuple[Sequence[str], str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "CHECKS", {"tests": ("pytest",)})
    assert dev.test([]) == 0
    assert len(ran) == 1


def test_checks_are_headless_unless_the_caller_chose_a_platform(
    ran: list[tuple[Sequence[str], str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    dev.test([])
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    dev.test([])
    assert [platform for _, platform in ran] == ["offscreen"] * 4 + ["xcb"] * 4


# The command itself.


@pytest.mark.parametrize(
    ("arguments", "status"), [([], 2), (["dance"], 2), (["-h"], 0), (["--help"], 0)]
)
def test_its_help_names_both_commands(
    arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(arguments) == status
    out, err = capsys.readouterr()
    assert "dev.py run" in (err if status else out)
    assert "dev.py test" in (err if status else out)


def test_ctrl_c_during_set_up_ends_with_words(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: str | Path) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(dev, "call", interrupted)
    assert dev.main(["run"]) == 130
    assert "the next start takes up from here" in capsys.readouterr().err


def test_an_older_python_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", {"python3.12": "/usr/bin/python3.12"}.get)
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(dev.__file__)
    monkeypatch.undo()
    assert str(ended.value) == (
        "Portway needs Python 3.11 or newer; this is 3.9. "
        "Start dev.py with python3.12, which is here."
    )


def test_an_older_python_can_read_far_enough_to_say_so() -> None:
    source = Path(dev.__file__).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))


# The locks.


def pins(lock: str) -> dict[str, str]:
    """Read a lock: package -> its whole entry, hashes included."""
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    entries = re.findall(r"^([a-z0-9-]+)(==[^#]*?)(?=^\S|^    #|\Z)", text, re.MULTILINE)
    return dict(entries)


def test_test_lock_holds_the_runtime_exactly() -> None:
    runtime, everything = pins("requirements.lock"), pins("requirements-test.lock")
    assert runtime
    for name, entry in runtime.items():
        on_all_systems = re.sub(r" ; sys_platform[^\\]*", " ", entry)
        assert everything[name] in (entry, on_all_systems)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_every_pin_has_a_hash_and_no_lock_names_a_place(lock: str) -> None:
    assert all("--hash=sha256:" in entry for entry in pins(lock).values())
    assert "://" not in (REPOSITORY / lock).read_text(encoding="utf-8")


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[^A-Za-z0-9-]", line)[0].lower() for line in requirements}

    assert names(project["dependencies"]) <= pins("requirements.lock").keys()
    extra = project["optional-dependencies"]["test"]
    assert names(extra) <= pins("requirements-test.lock").keys()
