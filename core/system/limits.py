"""Settings of the process as a whole, made once by a front: descriptors, collector, threads."""

from __future__ import annotations

import contextlib
import gc
import sys

RESERVED = 128
"""Descriptors for everything but relaying; of a small limit an eighth."""


def raise_descriptor_limit() -> None:
    """Use all the descriptors the system allows; desktops often start programs with 1,024.

    Linux and macOS have a soft limit that a process may raise to the hard one (getrlimit(2));
    Windows has none.
    """
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(OSError, ValueError):  # macOS refuses "unlimited": stay as we are
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def descriptor_ceiling() -> int:
    """The first descriptor number that relaying must leave to the rest of the process.

    A process that has none left cannot save, look a name up, or repaint its window. The system
    hands out the lowest free number (open(2)), so the number tells how many are in use.
    """
    if sys.platform == "win32":
        return sys.maxsize
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft - min(RESERVED, soft // 8)


def calm_the_collector() -> None:
    """Have Python look for garbage in cycles seldom, and not in what has been loaded by now.

    Sessions cut their cycles when they close and are freed at once; with ten thousand of them
    open, each look through all objects would hold up the loop for milliseconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def hand_over_sooner() -> None:
    """Let a busy window give the interpreter to the engine after half a millisecond, not five.

    The engine gives it away with every system call; without this, a table that repaints doubles
    the time that one in a hundred short connections takes.
    """
    sys.setswitchinterval(0.0005)
