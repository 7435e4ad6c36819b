"""The last step: comes in through the listener as a client does, and waits for what happens."""

from __future__ import annotations

import ipaddress
import socket
import time
from typing import TYPE_CHECKING

from core.config.mapping import Protocol
from core.diagnose.patience import GLANCE, CancelledError
from core.diagnose.remedies import Remedy
from core.diagnose.steps import Step, Verdict
from core.engine.trouble import why
from core.message import Message, message

if TYPE_CHECKING:
    import threading

    from core.config.mapping import Mapping
    from core.engine.status import Status

QUIET_SECONDS = 2.0
"""A target that speaks first does so within this time; it is also long enough to be turned away."""
CONNECT_SECONDS = 5.0
SHOWN = 60
"""So many bytes of what the target said are shown."""


def first_bytes(
    title: Message, mapping: Mapping, status: Status, stop: threading.Event, *, reached: bool
) -> Step:
    """Connect through the listener and see whether the way stays open; sends nothing."""
    reason = _why_not(mapping, status, reached=reached)
    if reason is not None:
        return Step(title, Verdict.SKIPPED, reason)
    host, port = _nearest(status)
    try:
        with socket.create_connection((host, port), CONNECT_SECONDS) as client:
            return _watch(title, client, stop)
    except OSError as error:
        text = message("The listener did not take a connection: {why}.", why=why(error))
        help_ = Remedy(message("Switch the mapping off and on again."))
        return Step(title, Verdict.FAILED, text, help_)


def _why_not(mapping: Mapping, status: Status, *, reached: bool) -> Message | None:
    """Why there is nothing to try, if so."""
    if Protocol.TCP not in mapping.protocols:
        return message("UDP has no connections; only your program's own datagrams can tell.")
    if not status.listening or Protocol.TCP not in (status.protocols or mapping.protocols):
        return message("The mapping does not listen.")
    if not reached:
        return message("No target answered, so nothing can come through.")
    client = ipaddress.ip_address(_nearest(status)[0].partition("%")[0])
    networks = [ipaddress.ip_network(text.strip(), strict=False) for text in mapping.allow]
    if networks and not any(client in network for network in networks):
        return message("This computer is not among those that the mapping lets in.")
    return None


def _nearest(status: Status) -> tuple[str, int]:
    """Where a client of this machine goes: to connect to every address means to the loopback."""
    host, port = status.listening[0]
    return {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1"}.get(host, host), port  # noqa: S104


def _watch(title: Message, client: socket.socket, stop: threading.Event) -> Step:
    client.settimeout(GLANCE)
    deadline = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < deadline:
        if stop.is_set():
            raise CancelledError
        try:
            data = client.recv(SHOWN)
        except TimeoutError:
            continue
        except OSError:
            data = b""
        if data:
            text = message("The target spoke first: “{words}”", words=_printable(data))
            return Step(title, Verdict.OK, text)
        text = message("The connection came through, but was ended at once.")
        help_ = Remedy(
            message(
                "See the log of the program at the target; it may want an encrypted connection, "
                "or let in only certain computers."
            )
        )
        return Step(title, Verdict.FAILED, text, help_)
    text = message(
        "The connection stays open; the target waits for its client to speak first, "
        "as web servers do."
    )
    return Step(title, Verdict.OK, text)


def _printable(data: bytes) -> str:
    text = data.decode("utf-8", "replace").strip()
    return "".join(one if one.isprintable() else "·" for one in text)
