"""Who owns a port: asks the system's tables, which can take a second; never on the loop."""

from __future__ import annotations

from core.engine.status import PortOwner

_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound


def owner_of(port: int, kind: str = "tcp", address: str = "") -> PortOwner | None:
    """Find the process that listens on a port ("tcp") or has it bound ("udp").

    Of several, each on an address of its own, it is the one that keeps `address` from us. None
    where nobody does, or where the system hides other users' processes from us.
    """
    import psutil  # here: only a port in use makes anyone ask, and it costs 1.5 MB

    try:
        entries = psutil.net_connections(kind=kind)
    except (psutil.Error, OSError):  # OSError: /proc/net may be closed to us
        return None
    found: PortOwner | None = None
    for entry in entries:
        listens = kind == "udp" or entry.status == psutil.CONN_LISTEN
        if listens and entry.laddr and entry.laddr.port == port and entry.pid:
            if not address or entry.laddr.ip in (address, *_EVERYWHERE):
                return PortOwner(entry.pid, _name_of(entry.pid))
            found = found or PortOwner(entry.pid, _name_of(entry.pid))
    return found


def _name_of(pid: int) -> str:
    import psutil

    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return ""
