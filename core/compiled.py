"""Takes the engine's compiled modules, where they were made from exactly this source; makes none.

`setup.py` compiles the modules named here with mypyc, for wheels and bundles. A checkout may have
them in its virtual environment, in a folder named for the source they were made from: once a byte
of that source changes, it is the source that runs. `python -m core.compiled` prints the folder.
"""

from __future__ import annotations

import importlib
import os
import sys
import zlib
from pathlib import Path

HOT = tuple(
    f"core/engine/{module}.py"
    for module in (
        *("bucket", "ledger", "rounds", "routing", "runner", "sockets", "standing"),
        *("reactor/channel", "reactor/loop", "reactor/timers", "reactor/waker"),
        *("tcp/call", "tcp/dialer", "tcp/fast", "tcp/forwarder", "tcp/receiver", "tcp/sender"),
        *("tcp/side", "tcp/spares", "udp/batched_listener", "udp/batched_session", "udp/fast"),
        *("udp/listener", "udp/route", "udp/session"),
    )
)
"""What runs for each connection or message, and what derives from it, which must be compiled too.
They call each other without the interpreter."""

IN_C = tuple(
    f"core/engine/{module}.c"
    for module in ("fast_path", "lean_sockets", "udp/datagrams")
    if sys.platform == "linux"
)
"""Modules in C. Beside the second stands the same in Python, for systems that have no use for it;
the others spare work that the rest of the engine does as well."""

PLAIN = "PORTWAY_PLAIN"
"""This environment variable, set to anything, keeps to the source."""

_ROOT = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """Where modules compiled from this very source are kept; raises `OSError` without source."""
    # A checksum, which is to find an edit, not a forger: hashlib would bring OpenSSL along, 4 MB
    # for as long as the program runs.
    sources = [f"{sys.implementation.cache_tag} {sys.platform}".encode()]
    # Constants of other modules are compiled in, so all of the engine counts.
    modules = sorted((_ROOT / "core" / "engine").rglob("*"))
    kinds = (".c", ".h", ".py", ".pyi")
    sources += [one.read_bytes() for one in modules if one.suffix in kinds]
    whole = b"".join(sources)
    name = f"{zlib.crc32(whole):08x}{zlib.adler32(whole):08x}"
    return Path(sys.prefix, "portway-compiled", name)


def adopt() -> bool:
    """Have the engine's modules come from there; to be called before the first is imported."""
    if os.environ.get(PLAIN) or getattr(sys, "frozen", False):
        return False
    where = folder()
    if not where.is_dir():
        return False
    sys.path.append(str(where))  # what they all share lies at its top
    for package in sorted({Path(module).parent for module in HOT}):
        search = importlib.import_module(".".join(package.parts)).__path__
        search.insert(0, str(where / package))
    return True


if __name__ == "__main__":
    sys.stdout.write(f"{folder()}\n")
