"""Installs the .deb and the .run in a fresh root, as a desktop's user would, and removes them.

The tar.gz is unpacked there, too, and made portable.

As root: python -m installer.proof.linux [--suite bookworm] [--mirror URL]. What Portway needs of
a desktop's libraries is in the root, and none of those that the bundle brings.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from core.config.paths import PORTABLE_MARKER
from installer.contents import BUNDLED
from installer.linux.archives import NAME
from installer.linux.deb import depends
from installer.project import DIST, VERSION, WORK, fail, say
from installer.proof.traffic import echo, relays, until, write_profile

USER = "tester"
DISPLAY = ":77"
INSIDE = "PORTWAY_PROOF_INSIDE"
NOT_COMPARED = ("dev", "proc", "run", "sys", "tmp", "var/cache", "var/lib/apt", "var/log")
WATCHED = ("usr", "etc", "var", "opt", "home", "root")


class Root:
    """A small system of its own, made by debootstrap."""

    def __init__(self, folder: Path) -> None:
        """Take the one that was made here."""
        self.folder = folder
        self.home = folder / "home" / USER

    def run(self, *words: str, user: str = "", check: bool = True) -> str:
        """Run a program in there to its end; gives what it said."""
        done = subprocess.run(
            self.command(user, *words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        if check and done.returncode:
            fail(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout[-4000:]}")
        return done.stdout

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a program of the user's in there."""
        return subprocess.Popen(
            self.command(USER, *words), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def command(self, user: str, *words: str) -> list[str]:
        """The command line that runs these words in there."""
        path = "PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"
        if user:
            path = f"{path}:/home/{user}/.local/bin"
            environment = [f"HOME=/home/{user}", f"USER={user}", f"DISPLAY={DISPLAY}"]
            who = [f"--userspec={user}:{user}"]
        else:
            environment, who = ["HOME=/root", "DEBIAN_FRONTEND=noninteractive"], []
        clean = ["env", "-i", path, "LANG=C.UTF-8", *environment]
        return ["chroot", *who, str(self.folder), *clean, *words]

    def files(self) -> set[str]:
        """Every file and folder, but those that package tools and programs fill as they like."""
        found: set[str] = set()
        for top in WATCHED:
            for path, folders, names in os.walk(self.folder / top):
                inside = Path(path).relative_to(self.folder)
                if str(inside).startswith((*NOT_COMPARED, "var/lib/dpkg")):
                    folders.clear()
                    continue
                found.update(str(inside / name) for name in (*folders, *names))
        return found


def main() -> int:
    """Prove all, the .deb first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", default="bookworm")
    parser.add_argument("--mirror", default="")
    parser.add_argument("--components", default="main")
    arguments = parser.parse_args()
    if INSIDE not in os.environ:  # what is mounted below is nobody else's business
        os.environ[INSIDE] = "1"
        words = ["unshare", "-m", "--propagation", "private", sys.executable]
        os.execvp(words[0], [*words, "-m", "installer.proof.linux", *sys.argv[1:]])  # noqa: S606
    root = make_root(arguments.suite, arguments.mirror, arguments.components)
    screen = root.start("Xvfb", DISPLAY, "-screen", "0", "1280x900x24", "-nolisten", "tcp")
    try:
        until("a virtual screen", (root.folder / f"tmp/.X11-unix/X{DISPLAY[1:]}").exists)
        prove_deb(root)
        prove_run(root)
        prove_portable(root)
    finally:
        screen.terminate()
        screen.wait()
    say(f"the .deb, the .run and the tar.gz work on {arguments.suite}")
    return 0


def make_root(suite: str, mirror: str, components: str) -> Root:
    """Bootstrap, once, a system with the libraries of a desktop; then a fresh copy of it."""
    pristine = WORK / "proof" / suite
    if not (pristine / "portway-ready").exists():
        shutil.rmtree(pristine, ignore_errors=True)
        pristine.parent.mkdir(parents=True, exist_ok=True)
        say(f"bootstrapping {suite}")
        words = ["debootstrap", "--variant=minbase", f"--components={components}", suite]
        _call(*words, str(pristine), *([mirror] * bool(mirror)))
        for name in ("etc/resolv.conf", "etc/hosts"):
            shutil.copyfile(f"/{name}", pristine / name)
        for file in Path("/etc/apt/apt.conf.d").iterdir():  # a proxy, if any
            shutil.copy(file, pristine / "etc/apt/apt.conf.d")
        (pristine / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (pristine / "usr/sbin/policy-rc.d").chmod(0o755)
        _mount(pristine)
        root = Root(pristine)
        root.run("apt-get", "update")
        packages = ["xvfb", "xz-utils", "fonts-dejavu-core", *map(_name, depends(_unpacked()))]
        root.run("apt-get", "install", "-y", "--no-install-recommends", *packages)
        root.run("useradd", "--create-home", "--shell", "/bin/bash", USER)
        _call("umount", "--recursive", str(pristine / "proc"))
        _call("umount", "--recursive", str(pristine / "dev"))
        (pristine / "portway-ready").touch()
    here = {path.name for path in (pristine / "usr/lib/x86_64-linux-gnu").iterdir()}
    if brought := here & set(BUNDLED) - {"libffi.so.8", "libxkbcommon.so.0"}:
        say(f"this root has some of what the bundle brings: {', '.join(sorted(brought))}")
    fresh = pristine.with_name(f"{suite}-fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    _call("cp", "-a", "--reflink=auto", str(pristine), str(fresh))
    _mount(fresh)
    return Root(fresh)


def _name(dependency: str) -> str:
    return dependency.partition(" ")[0]


def _unpacked() -> Path:
    return WORK / "archive" / NAME / "portway"


def _mount(folder: Path) -> None:
    _call("mount", "-t", "proc", "proc", str(folder / "proc"))
    _call("mount", "--rbind", "/dev", str(folder / "dev"))


def _call(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def _self_test(root: Root, program: str) -> None:
    said = root.run(program, "--self-test", user=USER)
    if "window: shown on xcb" not in said or not said.endswith("Portway works.\n"):
        fail(f"the installed program said:\n{said}")


def _pid(root: Root, program: str) -> int:
    """The process of the running Portway; 0 without one."""
    for path in Path("/proc").glob("[0-9]*/exe"):
        try:
            target = path.readlink()
        except OSError:
            continue
        if str(target).startswith(str(root.folder)) and str(target).endswith(program):
            return int(path.parent.name)
    return 0


def _user_profile(root: Root, target: int) -> int:
    profile = root.home / ".config" / "portway"
    port = write_profile(profile, target)
    root.run("chown", "-R", f"{USER}:{USER}", f"/home/{USER}")
    return port


def prove_deb(root: Root) -> None:
    """Install for all users, use, upgrade over the running one, purge; nothing may be left."""
    program = "usr/lib/portway/portway"
    with echo() as target:
        port = _user_profile(root, target)
        before = root.files()
        deb = DIST / f"portway_{VERSION}_amd64.deb"
        shutil.copy(deb, root.folder / "tmp" / deb.name)
        install = ("apt-get", "install", "-y", "--reinstall", "--no-install-recommends")
        root.run(*install, f"/tmp/{deb.name}")  # noqa: S108 - the root's own
        _self_test(root, "portway")
        if f"portway {VERSION}" not in root.run("portway", "--version", user=USER):
            fail("portway is not on the PATH")
        running = root.start("portway")
        until("the installed program relays", lambda: relays(port))
        first = _pid(root, program)
        root.run(*install, f"/tmp/{deb.name}")  # noqa: S108
        if not relays(port) or not Path(f"/proc/{first}").exists():
            fail("the running program did not outlive the upgrade of its package")
        said = root.run("portway", "--quit", user=USER)
        if "has ended" not in said or relays(port):
            fail(f"the upgraded package cannot end the program of before: {said}")
        running.wait()
        root.run("apt-get", "purge", "-y", "portway")
        _compare(before, root.files(), _by_use(root))
    say(f"{deb.name}: installed, relayed, upgraded while running, purged without a trace")


def prove_run(root: Root) -> None:
    """The same for one user, by the file that is double-clicked, with no right but the user's."""
    program = ".local/lib/portway/portway"
    file = DIST / f"{NAME}.run"
    place = f"/tmp/{file.name}"  # noqa: S108
    shutil.copy(file, root.folder / "tmp" / file.name)
    shutil.rmtree(root.home / ".config", ignore_errors=True)
    with echo() as target:
        port = _user_profile(root, target)
        before = root.files()
        root.run(place, user=USER)  # as a double click does: it starts Portway at the end
        until("the installed program relays", lambda: relays(port))
        first = _pid(root, program)
        _self_test(root, "portway")
        entry = root.home / ".local/share/applications/portway.desktop"
        if f"Exec=/home/{USER}/{program}" not in entry.read_text():
            fail(f"the menu entry leads elsewhere:\n{entry.read_text()}")
        kept = (root.home / ".config/portway/mappings.json").read_bytes()
        root.run(place, "--", "--quiet", user=USER)
        until("it is started again after the upgrade", lambda: relays(port))
        second = _pid(root, program)
        if first == 0 or second in (0, first):
            fail(f"the upgrade left process {first} as {second}")
        if (root.home / ".config/portway/mappings.json").read_bytes() != kept:
            fail("the upgrade changed the mappings")
        home = f"/home/{USER}/.local/lib/portway"
        root.run(f"{home}/uninstall.sh", "--keep-profile", user=USER)
        if relays(port) or _pid(root, program):
            fail("the program still runs after it was uninstalled")
        _compare(before, root.files(), _by_use(root))
        root.run(place, "--", "--quiet", user=USER)
        root.run(f"{home}/uninstall.sh", "--remove-profile", user=USER)
        if (root.home / ".config/portway").exists():
            fail("the profile is still there")
    say(f"{file.name}: installed, relayed, upgraded while running, removed without a trace")


def prove_portable(root: Root) -> None:
    """Unpack, put the marker beside the program, use: the profile is there, nothing elsewhere."""
    stick = root.home / "a stick 便携"
    inside = f"/home/{USER}/{stick.name}"
    for name in (".config", ".cache", ".local"):  # what was proven before left there
        shutil.rmtree(root.home / name, ignore_errors=True)
    root.run("mkdir", f"/home/{USER}/.cache", user=USER)  # fontconfig keeps its own there
    before = root.files()
    stick.mkdir()
    shutil.copy(DIST / f"{NAME}.tar.gz", stick)
    root.run("chown", "-R", f"{USER}:{USER}", inside)
    root.run("tar", "-xzf", f"{inside}/{NAME}.tar.gz", "-C", inside, user=USER)
    program = f"{inside}/{NAME}/portway/portway"
    beside = stick / NAME / "portway"
    root.run("touch", f"{inside}/{NAME}/portway/{PORTABLE_MARKER}", user=USER)
    with echo() as target:
        port = write_profile(beside / "profile", target)
        root.run("chown", "-R", f"{USER}:{USER}", inside)
        running = root.start(program)
        until("the portable program relays", lambda: relays(port))
        shown = root.run(program, "list", user=USER)
        if f"127.0.0.1:{port}" not in shown:
            fail(f"the command line has another list:\n{shown}")
        said = root.run(program, "--quit", user=USER)
        if "has ended" not in said or relays(port):
            fail(f"the portable program does not end: {said}")
        running.wait()
    kept = _names(beside / "profile")
    if not {"mappings.json", "totals.json", "window.ini", "logs"} <= kept:
        fail(f"the profile beside the program has only {sorted(kept)}")
    within = str(stick.relative_to(root.folder))
    _compare(before, root.files(), (within, f"home/{USER}/.cache/fontconfig"))
    shutil.rmtree(stick)
    say(f"{NAME}.tar.gz: with a {PORTABLE_MARKER} it relayed, and kept all beside the program")


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _by_use(root: Root) -> tuple[str, ...]:
    """What running the program may add: its profile, and what Qt and the desktop keep."""
    return tuple(f"{(root.home / name).relative_to(root.folder)}" for name in (".config", ".cache"))


def _compare(before: set[str], after: set[str], apart: tuple[str, ...]) -> None:
    left = sorted(name for name in after - before if not name.startswith(apart))
    gone = sorted(before - after)
    if left or gone:
        fail(f"left behind: {left[:20]}; missing: {gone[:20]}")


if __name__ == "__main__":
    sys.exit(main())
