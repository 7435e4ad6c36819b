"""Started at log-in: the entry is made, respected, put right and leaves nothing behind."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from core.config.paths import profile_folder
from core.message import PortwayError
from core.system.autostart import DesktopEntry, Start, autostart, start_command, why_not
from core.system.windows_autostart import APPROVED, NAME, RUN, WindowsAutostart

PORTWAY = Start(("/opt/Portway/portway", "--hidden"))


@pytest.fixture
def entry(tmp_path: Path) -> DesktopEntry:
    return at(tmp_path)


def at(folder: Path, start: Start = PORTWAY) -> DesktopEntry:
    return DesktopEntry(start, {"XDG_CONFIG_HOME": str(folder)})


def lines(entry: DesktopEntry) -> list[str]:
    return entry.path.read_text("utf-8").splitlines()


def unquoted(exec_line: str) -> list[str]:
    """Undo what the Desktop Entry Specification asks for: first of strings, then of Exec."""
    text = exec_line.replace("\\\\", "\\")
    words, word, quoted, at = [], "", False, 0
    while at < len(text):
        c = text[at]
        if quoted and c == "\\":
            at += 1
            word += text[at]
        elif c == '"':
            quoted = not quoted
        elif c == " " and not quoted:
            words.append(word)
            word = ""
        else:
            word += c
        at += 1
    # A per cent sign that is alone asks for something, such as the name of a file.
    assert all("%" not in one.replace("%%", "") for one in (*words, word))
    return [one.replace("%%", "%") for one in (*words, word)]


def test_it_is_on_when_it_was_turned_on_and_waits_for_the_panel(entry: DesktopEntry) -> None:
    assert not entry.is_on()
    entry.turn_on()
    assert entry.is_on()
    said = lines(entry)
    assert said[0] == "[Desktop Entry]"
    assert "Type=Application" in said
    assert "TryExec=/opt/Portway/portway" in said  # gone with its package, it starts nothing
    assert "Exec=/opt/Portway/portway --hidden" in said
    assert "X-GNOME-Autostart-Delay=5" in said
    assert "X-KDE-autostart-after=panel" in said
    assert "X-LXQt-Need-Tray=true" in said


def test_off_leaves_nothing_behind(entry: DesktopEntry, tmp_path: Path) -> None:
    entry.turn_on()
    entry.turn_off()
    assert not entry.is_on()
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
    entry.turn_off()  # and is no trouble twice


@pytest.mark.parametrize("refusal", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_what_the_desktops_own_settings_switched_off_stays_off_until_a_click(
    entry: DesktopEntry, tmp_path: Path, refusal: str
) -> None:
    entry.turn_on()
    name = refusal.partition("=")[0]
    kept = [line for line in lines(entry) if not line.startswith(name)]
    entry.path.write_text("\n".join([*kept, refusal, ""]), "utf-8")
    assert not entry.is_on()
    assert not at(tmp_path, Start(("/elsewhere", "--hidden"))).verify()
    assert refusal in lines(entry)
    entry.turn_on()
    assert entry.is_on()


def test_a_portway_that_moved_puts_its_path_right(entry: DesktopEntry, tmp_path: Path) -> None:
    entry.turn_on()
    assert not entry.verify()
    moved = at(tmp_path, Start(("/home/ada/Portway/portway", "--hidden"), "/home/ada"))
    assert moved.verify()
    assert "Exec=/home/ada/Portway/portway --hidden" in lines(entry)
    assert "Path=/home/ada" in lines(entry)
    assert not moved.verify()


def test_what_is_off_is_not_turned_on_by_verifying(entry: DesktopEntry) -> None:
    assert not entry.verify()
    assert not entry.path.exists()


@pytest.mark.parametrize(
    "path",
    ["/opt/My Programs/portway", "/opt/100%/port way", '/odd/"quoted"', "/odd/$HOME`x`", "/a\\b"],
)
def test_any_path_is_quoted_so_that_it_comes_back(tmp_path: Path, path: str) -> None:
    entry = at(tmp_path, Start((path, "--hidden")))
    entry.turn_on()
    (line,) = [one for one in lines(entry) if one.startswith("Exec=")]
    assert unquoted(line.removeprefix("Exec=")) == [path, "--hidden"]
    assert not entry.verify()


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "autostart").write_text("in the way")
    with pytest.raises(OSError, match="autostart"):
        at(tmp_path).turn_on()


def test_a_relative_config_folder_is_ignored() -> None:
    entry = DesktopEntry(PORTWAY, {"XDG_CONFIG_HOME": "relative"})
    assert entry.path == Path.home() / ".config" / "autostart" / "portway.desktop"


# What is started.


def test_a_program_of_its_own_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APPIMAGE", raising=False)
    assert start_command(["portway"], frozen=True) == Start((sys.executable, "--hidden"))


def test_an_image_starts_the_image_not_what_it_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPIMAGE", "/home/ada/Portway.AppImage")
    assert start_command([], frozen=True) == Start(("/home/ada/Portway.AppImage", "--hidden"))


def test_a_checkout_starts_in_its_folder(tmp_path: Path) -> None:
    module = tmp_path / "gui" / "__main__.py"
    start = start_command([str(module)], frozen=False)
    assert start == Start((sys.executable, "-m", "gui", "--hidden"), str(tmp_path))


def test_an_installed_script_starts_the_script(tmp_path: Path) -> None:
    script = tmp_path / "portway"
    script.write_text("#!python")
    assert start_command([str(script)], frozen=False) == Start((str(script), "--hidden"))


def test_what_was_started_in_an_unknown_way_cannot_be_started_again() -> None:
    with pytest.raises(PortwayError):
        start_command(["-c"], frozen=False)


def test_another_profile_and_a_sandbox_say_why_they_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "profile" in str(why_not(tmp_path, {}))
    assert "package" in str(why_not(profile_folder(), {"SNAP_NAME": "portway"}))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert why_not(profile_folder(), {}) is None


# Windows.


class Registry:
    """The user's registry, as far as it is used."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], Any] = {}

    def read(self, key: str, name: str) -> Any:
        return self.values.get((key, name))

    def write(self, key: str, name: str, text: str) -> None:
        self.values[key, name] = text

    def delete(self, key: str, name: str) -> None:
        self.values.pop((key, name), None)


WINDOWS = Start((r"C:\Programs\Portway\Portway.exe", "--hidden"))


@pytest.mark.parametrize(
    ("folder", "command"),
    [
        (r"C:\Programs", r'"C:\Programs\Portway.exe" --hidden'),
        (r"C:\Program Files", r'"C:\Program Files\Portway.exe" --hidden'),
    ],
)
def test_windows_gets_a_quoted_path(folder: str, command: str) -> None:
    registry = Registry()
    entry = WindowsAutostart(Start((rf"{folder}\Portway.exe", "--hidden")), registry)
    entry.turn_on()
    assert registry.values == {(RUN, NAME): command}
    assert entry.is_on()


def test_windows_off_leaves_nothing_behind() -> None:
    registry = Registry()
    entry = WindowsAutostart(WINDOWS, registry)
    entry.turn_on()
    registry.values[APPROVED, NAME] = b"\x02" + bytes(11)
    entry.turn_off()
    assert registry.values == {}
    assert not entry.is_on()


@pytest.mark.parametrize(("first", "on"), [(2, True), (6, True), (3, False), (7, False)])
def test_the_task_manager_is_respected(first: int, on: bool) -> None:
    registry = Registry()
    entry = WindowsAutostart(WINDOWS, registry)
    entry.turn_on()
    registry.values[APPROVED, NAME] = bytes([first]) + bytes(11)
    assert entry.is_on() is on
    moved = WindowsAutostart(Start((r"D:\Portway.exe", "--hidden")), registry)
    assert moved.verify()
    assert registry.values[RUN, NAME] == r'"D:\Portway.exe" --hidden'
    assert moved.is_on() is on, "a new path is no new wish"
    moved.turn_on()
    assert moved.is_on()


@pytest.mark.skipif(sys.platform != "win32", reason="asks the registry itself")
def test_the_registry_itself() -> None:
    entry = autostart(WINDOWS)
    before = entry.is_on()
    entry.turn_on()
    assert entry.is_on()
    assert not entry.verify()
    entry.turn_off()
    assert not entry.is_on()
    if before:
        entry.turn_on()
