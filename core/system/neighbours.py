"""Machines inside this one: Docker's containers, WSL, and from within WSL Windows; slow questions.

Each is asked for where it can be found without rights; where it cannot, there is none.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core.config.address import WSL_PREFIX
from core.system.own_addresses import Network
from core.system.wsl import distributions

DOCKER_SECONDS = 1.0
_DOCKER = Path("/var/run/docker.sock")
_KERNEL = Path("/proc/sys/kernel/osrelease")
_ROUTES = Path("/proc/net/route")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A machine inside this one, or around it, and the TCP ports it is known to serve."""

    name: str
    address: str
    network: Network
    ports: tuple[int, ...] = ()


def neighbours() -> tuple[Neighbour, ...]:
    """All that are found now. Blocking, for some seconds at worst."""
    if sys.platform == "win32":
        return _wsl()
    return (*_docker(), *_windows_around_wsl())


class _LocalConnection(http.client.HTTPConnection):
    """HTTP over the socket file of Docker's daemon."""

    def connect(self) -> None:
        """Connect to the file instead of a host."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)  # type: ignore[attr-defined,unused-ignore]
        self.sock.settimeout(DOCKER_SECONDS)
        self.sock.connect(str(_DOCKER))


class _Port(msgspec.Struct, rename="pascal"):
    private_port: int
    type: str


class _Attached(msgspec.Struct):
    address: str = msgspec.field(name="IPAddress", default="")


class _Networks(msgspec.Struct, rename="pascal"):
    networks: dict[str, _Attached]


class _Container(msgspec.Struct, rename="pascal"):
    """What is of use to us in Docker's answer (Docker Engine API, ContainerList)."""

    names: tuple[str, ...]
    ports: tuple[_Port, ...]
    network_settings: _Networks


def _docker() -> tuple[Neighbour, ...]:
    """The running containers."""
    connection = _LocalConnection("localhost", timeout=DOCKER_SECONDS)
    try:
        connection.request("GET", "/containers/json")
        answer = connection.getresponse().read()
        containers = msgspec.json.decode(answer, type=tuple[_Container, ...])
    except (OSError, http.client.HTTPException, msgspec.DecodeError):
        return ()  # no Docker, no right to ask it, or one that answers in another way
    finally:
        connection.close()
    return tuple(
        Neighbour("".join(one.names[:1]).lstrip("/"), attached.address, Network.DOCKER, ports)
        for one in containers
        for ports in [
            tuple(sorted({port.private_port for port in one.ports if port.type == "tcp"}))
        ]
        for attached in one.network_settings.networks.values()
        if attached.address
    )


def _windows_around_wsl() -> tuple[Neighbour, ...]:
    """From within WSL, Windows is the gateway (Microsoft, "Accessing network applications")."""
    try:
        if "microsoft" not in _KERNEL.read_text("ascii").lower():
            return ()
        rows = [line.split() for line in _ROUTES.read_text("ascii").splitlines()[1:]]
    except (OSError, UnicodeError):
        return ()
    for row in rows:
        if row[1] == "00000000":
            # Numbers of this file are in the machine's own byte order.
            address = ipaddress.IPv4Address(int(row[2], 16).to_bytes(4, sys.byteorder))
            return (Neighbour("Windows", str(address), Network.WSL),)
    return ()


def _wsl() -> tuple[Neighbour, ...]:
    """WSL's distributions by their names: their addresses change, and a name can be a target."""
    return tuple(Neighbour(name, WSL_PREFIX + name, Network.WSL) for name in distributions())
