"""What the harness asks of the operating system: ports, descriptors, process trees; no policy."""

import contextlib
import os
import platform
import random
import socket
import sys
from pathlib import Path

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a TCP port on the loopback that can be bound now.

    It lies below the range that outgoing connections draw from: the load leaves tens of thousands
    of those in TIME_WAIT, and each would forbid a listener on its port.
    """
    limits = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    top = max(int(limits[0]), 2048)
    for _ in range(200):
        port = random.randrange(max(1024, top - 16_384), top)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind((LOOPBACK, port))
            return port
    raise OSError("found no free port on the loopback")


def raise_descriptor_limit(wanted: int) -> int:
    """Lift this process's limit of open files to its hard limit and return it.

    If that is less than `wanted`, lifting the hard limit is tried, too: only root may.
    """
    if sys.platform != "win32":  # said for type checkers, which run everywhere
        import resource

        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if hard < wanted:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        return hard
    else:
        raise NotImplementedError("the benchmarks need Linux")


def process_tree(root: int) -> list[int]:
    """Return `root` and the ids of all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it may end while we look
                # The name in parentheses may hold anything, so count from its end.
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                children.setdefault(int(parent), []).append(int(entry.name))
    tree = [root]
    for pid in tree:
        tree += children.get(pid, [])
    return tree


def describe() -> str:
    """Return one line on this machine, for the head of a report."""
    load = Path("/proc/loadavg").read_text().split()[0]
    control = Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text().strip()
    return (
        f"{os.cpu_count()} CPUs, {platform.system()} {platform.release()}, {control}, "
        f"Python {platform.python_version()}, load {load} before the run"
    )
