"""From the system's errors to sentences: what happened, to which address, and what helps."""

from __future__ import annotations

import errno
import os
import socket
import sys
from typing import TYPE_CHECKING

from core.config.address import WSL_PREFIX, format_address, is_wsl
from core.config.mapping import problems
from core.engine.circles import OwnPortError
from core.engine.status import Trouble, TroubleKind
from core.message import message

if TYPE_CHECKING:
    from core.config.address import PortRange
    from core.config.mapping import Mapping
    from core.engine.status import PortOwner

_ACCESS = frozenset({errno.EACCES, errno.EPERM, getattr(errno, "WSAEACCES", errno.EACCES)})
MAY_BE_TAKEN = {errno.EADDRINUSE} | (_ACCESS if sys.platform == "win32" else set())
"""Windows refuses a port another program holds for itself alone as it does a reserved one."""
_TIMED_OUT = frozenset({errno.ETIMEDOUT})
_REFUSED = frozenset({errno.ECONNREFUSED})
_RESET = frozenset({errno.ECONNRESET, errno.ECONNABORTED})
_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})

RETRIED = frozenset(
    {
        TroubleKind.PORT_IN_USE,
        TroubleKind.ADDRESS_NOT_HERE,
        TroubleKind.NAME_NOT_FOUND,
        TroubleKind.NO_DESCRIPTORS,
    }
)
"""What can pass by itself; for these the engine tries again and the state is "waiting"."""


def listen_trouble(
    error: OSError, address: str, owner: PortOwner | None, reserved: PortRange | None = None
) -> Trouble:
    """Why a listener could not be opened; `reserved` is the range of Windows it lies in."""
    number = error.errno
    if number == errno.EADDRINUSE or (number in MAY_BE_TAKEN and owner is not None):
        if owner is None:
            reason = message("{address} is in use by another program.", address=address)
        else:
            reason = message(
                "{address} is in use by {name} (process {pid}).",
                address=address, name=owner.name or "another program", pid=owner.pid,
            )  # fmt: skip
        remedy = message("End that program or choose another port.")
        return Trouble(TroubleKind.PORT_IN_USE, address, reason, remedy, owner)
    if number in _ACCESS and reserved is not None:
        reason = message(
            "Windows has reserved the ports {range}, and {address} is among them.",
            range=str(reserved), address=address,
        )  # fmt: skip
        remedy = message("Choose a port outside of that range.")
        return Trouble(TroubleKind.NO_PERMISSION, address, reason, remedy)
    if number in _ACCESS and number in MAY_BE_TAKEN:
        # So it is also for a while after a stop, until the last connections are gone (Winsock,
        # SO_EXCLUSIVEADDRUSE).
        reason = message(
            "Windows does not give {address} to Portway: another program keeps it for itself, or"
            " Windows has not released it yet.",
            address=address,
        )
        remedy = message("Wait a moment, end that program, or choose another port.")
        return Trouble(TroubleKind.PORT_IN_USE, address, reason, remedy)
    if number in _ACCESS:
        reason = message("The system does not let Portway listen on {address}.", address=address)
        remedy = message("Ports below 1024 need special rights; choose one from 1024 up.")
        return Trouble(TroubleKind.NO_PERMISSION, address, reason, remedy)
    if number == errno.EADDRNOTAVAIL:
        reason = message("{address} is not an address of this computer now.", address=address)
        remedy = message("Choose one of its addresses, or connect the network it belongs to.")
        return Trouble(TroubleKind.ADDRESS_NOT_HERE, address, reason, remedy)
    if number in (errno.EMFILE, errno.ENFILE):
        return no_descriptors(address)
    reason = message("Cannot listen on {address}: {why}.", address=address, why=why(error))
    return Trouble(TroubleKind.OTHER, address, reason, message("Choose another address or port."))


def taken_by_mapping(address: str, title: str) -> Trouble:
    """The port is held by another mapping of Portway itself."""
    reason = message(
        "{address} is already used by your mapping “{title}”.", address=address, title=title
    )
    remedy = message("Switch that mapping off, or choose another port for one of them.")
    return Trouble(TroubleKind.PORT_IN_USE, address, reason, remedy)


def connect_trouble(error: OSError, address: str) -> Trouble:
    """Why a target could not be reached."""
    if isinstance(error, OwnPortError):
        return _circle(address, error.by)
    number = error.errno
    if number in _REFUSED:
        reason = message("{address} refused the connection.", address=address)
        remedy = message("Check that the program there is running and uses this port.")
        return Trouble(TroubleKind.TARGET_REFUSED, address, reason, remedy)
    if number in _TIMED_OUT:
        reason = message("{address} did not answer.", address=address)
        remedy = message("Check that the computer is on and that no firewall drops the traffic.")
        return Trouble(TroubleKind.TARGET_TIMED_OUT, address, reason, remedy)
    if number in _NO_ROUTE:
        reason = message("There is no way to {address} from here.", address=address)
        remedy = message("Check the network connection and the address.")
        return Trouble(TroubleKind.TARGET_UNREACHABLE, address, reason, remedy)
    if number in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS):
        return no_descriptors(address)
    if number in _ACCESS:
        reason = message(
            "A firewall or security program on this computer keeps Portway from {address}.",
            address=address,
        )
        remedy = message("Allow Portway to connect there, in that program's settings.")
        return Trouble(TroubleKind.OTHER, address, reason, remedy)
    if number == errno.EADDRNOTAVAIL:
        reason = message(
            "{address} cannot be reached from the source address of this mapping, or is no address"
            " to connect to.",
            address=address,
        )
        remedy = message("Check the source address, and the target's address and port.")
        return Trouble(TroubleKind.OTHER, address, reason, remedy)
    if number in _RESET:
        reason = message("{address} broke the connection off at once.", address=address)
        remedy = message("Check that the program there takes connections from this computer.")
        return Trouble(TroubleKind.OTHER, address, reason, remedy)
    reason = message("Cannot connect to {address}: {why}.", address=address, why=why(error))
    return Trouble(TroubleKind.OTHER, address, reason, message("Check the target's address."))


def _circle(address: str, by: str) -> Trouble:
    reason = message(
        "{address} leads back to this mapping itself; what it carries would run in a circle.",
        address=address,
    )
    if by:
        reason = message(
            "{address} leads back to this mapping, by your mapping “{title}”; what they carry would"
            " run in a circle.",
            address=address, title=by,
        )  # fmt: skip
    remedy = message("Choose another target, or another port to listen on.")
    return Trouble(TroubleKind.TARGET_UNREACHABLE, address, reason, remedy)


def datagram_trouble(error: OSError, host: str, port: int) -> Trouble:
    """Why a target does not take datagrams, as far as its system tells."""
    number = error.errno
    address = format_address(host, port)
    if isinstance(error, OwnPortError):
        return _circle(address, error.by)
    if number in _REFUSED or number == errno.ECONNRESET:  # as Windows calls it
        reason = message("Nobody listens on UDP {address}.", address=address)
        remedy = message("Check that the program there is running and uses this port.")
        return Trouble(TroubleKind.TARGET_REFUSED, address, reason, remedy)
    if number in _NO_ROUTE:
        reason = message("There is no way to {address} from here.", address=address)
        remedy = message("Check the network connection and the address.")
        return Trouble(TroubleKind.TARGET_UNREACHABLE, address, reason, remedy)
    reason = message("Cannot send to UDP {address}: {why}.", address=address, why=why(error))
    return Trouble(TroubleKind.OTHER, address, reason, message("Check the target's address."))


def name_trouble(error: Exception, host: str) -> Trouble:
    """Why a name has no address."""
    if is_wsl(host):
        name = host[len(WSL_PREFIX) :]
        reason = message("The WSL distribution {name} has no address now.", name=name)
        remedy = message("Check with “wsl --list” that it is there, and that it starts.")
    elif isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        reason = message("The name {host} cannot be looked up now.", host=host)
        remedy = message("Check the network connection.")
    else:
        reason = message("The name {host} was not found.", host=host)
        remedy = message("Check the spelling, or write the address instead of the name.")
    return Trouble(TroubleKind.NAME_NOT_FOUND, host, reason, remedy)


def no_descriptors(address: str, *, few: bool = False) -> Trouble:
    """The process has as many connections as the system allows it.

    `few`: it has to make do with select(), see `open_poller`.
    """
    reason = message("{address}: too many open connections for this system.", address=address)
    if few and sys.platform == "win32":
        remedy = message("On Windows about 250 at a time are possible; the others are turned away.")
    else:
        remedy = message(
            "New ones wait until others end; raise the limit of open files if you can."
        )
    return Trouble(TroubleKind.NO_DESCRIPTORS, address, reason, remedy)


def refusal(mapping: Mapping) -> Trouble | None:
    """Why a mapping cannot be run at all, if so: it is not valid."""
    for problem in problems(mapping):
        text = message("This mapping is not valid: {problem}", problem=problem.text)
        return Trouble(TroubleKind.INVALID, mapping.title, text, message("Edit the mapping."))
    return None


def why(error: OSError) -> str:
    """The system's own words, without the number."""
    return error.strerror or (os.strerror(error.errno) if error.errno else str(error))
