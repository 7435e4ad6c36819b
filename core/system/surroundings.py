"""Tells when the network or the clock is another one now, as after a sleep; draws no conclusions.

One thread waits for what the system tells by itself, so that nothing has to look again and again.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import select
import socket
import sys
import threading
from typing import TYPE_CHECKING, Protocol

import psutil

from core.system.clock_jumps import ClockJumps
from core.system.interfaces import interface_addresses

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("portway.system")

SETTLE_SECONDS = 0.5
"""What changes rarely changes alone: an address comes with its interface."""
NETLINK_ROUTE = 0
_LINKS_AND_ADDRESSES = 0x1 | 0x10 | 0x100
"""RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR of rtnetlink(7)."""


class Watch(Protocol):
    """What is running while somebody wants to know."""

    def close(self) -> None:
        """Tell no more."""


def watch(changed: Callable[[bool], None]) -> Watch | None:
    """Call back in a thread of our own when something changed; true: the clock jumped.

    None where the system tells nothing.
    """
    try:
        if sys.platform == "linux":
            return LinuxWatch(changed)
        elif sys.platform == "win32":
            from core.system.windows_surroundings import WindowsWatch

            return WindowsWatch(changed)
    except OSError as error:
        log.debug("The system tells nothing of its network and clock: %s", error)
    return None


def network_now() -> object:
    """What there is to compare: addresses that others may reach, of interfaces that are up.

    Without link-local ones: containers come and go with an interface that has nothing else.
    """
    up = {name for name, stats in psutil.net_if_stats().items() if stats.isup}
    return frozenset(
        (name, address)
        for name, addresses in interface_addresses().items()
        for address in addresses
        if name in up and not address.lower().startswith("fe80:")
    )


class LinuxWatch:
    """Listens to the kernel: rtnetlink(7) for the network, a cancelled timer for the clock."""

    def __init__(self, changed: Callable[[bool], None]) -> None:
        self._changed = changed
        with contextlib.ExitStack() as opened:
            self._news = opened.enter_context(_netlink())
            self._jumps: ClockJumps | None = None
            with contextlib.suppress(OSError):  # a sandbox may refuse it; the network is told yet
                self._jumps = opened.enter_context(contextlib.closing(ClockJumps()))
            self._stop, stop = os.pipe2(os.O_CLOEXEC)
            opened.callback(os.close, self._stop)
            self._bell = stop
            opened.callback(os.close, stop)
            self._opened = opened.pop_all()
        self._network = network_now()
        self._thread = threading.Thread(target=self._run, name="portway-surroundings", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread and give its descriptors back."""
        os.write(self._bell, b"\0")
        self._thread.join()
        self._opened.close()

    def _run(self) -> None:
        poller = select.poll()
        poller.register(self._news, select.POLLIN)
        poller.register(self._stop, select.POLLIN)
        if self._jumps is not None:
            poller.register(self._jumps, select.POLLIN)
        stopped = select.poll()
        stopped.register(self._stop, select.POLLIN)
        while True:
            ready = {fd for fd, _ in poller.poll()}
            # Once for all that comes in this time, and not again and again while it goes on.
            if self._stop in ready or stopped.poll(SETTLE_SECONDS * 1000):
                return
            try:
                self._look()
            except Exception:
                log.exception("Cannot tell what changed around us")

    def _look(self) -> None:
        while _receive(self._news):
            pass
        jumped = self._jumps is not None and self._jumps.jumped()
        before, self._network = self._network, network_now()
        if jumped or before != self._network:
            self._changed(jumped)


def _receive(news: socket.socket) -> bool:
    """Take a message, whatever it says; false if there is none."""
    try:
        news.recv(65536)
    except BlockingIOError:
        return False
    except OSError as error:
        # More has changed than the kernel keeps for us: that is news, too.
        if error.errno != errno.ENOBUFS:
            raise
    return True


def _netlink() -> socket.socket:
    if sys.platform != "linux":
        raise OSError("only Linux has netlink")
    news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, NETLINK_ROUTE)
    try:
        news.bind((0, _LINKS_AND_ADDRESSES))
    except OSError:
        news.close()
        raise
    return news
