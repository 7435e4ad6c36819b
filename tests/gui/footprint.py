"""Measures what the real program costs on a virtual screen: to start, and to sit in the tray.

    python -m tests.gui.footprint [--runs 5]

Needs what `virtual_screen` needs, and trayer. It is no test: a loaded machine fails no one.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.config.store import Profile, Store
from tests.gui.virtual_screen import missing, virtual_screen
from tests.support import eventually

if TYPE_CHECKING:
    from tests.gui.virtual_screen import VirtualScreen

IDLE_SECONDS = 30
LOWEST_PORT = 20_000
MEBIBYTE = 1 << 20


def profile_of(count: int, folder: Path) -> Path:
    """A profile of so many mappings, twenty of them switched on."""
    mappings = tuple(
        Mapping(
            name=f"Mapping {number}",
            enabled=number < 20,
            listen_ports=PortRange.single(LOWEST_PORT + number),
            target_host="127.0.0.1",
            target_ports=PortRange.single(9),
        )
        for number in range(count)
    )
    Store(folder).save(Profile(mappings=mappings))
    return folder


def seconds_to_a_window(screen: VirtualScreen, count: int) -> float:
    """From the start of the process until its window is on the screen."""
    with tempfile.TemporaryDirectory() as folder:
        profile = profile_of(count, Path(folder))
        begun = time.monotonic()
        portway = screen.portway(profile)
        while screen.window("Portway") is None:
            pass
        seen = time.monotonic() - begun
        screen.wait_for_window("Portway")
        screen.key("ctrl+q")
        portway.wait(20)
        return seen


def idle_in_the_tray(screen: VirtualScreen) -> tuple[float, float, float]:
    """MiB resident, MiB of its own, and seconds of processor time while nobody looks."""
    with tempfile.TemporaryDirectory() as folder:
        portway = screen.portway(profile_of(20, Path(folder)), "--hidden")
        process = psutil.Process(portway.pid)
        assert eventually(lambda: len(process.net_connections("tcp")) >= 20, 20)
        threading.Event().wait(3)  # for all that the start has put off
        before = process.cpu_times()
        threading.Event().wait(IDLE_SECONDS)
        after = process.cpu_times()
        assert screen.window("Portway") is None, "there is no tray here; start trayer"
        lines = Path(f"/proc/{portway.pid}/smaps_rollup").read_text("utf-8").splitlines()
        own = sum(int(one.split()[1]) for one in lines if one.startswith("Private_Dirty"))
        spent = after.user + after.system - before.user - before.system
        return process.memory_info().rss / MEBIBYTE, own / 1024, spent


def main() -> int:
    """Measure, and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    if missing():
        parser.error(f"needs {', '.join(missing())} to be installed")
    with virtual_screen(tray=True) as screen:
        for count in (20, 2000):
            seconds_to_a_window(screen, count)  # the disk is warm from here on
            times = [seconds_to_a_window(screen, count) for _ in range(runs)]
            print(f"window with {count} mappings: {statistics.median(times):.2f} s")  # noqa: T201
        resident, own, spent = idle_in_the_tray(screen)
    print(  # noqa: T201
        f"hidden with 20 mappings: {resident:.0f} MiB resident, {own:.0f} MiB of them its own; "
        f"{spent:.2f} s of processor time in {IDLE_SECONDS} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
