"""The PROXY protocol: its bytes, and what real servers read out of them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import urllib.request
from typing import TYPE_CHECKING

import pytest

from core.config.mapping import ProxyProtocol
from core.engine.proxy_protocol import SIGNATURE, header
from core.engine.sockets import has_ipv6
from tests.core.engine.relaying import Relaying, mapping_to
from tests.support import accept, connect, eventually, free_port, listen, port_of, read_exactly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSIONS = [ProxyProtocol.V1, ProxyProtocol.V2]
needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")


def test_version_1_is_a_line_of_text() -> None:
    line = header(ProxyProtocol.V1, ("192.0.2.7", 56324), ("192.0.2.1", 443))
    assert line == b"PROXY TCP4 192.0.2.7 192.0.2.1 56324 443\r\n"


def test_version_2_is_binary() -> None:
    expected = SIGNATURE + bytes.fromhex("2111000cc0000207c0000201dc0401bb")
    assert header(ProxyProtocol.V2, ("192.0.2.7", 56324), ("192.0.2.1", 443)) == expected


def test_a_zone_is_left_out_and_ipv6_is_said() -> None:
    line = header(ProxyProtocol.V1, ("fe80::1%eth0", 1), ("::1", 2))
    assert line == b"PROXY TCP6 fe80::1 ::1 1 2\r\n"
    binary = header(ProxyProtocol.V2, ("fe80::1", 1), ("::1", 2))
    assert len(binary) == 16 + 36
    assert binary[13] == 0x21


def test_an_ipv4_client_of_a_dual_stack_listener_is_told_as_ipv4() -> None:
    line = header(ProxyProtocol.V1, ("::ffff:192.0.2.7", 1), ("::ffff:192.0.2.1", 2))
    assert line == b"PROXY TCP4 192.0.2.7 192.0.2.1 1 2\r\n"


@pytest.mark.parametrize("version", VERSIONS)
def test_the_header_comes_before_the_clients_first_byte(
    relaying: Relaying, version: ProxyProtocol
) -> None:
    with listen() as target:
        mapping = mapping_to(port_of(target), proxy_protocol=version)
        port = relaying.listen(mapping)
        with connect(port) as client:
            client.sendall(b"hello")
            with accept(target) as server:
                expected = header(version, client.getsockname(), client.getpeername())
                assert read_exactly(server, len(expected) + 5) == expected + b"hello"
                server.sendall(b"ok")
                assert read_exactly(client, 2) == b"ok"
                numbers = relaying.snapshot().mappings[mapping.id]
                assert (numbers.bytes_up, numbers.bytes_down) == (5, 2)


def test_a_silent_client_is_introduced_to_a_server_that_speaks_first(relaying: Relaying) -> None:
    with listen() as target:
        port = relaying.listen(mapping_to(port_of(target), proxy_protocol=ProxyProtocol.V1))
        with connect(port) as client, accept(target) as server:
            assert read_exactly(server, 6) == b"PROXY "
            server.sendall(b"220 ready")
            assert read_exactly(client, 9) == b"220 ready"


def test_a_refused_target_with_a_header_waiting_is_reported_as_ever(relaying: Relaying) -> None:
    mapping = mapping_to(free_port(), proxy_protocol=ProxyProtocol.V2)
    port = relaying.listen(mapping)
    try:
        with connect(port) as client:
            assert client.recv(1) == b""
    except ConnectionResetError:
        pass
    assert eventually(lambda: relaying.snapshot().mappings[mapping.id].failed == 1)


def _haproxy(folder: Path, port: int) -> list[str]:
    config = folder / "haproxy.cfg"
    config.write_text(
        "defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\n"
        f"frontend f\n bind 127.0.0.1:{port} accept-proxy\n"
        ' http-request return status 200 content-type text/plain lf-string "%[src] %[src_port]"\n'
    )
    return ["haproxy", "-db", "-f", str(config)]


def _nginx(folder: Path, port: int) -> list[str]:
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/log;\n"
        "events {}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;\n"
        f" fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
        f" server {{ listen 127.0.0.1:{port} proxy_protocol; default_type text/plain;\n"
        '  return 200 "$proxy_protocol_addr $proxy_protocol_port"; } }\n'
    )
    return ["nginx", "-p", str(folder), "-c", str(config), "-e", f"{folder}/log"]


@pytest.fixture(params=["haproxy", "nginx"])
def real_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    port = free_port()
    command = (_haproxy if request.param == "haproxy" else _nginx)(tmp_path, port)
    with (tmp_path / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        assert eventually(lambda: _answers(port)), (tmp_path / "output").read_text()
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        connect(port).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.mark.parametrize("version", VERSIONS)
def test_a_real_server_reads_the_clients_address(real_server: int, version: ProxyProtocol) -> None:
    with Relaying() as relaying:
        port = relaying.listen(mapping_to(real_server, proxy_protocol=version))
        with socket.create_connection(
            ("127.0.0.1", port), timeout=10, source_address=("127.0.0.5", 0)
        ) as client:
            client.sendall(b"GET / HTTP/1.0\r\nHost: x\r\n\r\n")
            answer = b""
            while part := client.recv(4096):
                answer += part
            own = client.getsockname()
        assert answer.endswith(f"{own[0]} {own[1]}".encode()), answer


def test_without_the_option_a_real_server_would_refuse(real_server: int) -> None:
    """What the tests above rest on: these servers insist on the header."""
    with Relaying() as relaying:
        port = relaying.listen(mapping_to(real_server))
        with pytest.raises(OSError):  # noqa: PT011 - each server has its own way of refusing
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
