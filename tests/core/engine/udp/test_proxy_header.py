"""The PROXY protocol before each datagram, and a real name server that reads it."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
from typing import TYPE_CHECKING

import pytest

from core.config.mapping import ProxyProtocol, problems
from core.engine.proxy_protocol import header
from tests.core.engine.relaying import Relaying, mapping_to
from tests.core.engine.udp.peers import free_udp_port, talk_to, udp
from tests.support import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_a_datagrams_header_says_so() -> None:
    binary = header(ProxyProtocol.V2, ("192.0.2.7", 56324), ("192.0.2.1", 53), datagrams=True)
    assert binary[12:14] == b"\x21\x12"
    assert header(ProxyProtocol.V2, ("::1", 1), ("::2", 2), datagrams=True)[13] == 0x22


def test_each_datagram_is_introduced_and_answers_are_not(relaying: Relaying) -> None:
    with udp() as target:
        mapping = mapping_to(target.getsockname()[1], protocol="udp", proxy_protocol="v2")
        port = relaying.listen(mapping)
        with talk_to(port) as client:
            own = client.getsockname()
            expected = header(ProxyProtocol.V2, own, ("127.0.0.1", port), datagrams=True)
            for data in (b"one", b"", b"three" * 200, *[b"run" * 100] * 30):
                client.send(data)
                heard, relay = target.recvfrom(1 << 16)
                assert heard == expected + data
            target.sendto(b"bare", relay)
            assert client.recv(100) == b"bare"
            numbers = relaying.snapshot().mappings[mapping.id]
            assert numbers.bytes_up == 3 + 1000 + 30 * 300, "the header is none of the client's"


def test_a_datagram_that_the_header_makes_too_big_is_dropped(relaying: Relaying) -> None:
    with udp() as target:
        mapping = mapping_to(target.getsockname()[1], protocol="udp", proxy_protocol="v2")
        with talk_to(relaying.listen(mapping)) as client:
            client.send(bytes(65_507))
            client.send(b"next")
            assert target.recv(1 << 16).endswith(b"next")
            assert relaying.snapshot().mappings[mapping.id].drops.too_big == 1


@pytest.mark.parametrize("protocol", ["udp", "both"])
def test_version_1_is_refused_for_datagrams_in_words(protocol: str) -> None:
    mapping = mapping_to(1, protocol=protocol, proxy_protocol=ProxyProtocol.V1)
    (problem,) = problems(mapping)
    assert problem.field == "proxy_protocol"
    assert "version 2" in str(problem.text)


@pytest.fixture
def name_server(tmp_path: Path) -> Iterator[int]:
    """A name server that takes PROXY headers, and logs who asks."""
    if shutil.which("unbound") is None:
        pytest.skip("unbound is not installed")
    port = free_udp_port()
    config = tmp_path / "unbound.conf"
    config.write_text(
        "server:\n do-daemonize: no\n use-syslog: no\n chroot: ''\n username: ''\n"
        f" directory: {tmp_path}\n pidfile: {tmp_path}/pid\n num-threads: 1\n"
        f" interface: 127.0.0.1@{port}\n proxy-protocol-port: {port}\n"
        " access-control: 127.0.0.0/8 allow\n log-queries: yes\n"
        ' local-zone: "portway.test." static\n local-data: "portway.test. A 192.0.2.7"\n'
        "remote-control:\n control-enable: no\n"
    )
    with (tmp_path / "output").open("wb") as output:
        process = subprocess.Popen(["unbound", "-d", "-c", config], stdout=output, stderr=output)
    try:
        assert eventually(lambda: _listens(port)), (tmp_path / "output").read_text()
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    try:
        udp(port=port).close()
    except OSError:
        return True
    return False


def _ask(port: int, source: str) -> bytes:
    query = struct.pack("!6H", 7, 0x0100, 1, 0, 0, 0) + b"\7portway\4test\0\0\1\0\1"
    with talk_to(port, source=source) as client:
        client.send(query)
        return client.recv(512)


def test_a_real_name_server_reads_the_clients_address(
    relaying: Relaying, name_server: int, tmp_path: Path
) -> None:
    mapping = mapping_to(name_server, protocol="udp", proxy_protocol="v2")
    port = relaying.listen(mapping)
    assert _ask(port, "127.0.0.9").endswith(socket.inet_aton("192.0.2.7"))
    log = tmp_path / "output"
    assert eventually(lambda: "127.0.0.9 portway.test. A IN" in log.read_text())
    assert "127.0.0.1 portway.test." not in log.read_text()
