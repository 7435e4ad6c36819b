"""Docker's containers and WSL, asked for where they can be found."""

from __future__ import annotations

import http.server
import json
import socketserver
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from core.system import neighbours as module
from core.system.neighbours import Neighbour, neighbours
from core.system.own_addresses import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

needs_socket_files = pytest.mark.skipif(
    not hasattr(socketserver, "UnixStreamServer"), reason="no socket files here"
)


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with neither Docker nor WSL."""
    monkeypatch.setattr(module, "_DOCKER", tmp_path / "docker.sock")
    monkeypatch.setattr(module, "_KERNEL", tmp_path / "osrelease")
    monkeypatch.setattr(module, "_ROUTES", tmp_path / "route")
    return tmp_path


@pytest.fixture
def docker(nowhere: Path) -> Iterator[Callable[[int, bytes], None]]:
    """Docker's daemon, which answers the list of containers as it is told to."""
    answers: list[tuple[int, bytes]] = [(200, b"[]")]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers[-1]
            self.send_response(status if self.path == "/containers/json" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    with socketserver.UnixStreamServer(str(nowhere / "docker.sock"), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield lambda status, body: answers.append((status, body))
        server.shutdown()
        thread.join()


def container(name: str, address: str, *ports: tuple[int, str]) -> dict[str, Any]:
    return {
        "Names": [f"/{name}"],
        "Ports": [{"PrivatePort": port, "Type": kind} for port, kind in ports],
        "NetworkSettings": {"Networks": {"bridge": {"IPAddress": address}}},
    }


def test_where_there_is_none_there_is_none() -> None:
    assert neighbours() == ()


@needs_socket_files
def test_running_containers_are_found_with_their_ports(
    docker: Callable[[int, bytes], None],
) -> None:
    told = [
        container("db", "172.17.0.2", (5432, "tcp"), (9, "udp"), (80, "tcp")),
        container("host-network", ""),
    ]
    docker(200, json.dumps(told).encode())
    assert neighbours() == (Neighbour("db", "172.17.0.2", Network.DOCKER, (80, 5432)),)


@needs_socket_files
@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b'{"message": "no"}'), (200, b"not JSON"), (200, b'[{"Names": []}]'), (200, b"[1]")],
)
def test_a_docker_that_answers_otherwise_is_as_good_as_none(
    docker: Callable[[int, bytes], None], status: int, body: bytes
) -> None:
    docker(status, body)
    assert neighbours() == ()


@needs_socket_files
def test_from_within_wsl_windows_is_the_gateway(nowhere: Path) -> None:
    gateway = int.from_bytes(bytes([172, 20, 0, 1]), sys.byteorder)
    (nowhere / "route").write_text(
        "Iface Destination Gateway Flags\n"
        "eth0 0014AC00 00000000 0001\n"
        f"eth0 00000000 {gateway:08X} 0003\n"
    )
    (nowhere / "osrelease").write_text("6.1.0-generic\n")
    assert neighbours() == ()
    (nowhere / "osrelease").write_text("5.15.153.1-microsoft-standard-WSL2\n")
    assert neighbours() == (Neighbour("Windows", "172.20.0.1", Network.WSL),)


def test_on_windows_the_distributions_of_wsl_are_neighbours_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(module, "distributions", lambda: ("Ubuntu", "Alpine"))
    assert neighbours() == (
        Neighbour("Ubuntu", "wsl:Ubuntu", Network.WSL),
        Neighbour("Alpine", "wsl:Alpine", Network.WSL),
    )
