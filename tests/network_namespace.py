"""A network of the test's own, whose addresses come and go as the test says; Linux, as root."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
_CLONE_NEWNET = 0x40000000


def why_no_namespaces() -> str:
    """Why there can be none here; empty if there can."""
    if sys.platform != "linux":
        return "only Linux has network namespaces"
    missing = [name for name in ("unshare", "nsenter", "ip") if shutil.which(name) is None]
    if missing:
        return f"needs {', '.join(missing)} to be installed"
    done = subprocess.run(["unshare", "--net", "true"], capture_output=True, text=True, check=False)
    return f"no right to make a network: {done.stderr.strip()}" if done.returncode else ""


class Namespace:
    """Begins with a loopback that is up, and nothing else."""

    def __init__(self, keeper: subprocess.Popen[bytes]) -> None:
        self._pid = keeper.pid
        self.run("ip", "link", "set", "lo", "up")

    def command(self, *command: str) -> list[str]:
        """The command that runs this one in here."""
        return ["nsenter", f"--net=/proc/{self._pid}/ns/net", *command]

    def run(self, *command: str) -> None:
        """Run it in here until it ends."""
        subprocess.run(self.command(*command), check=True, timeout=20)

    def add(self, address: str) -> None:
        """Get an address."""
        self.run("ip", "address", "add", f"{address}/32", "dev", "lo")

    def remove(self, address: str) -> None:
        """Lose it."""
        self.run("ip", "address", "del", f"{address}/32", "dev", "lo")

    def socket(self) -> socket.socket:
        """A TCP socket that lives in here, wherever it is used."""
        made: list[socket.socket] = []

        def make() -> None:  # in a thread, which alone changes over
            fd = os.open(f"/proc/{self._pid}/ns/net", os.O_RDONLY)
            try:
                assert ctypes.CDLL(None).setns(fd, _CLONE_NEWNET) == 0
            finally:
                os.close(fd)
            made.append(socket.socket())

        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        made[0].settimeout(PATIENCE)
        return made[0]


@contextlib.contextmanager
def network_namespace() -> Iterator[Namespace]:
    """A network for the time of a with statement."""
    # It lives as long as its first process, which lives as long as it is read to.
    with subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE) as keeper:
        own = os.readlink("/proc/self/ns/net")  # noqa: PTH115
        pause = threading.Event()
        while os.readlink(f"/proc/{keeper.pid}/ns/net") == own:  # noqa: PTH115
            pause.wait(0.005)
        yield Namespace(keeper)
