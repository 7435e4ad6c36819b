"""The setup program on a virtual screen, used by clicks: under Wine, as its user would on Windows.

python -m installer.proof.clicks SETUP.EXE LAB, where LAB/bin/wine runs Windows programs and
LAB/bin/winpy a Windows Python. Needs Xvfb, openbox, xdotool and import (ImageMagick). What could
be seen lies in build/linux/clicks afterwards.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from installer.project import ROOT, WORK, fail, say
from installer.proof.traffic import echo, relays, until, write_profile
from installer.screen import screen

PICTURES = WORK / "clicks"
PAGE = (497, 360)
NEXT = (350, 338)
"""The button that goes on, on every page; places are within the window, in pixels of a page of this
size. Other languages have other letters, and so other sizes."""
DESKTOP_BOX, AUTOSTART_BOX = (185, 163), (185, 179)
YES = (109, 60)
SNAPSHOT = (
    "import json; from installer.proof import windows as w; "
    "print(json.dumps([w.registry(), sorted(w.folders()), sorted(w.portways())], default=str))"
)


class Lab:
    """Windows programs on a screen."""

    def __init__(self, folder: Path, more: dict[str, str]) -> None:
        """Run them by this lab, on the screen that the variables name."""
        self._folder = folder
        self._environment = {**os.environ, **more, "QT_QPA_PLATFORM": "windows"}
        self.local = folder / "prefix/drive_c/users/root/AppData/Local"
        self.home = self.local / "Programs" / "Portway"
        self.profile = self.local / "portway"

    def start(self, *words: str | Path) -> subprocess.Popen[bytes]:
        """Start a Windows program."""
        command = [self._folder / "bin/wine", *words]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            command, env=self._environment, stdin=quiet, stdout=quiet, stderr=quiet
        )

    def snapshot(self) -> Any:
        """The registry, the folders, the running Portways."""
        command = [str(self._folder / "bin/winpy"), "-c", SNAPSHOT]
        done = subprocess.run(
            command, env={**self._environment, "SOURCE_DATE_EPOCH": "1"}, cwd=ROOT, check=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return json.loads(done.stdout.splitlines()[-1])

    def xdotool(self, *words: object) -> str:
        """Look at the screen, or touch it."""
        command = ["xdotool", *map(str, words)]
        done = subprocess.run(
            command, env=self._environment, stdout=subprocess.PIPE, text=True, check=False
        )
        return done.stdout

    def windows(self, title: str) -> list[str]:
        """The windows whose whole title this is, wide and high as they are."""
        found = self.xdotool("search", "--onlyvisible", "--name", f"^{title} ?$").split()
        return sorted(found, key=self._area)

    def _area(self, window: str) -> int:
        width, height = self._size(window)
        return width * height

    def _size(self, window: str) -> tuple[int, int]:
        lines = dict(
            line.split("=") for line in self.xdotool("getwindowgeometry", "--shell", window).split()
        )
        return int(lines.get("WIDTH", 0)), int(lines.get("HEIGHT", 0))

    def click_page(self, window: str, place: tuple[int, int], picture: str = "") -> None:
        """Click at this place of a page."""
        x, y = (
            at * is_ // was for at, is_, was in zip(place, self._size(window), PAGE, strict=True)
        )
        self.click(window, (x, y), picture)

    def wait_for(self, title: str, count: int = 1) -> str:
        """Wait for so many windows of this title; gives the smallest, which is the newest."""
        until(f"a window “{title}”", lambda: len(self.windows(title)) >= count)
        return self.windows(title)[0]

    def click(self, window: str, place: tuple[int, int], picture: str = "") -> None:
        """Click, after taking a picture of what is clicked at."""
        self.xdotool("windowactivate", "--sync", window)
        if picture:
            command = ["import", "-window", "root", str(PICTURES / f"{picture}.png")]
            subprocess.run(command, env=self._environment, check=True)
        self.xdotool(
            "mousemove", "--window", window, *place, "sleep", 0.3, "click", 1, "sleep", 0.7
        )


def install(
    lab: Lab, setup: Path, name: str, *, boxes: bool = False, chinese: bool = False
) -> None:
    """Go through the pages and finish, which starts Portway."""
    running = lab.start(setup, *(["/LANG=2052"] if chinese else []))
    title = "Portway 安装" if chinese else "Portway Setup"
    window = lab.wait_for(title)
    if boxes:
        lab.click_page(window, DESKTOP_BOX)
        lab.click_page(window, AUTOSTART_BOX)
    lab.click_page(window, NEXT, f"{name}-1-parts")
    lab.click_page(window, NEXT, f"{name}-2-folder")
    shortcut = lab.home / "Uninstall.exe"
    moment = shortcut.stat().st_mtime if shortcut.is_file() else 0.0
    until("it is installed", lambda: shortcut.is_file() and shortcut.stat().st_mtime > moment)
    # The last page is there once its button is; clicks before do nothing, so it is clicked again.
    while running.poll() is None and lab.windows(title):
        lab.click_page(window, NEXT, f"{name}-3-end")
    running.wait()


def uninstall(lab: Lab, name: str) -> None:
    """Go through the pages, with a yes to the question about the profile."""
    lab.start(lab.home / "Uninstall.exe")
    window = lab.wait_for("Portway Uninstall")
    lab.click_page(window, NEXT, f"{name}-1-sure")
    question = lab.wait_for("Portway Uninstall", 2)
    lab.click(question, YES, f"{name}-2-profile")
    until("the folder is gone", lambda: not lab.home.exists())
    while lab.windows("Portway Uninstall"):
        lab.click_page(window, NEXT, f"{name}-3-end")


def prove(lab: Lab, setup: Path) -> None:
    """Install, use, upgrade over the running one, uninstall it while it runs."""
    before = lab.snapshot()
    with echo() as target:
        port = write_profile(lab.profile, target)
        install(lab, setup, "install", boxes=True)
        lab.wait_for("Portway")
        until("the installed program relays", lambda: relays(port))
        values, files, first = lab.snapshot()
        wanted = (r"Desktop\Portway.lnk", r"Programs\Portway.lnk", r"Programs\Portway\Portway.exe")
        if not all(any(file.endswith(name) for file in files) for name in wanted):
            fail(f"not there: some of {wanted}")
        if not any(name.endswith(r"Run\\Portway") for name in values):
            fail("the box for the start at log-on was ticked, and nothing is entered")
        install(lab, setup, "upgrade", chinese=True)
        until("it relays after the upgrade", lambda: relays(port))
        _, _, second = lab.snapshot()
        if set(first) & set(second) or not second:
            fail(f"the upgrade left the processes {first} as {second}")
        uninstall(lab, "uninstall")
        if relays(port):
            fail("it still runs after it was uninstalled")
    after = lab.snapshot()
    if after != before or lab.profile.exists():
        fail(f"something is left:\n{before}\n{after}")


def main() -> int:
    """Prove the setup program named on the command line."""
    setup, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    PICTURES.mkdir(parents=True, exist_ok=True)
    with screen() as more:
        manager = subprocess.Popen(["openbox"], env={**os.environ, **more})
        lab = Lab(folder, more)
        lab.start("wineboot", "-k").wait()  # whoever runs there is on another screen
        lab.start("cmd", "/c", "exit").wait()  # what comes too soon ends with that session
        try:
            prove(lab, setup)
        finally:
            lab.start("wineboot", "-k").wait()
            manager.terminate()
            manager.wait()
    say(f"{setup.name}: installed, used, upgraded while running and removed, by clicks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
