"""Takes the pictures of the README anew: both languages, light and dark, with real traffic.

    python -m tests.gui.readme_pictures [FOLDER]

Needs what `virtual_screen` needs, and five minutes. Look at each before you commit it.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from core.config.address import PortRange
from core.config.mapping import Mapping, Protocol
from core.config.settings import Settings, SettingsFile, Theme
from core.config.store import Profile, Store
from tests.gui.screens import Traffic, foreign_listener, reachable
from tests.gui.virtual_screen import VirtualScreen, missing, virtual_screen
from tests.support import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FOLDER = Path(__file__).parent / "pictures"
SCALE = 2
SIZE = (1280, 720)
"""Of the window, before it is scaled: what a page shows without shrinking it much."""
NAMES = {
    "en": ("Web shop", "For the office phones", "Database", "Printer", "Game night",
           "Reports", "Office", "Wiki", "Mail"),
    "zh_CN": ("网店", "供办公室的手机访问", "数据库", "打印机", "游戏之夜", "报表", "办公室",
              "知识库", "邮件"),
}  # fmt: skip
PACES = (0.02, 0.2, 0.05, 0.1, 0.03, 0.15)
"""Seconds between two pieces of each stream: what makes the graph go up and down."""


def listed(language: str, web: int, database: int, taken: int) -> Iterator[Mapping]:
    """A list as a person might have it."""
    shop, phones, data, printer, game, reports, office, wiki, mail = NAMES[language]

    def one(name: str, listen: str, host: str, ports: str, **more: object) -> Mapping:
        values = {"listen_ports": PortRange.parse(listen), "target_ports": PortRange.parse(ports)}
        return Mapping(**{"name": name, "target_host": host, **values, **more})  # type: ignore[arg-type]

    yield one(shop, "8088", "127.0.0.1", str(web), listen_host="*", comment=phones)
    yield one(data, "5433", "127.0.0.1", str(database))
    yield one(printer, "9100", "192.168.1.30", "9100")
    yield one(reports, str(taken), "192.168.1.9", "8080")
    yield one(game, "27015-27030", "10.0.0.20", "27015-27030", protocol=Protocol.BOTH,
              enabled=False)  # fmt: skip
    yield one(wiki, "8444", "192.168.1.9", "443", group=office)
    yield one(mail, "2525", "192.168.1.9", "25", group=office, enabled=False)


class Pictures:
    """One language in one theme."""

    def __init__(self, screen: VirtualScreen, folder: Path, language: str, theme: str) -> None:
        self._screen, self._folder = screen, folder
        self._ending = f"{language}-{theme}"
        self._language, self._theme = language, theme

    def take(self) -> None:
        """Run the program with traffic for a minute, and take what there is to see."""
        screen, web, database = self._screen, Traffic(), Traffic()
        with foreign_listener() as taken, tempfile.TemporaryDirectory() as name:
            profile = Path(name)
            mappings = tuple(listed(self._language, web.target, database.target, taken))
            Store(profile).save(Profile(mappings=mappings))
            settings = Settings(theme=Theme(self._theme), language=self._language)
            SettingsFile(profile).save(settings)
            program = screen.portway(profile, more={"QT_SCALE_FACTOR": str(SCALE)})
            window = screen.wait_for_window("Portway")
            width, height = (side * SCALE for side in SIZE)
            screen.xdotool("windowsize", "--sync", window, width, height)
            assert eventually(lambda: reachable(8088) and reachable(5433), 20)
            database.pace = 0.4
            database.run(5433)
            for pace in PACES:
                web.pace = pace
                web.run(8088)
                wait(9)
            self._save("window", window)
            if self._language == "en":
                self._take_helpers()
            screen.wait_for_window("Portway")
            screen.key("ctrl+q")
            assert program.wait(20) == 0
        web.end()
        database.end()

    def _take_helpers(self) -> None:
        """The editor with a tested target, and a diagnosis."""
        screen = self._screen
        screen.key("F2")
        editor = screen.wait_for_window("Edit a mapping.*")
        screen.key("alt+t")
        wait(2)
        self._save("editor", editor)
        screen.key("Escape")
        screen.wait_until_gone("Edit a mapping.*")
        screen.key("Down", "Down", "Down", "F8")
        diagnosis = screen.wait_for_window("Diagnose a mapping.*")
        wait(10)
        self._save("diagnosis", diagnosis)
        screen.key("Escape")
        screen.wait_until_gone("Diagnose a mapping.*")

    def _save(self, name: str, window: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            image = QImage(str(self._screen.photograph(Path(folder) / "picture.png", window)))
        path = self._folder / f"{name}-{self._ending}.webp"
        # 100 is lossless, and smaller than PNG; letters would suffer from anything less.
        assert image.save(str(path), "WEBP", 100)  # type: ignore[call-overload]
        print(f"{path}  {path.stat().st_size // 1000} kB")  # noqa: T201


def wait(seconds: float) -> None:
    """Let time pass: the graph shows it."""
    threading.Event().wait(seconds)


def main(arguments: Sequence[str]) -> int:
    """Take them all."""
    if missing():
        sys.exit(f"needs {', '.join(missing())} to be installed")
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for language, theme in product(NAMES, ("light", "dark")):
        with virtual_screen(1400 * SCALE, 900 * SCALE) as screen:
            Pictures(screen, folder, language, theme).take()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
