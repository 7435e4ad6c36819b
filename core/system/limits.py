"""The process's own limits: how many descriptors it may open."""

from __future__ import annotations

import contextlib
import sys


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
