"""A target that echoes, a profile with a mapping to it, and a byte through an installed program."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.config.store import Profile, Store
from installer.project import fail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOOPBACK = "127.0.0.1"
PATIENCE = 60.0


def until(what: str, true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for something to become true; fail the proof if it does not."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            fail(f"not within {seconds:g} s: {what}")
        time.sleep(0.1)


@contextlib.contextmanager
def echo() -> Iterator[int]:
    """A server that sends back what it gets; gives its port."""
    with socket.create_server((LOOPBACK, 0)) as server:

        def serve() -> None:
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer, contextlib.suppress(OSError):
                    peer.settimeout(PATIENCE)
                    while data := peer.recv(4096):
                        peer.sendall(data)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def write_profile(folder: Path, target_port: int) -> int:
    """Save a profile with one mapping to this port; gives the port it listens at."""
    with socket.create_server((LOOPBACK, 0)) as server:
        port: int = server.getsockname()[1]
    mapping = Mapping(
        name="Proof",
        listen_ports=PortRange.single(port),
        target_host=LOOPBACK,
        target_ports=PortRange.single(target_port),
    )
    folder.mkdir(parents=True, exist_ok=True)
    Store(folder).save(Profile(mappings=(mapping,)))
    return port


def relays(port: int) -> bool:
    """Whether a byte comes back through this port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=5) as client:
            client.sendall(b"!")
            return client.recv(1) == b"!"
    except OSError:
        return False
