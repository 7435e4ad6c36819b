"""Windows' Subsystem for Linux: which distributions there are, and the addresses of one; slow.

Each start of Windows gives them other addresses, so a target is better named `wsl:Ubuntu`. Works
from within a distribution, too, where Windows' programs can be called.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from core.config.address import LOOPBACK, WSL_PREFIX, is_wsl
from core.system.interfaces import interface_addresses

LIST_SECONDS = 3.0
START_SECONDS = 20.0
"""A distribution that sleeps is started by the question."""
_NOT_FOR_PEOPLE = ("docker-desktop", "rancher-desktop")
"""What other programs keep there for themselves."""


def distributions() -> tuple[str, ...]:
    """The names of those installed, the default one first; none is started for this."""
    try:
        told = _ask("--list", "--quiet", seconds=LIST_SECONDS)
    except OSError:
        return ()
    # In UTF-16, whatever the console has; some versions leave zeros in between.
    names = told.decode("utf-16-le", "replace").lstrip("\ufeff").replace("\0", "").split()
    return tuple(
        name for name in names if is_wsl(WSL_PREFIX + name) and not name.startswith(_NOT_FOR_PEOPLE)
    )


def wsl_addresses(host: str) -> tuple[str, ...]:
    """The addresses that ``wsl:NAME`` has now, IPv4 first; raises `OSError`.

    Networks that are mirrored give it this computer's own addresses, at which this computer does
    not get through to it (`hostAddressLoopback` is off unless somebody sets it); at 127.0.0.1 it
    always does, and at ::1 never. So does one distribution to another, which share a network.
    """
    name = host[len(WSL_PREFIX) :]
    told = _ask("--distribution", name, "--exec", "hostname", "-I", seconds=START_SECONDS)
    found = [one for one in told.decode("ascii", "replace").split() if _family(one)]
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, f"{name} has no address")
    ours = {one for addresses in interface_addresses().values() for one in addresses}
    if not ours.isdisjoint(found):
        return (LOOPBACK,)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: _family(one) != socket.AF_INET))


def _family(text: str) -> int:
    """The family of an address literal; 0 for anything else."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text)
        except OSError:
            continue
        return family
    return 0


def _program() -> str:
    """Where wsl.exe is: Windows' own comes before what is found on the way."""
    own = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "wsl.exe")
    found = str(own) if own.is_file() else shutil.which("wsl.exe") or shutil.which("wsl")
    if found is None:
        raise socket.gaierror(socket.EAI_NONAME, "there is no WSL here")
    return found


def _ask(*arguments: str, seconds: float) -> bytes:
    # Into a file: of a pipe the end comes only when all have let go of it, and what was begun for
    # a question that is given up may live on.
    with tempfile.TemporaryFile() as told:
        child = subprocess.Popen(  # noqa: S603 - no shell; the name was checked
            [_program(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        try:
            status = child.wait(seconds)
        except subprocess.TimeoutExpired as error:
            child.kill()
            child.wait()
            raise socket.gaierror(socket.EAI_AGAIN, "WSL did not answer in time") from error
        if status:
            raise socket.gaierror(socket.EAI_NONAME, "WSL knows no such distribution")
        told.seek(0)
        return told.read()
