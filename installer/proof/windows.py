"""Runs the setup program silently, uses what it installed, upgrades it while it runs, removes it.

On Windows, or with a Windows Python under Wine: python -m installer.proof.windows SETUP.EXE
PORTABLE.ZIP. It uses the account's own folders and registry, so it refuses where Portway is already
installed. The portable one is used, too, and must leave nothing outside of its folder.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil

from gui.windows_identity import APP_ID
from installer.project import PUBLISHER, VERSION, fail, say
from installer.proof.firewall import rules_of_the_firewall
from installer.proof.traffic import echo, relays, until, write_profile

CURRENT = r"Software\Microsoft\Windows\CurrentVersion"
UNINSTALL = rf"{CURRENT}\Uninstall\Portway"
RUN = rf"{CURRENT}\Run"
IDENTITIES = r"Software\Classes\AppUserModelId"
WATCHED_KEYS = (
    rf"{CURRENT}\Uninstall", RUN, rf"{CURRENT}\Explorer\StartupApproved", rf"{CURRENT}\App Paths",
    r"Environment", IDENTITIES,
)  # fmt: skip
"""Below these every value is compared, and of HKCU\\Software and its Classes the names."""
LOCAL = Path(os.environ.get("LOCALAPPDATA", ""))
ROAMING = Path(os.environ.get("APPDATA", ""))
HOME = LOCAL / "Programs" / "Portway"
PROFILE = LOCAL / "portway"
MENU = ROAMING / "Microsoft" / "Windows" / "Start Menu" / "Programs"
DESKTOP = Path(os.environ.get("USERPROFILE", "")) / "Desktop"
LONGEST = 300.0


def registry() -> dict[str, object]:
    """The values below the watched keys of this user, and the names of all programs' keys."""
    import winreg as reg  # not on the system that this is checked on

    win: Any = reg
    found: dict[str, object] = {}

    def read(path: str, *, deep: bool) -> None:
        try:
            key = win.OpenKey(win.HKEY_CURRENT_USER, path)
        except FileNotFoundError:
            return
        with key:
            keys, values, _ = win.QueryInfoKey(key)
            if path not in WATCHED_KEYS:  # an empty one of Windows' own may come into being
                found[path] = ""
            if deep:
                for index in range(values):
                    name, data, _ = win.EnumValue(key, index)
                    found[rf"{path}\\{name}"] = data
            names = [win.EnumKey(key, index) for index in range(keys)]
        for name in names:
            if deep:
                read(rf"{path}\{name}", deep=True)
            else:
                found[rf"{path}\{name}"] = ""

    for path in WATCHED_KEYS:
        read(path, deep=True)
    for path in ("Software", r"Software\Classes"):
        read(path, deep=False)
    return found


def folders() -> set[str]:
    """What lies where programs put themselves; an empty folder for programs counts as none."""
    with contextlib.suppress(OSError):
        (LOCAL / "Programs").rmdir()
    found = {str(path) for path in (LOCAL / "Programs").rglob("*")}
    for folder in (LOCAL, ROAMING, MENU, DESKTOP):
        if folder.is_dir():
            found |= {str(path) for path in folder.iterdir()}
    return found


def run(*words: str | Path) -> str:
    """Run to the end; gives what it said, or fails the proof."""
    done = subprocess.run(
        [str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, check=False, timeout=LONGEST, encoding="utf-8", errors="replace",
    )  # fmt: skip
    if done.returncode:
        fail(f"{words} ended with status {done.returncode}: {done.stdout}")
    return done.stdout


def portways() -> set[int]:
    """The processes of the installed program."""
    found = set()
    for process in psutil.process_iter(["name", "exe"]):
        if Path(process.info["exe"] or "").parent == HOME:
            found.add(process.pid)
    return found


def uninstall(*switches: str) -> None:
    """Run the uninstaller; a copy of it does the work, so its end is that the folder is gone."""
    run(HOME / "Uninstall.exe", "/S", *switches)
    until("the program's folder is gone", lambda: not HOME.exists())


def check_installed(values: dict[str, object]) -> None:
    """What Apps & features shows, and what was asked for by switches."""
    shown = {name: values.get(rf"{UNINSTALL}\\{name}") for name in ("DisplayVersion", "Publisher")}
    if shown != {"DisplayVersion": VERSION, "Publisher": PUBLISHER}:
        fail(f"Apps & features would show {shown}")
    autostart = values.get(rf"{RUN}\\Portway")
    if autostart != f'"{HOME / "Portway.exe"}" --hidden':
        fail(f"the autostart is {autostart!r}")
    for link in (MENU / "Portway.lnk", DESKTOP / "Portway.lnk"):
        if not link.is_file():
            fail(f"there is no {link}")
        # Wine reads such a property, and does not write it.
        if not _is_wine() and APP_ID.encode("utf-16-le") not in link.read_bytes():
            fail(f"{link} does not bear the name {APP_ID}: pinned, it would be another button")


def _is_wine() -> bool:
    windows: Any = ctypes
    return hasattr(windows.windll.ntdll, "wine_get_version")


def prove(setup: Path) -> None:
    """Install, use, upgrade, uninstall; twice, for the two answers about the profile."""
    if HOME.exists() or PROFILE.exists():
        fail(f"there is a Portway already: {HOME} or {PROFILE}")
    before, files = registry(), folders()
    with echo() as target, rules_of_the_firewall(wine=_is_wine()) as rules:
        port = write_profile(PROFILE, target)
        kept = (PROFILE / "mappings.json").read_bytes()
        run(setup, "/S", "/AUTOSTART=1", "/DESKTOP=1")
        check_installed(registry())
        said = run(HOME / "portway.com", "--self-test")
        if not said.endswith("Portway works.\n") or "window: shown" not in said:
            fail(f"the installed program said:\n{said}")
        run(HOME / "Portway.exe", "--self-test")
        if rules is not None:
            rules.prepare(HOME / "Portway.exe")
        with subprocess.Popen([HOME / "Portway.exe"]) as first:
            until("the installed program relays", lambda: relays(port))
            run(setup, "/S")
            until("the program of before has ended", lambda: first.poll() is not None)
        until("it is started again after the upgrade", lambda: relays(port))
        check_installed(registry())
        if first.pid in portways() or not portways():
            fail(f"after the upgrade of process {first.pid} there run {portways()}")
        if (PROFILE / "mappings.json").read_bytes() != kept:
            fail("the upgrade changed the mappings")
        if rules is not None:
            rules.check_kept(HOME / "Portway.exe")
        uninstall()
        if relays(port) or portways():
            fail("the program still runs after it was uninstalled")
        if rules is not None:
            rules.check_removed()
            say("rules: its own outlived the upgrade and went with it; those of others stay")
        _compare(before, registry(), files, folders() - {str(PROFILE)})
        if (PROFILE / "mappings.json").read_bytes() != kept:
            fail("the profile was to be kept")
        run(setup, "/S")
        uninstall("/PROFILE=remove")
        until("the profile is gone", lambda: not PROFILE.exists())
        if rules is not None:
            rules.check_nothing_told()
    _compare(before, registry(), files, folders())


def prove_portable(file: Path) -> None:
    """Unpack, use: the profile is beside the program, and nothing elsewhere."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        stick = Path(name) / "a stick 便携"
        shutil.unpack_archive(file, stick)
        (home,) = stick.iterdir()
        before, files = registry(), folders()
        with echo() as target:
            port = write_profile(home / "profile", target)
            with subprocess.Popen([home / "Portway.exe"]) as running:
                until("the portable program relays", lambda: relays(port))
                shown = run(home / "portway.com", "list")
                if f"127.0.0.1:{port}" not in shown:
                    fail(f"the command line has another list:\n{shown}")
                said = run(home / "portway.com", "--quit")
                until("the portable program has ended", lambda: running.poll() is not None)
            if "has ended" not in said or relays(port):
                fail(f"the portable program does not end: {said}")
        kept = {path.name for path in (home / "profile").iterdir()}
        if not {"mappings.json", "totals.json", "window.ini", "logs"} <= kept:
            fail(f"the profile beside the program has only {sorted(kept)}")
        _remove_identity()
        _compare(before, registry(), files, folders())


def _remove_identity() -> None:
    """Remove the one thing that is elsewhere: the key by which notifications bear the name."""
    import winreg as reg  # not on the system that this is checked on

    win: Any = reg
    win.DeleteKey(win.HKEY_CURRENT_USER, rf"{IDENTITIES}\{APP_ID}")
    with win.OpenKey(win.HKEY_CURRENT_USER, IDENTITIES) as key:
        others = any(win.QueryInfoKey(key)[:2])
    if not others:
        win.DeleteKey(win.HKEY_CURRENT_USER, IDENTITIES)


def _compare(
    before: dict[str, object], after: dict[str, object], files: set[str], now: set[str]
) -> None:
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    if changed:
        fail(f"the registry differs from before: {sorted(changed)}")
    if files != now:
        fail(f"folders differ from before: {sorted(files ^ now)}")


def main() -> int:
    """Prove the setup program and the portable one that the command line names."""
    setup, *portable = (Path(name).resolve() for name in sys.argv[1:])
    prove(setup)
    say(f"{setup.name}: installed, relayed, upgraded while running, removed without a trace")
    for file in portable:
        prove_portable(file)
        say(f"{file.name}: unpacked, relayed, kept all beside the program")
    return 0


if __name__ == "__main__":
    sys.exit(main())
