"""`forward --udp` and `--both` as the real program, with the real programs people use."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from core.engine.udp.sockets import LINUX
from tests.core.cli.program import Program
from tests.core.engine.udp.peers import Echo, free_udp_port, talk_to, udp
from tests.support import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_one_line_says_that_it_takes_datagrams_and_it_does() -> None:
    with (
        Echo() as target,
        Program("forward", "--udp", "0", f"127.0.0.1:{target.port}") as relay,
    ):
        found = relay.said(rf"listening udp 127\.0\.0\.1:(\d+) -> 127\.0\.0\.1:{target.port}")
        with talk_to(int(found[1])) as client:
            client.send(b"through")
            assert client.recv(100) == b"through"
        assert relay.end() == 0
        assert relay.err == []


def test_both_print_a_line_each_for_the_same_port() -> None:
    with Program("forward", "--both", "--json", "0", "127.0.0.1:9") as relay:
        relay.said(r".*\"udp\".*")
        lines = relay.objects
        assert [line["protocol"] for line in lines] == ["tcp", "udp"]
        assert lines[0]["listen"] == lines[1]["listen"]
        assert lines[0]["bound"] == lines[1]["bound"] == [lines[0]["listen"]]


def test_only_the_half_that_listens_is_announced() -> None:
    port = free_udp_port()
    with (
        udp(port=port) as squatter,
        Program("forward", "--both", str(port), "127.0.0.1:9") as relay,
    ):
        relay.said(rf"listening tcp 127\.0\.0\.1:{port} -> .*")
        relay.said(rf"portway: .*UDP 127\.0\.0\.1:{port} is in use by .*", error=True)
        assert len(relay.out) == 1
        squatter.close()
        relay.said(rf"listening udp 127\.0\.0\.1:{port} -> .*")


@pytest.mark.skipif(not LINUX, reason="a closed port is told by ICMP, which Wine does not")
def test_a_refused_client_is_told_on_standard_error() -> None:
    port = free_udp_port()
    with Program("forward", "--udp", "0", f"127.0.0.1:{port}") as relay:
        found = relay.said(r"listening udp 127\.0\.0\.1:(\d+) -> .*")
        with talk_to(int(found[1])) as client:
            client.send(b"anybody?")
            relay.said(rf"portway: .*Nobody listens on UDP 127\.0\.0\.1:{port}\. .*", error=True)


@pytest.mark.skipif(os.name == "nt", reason="nothing but a kill reaches a child there")
def test_an_answer_still_comes_while_the_program_ends() -> None:
    with udp() as target:
        relay = Program("forward", "--udp", "0", f"127.0.0.1:{target.getsockname()[1]}")
        with relay:
            found = relay.said(r"listening udp 127\.0\.0\.1:(\d+) -> .*")
            with talk_to(int(found[1])) as client:
                client.send(b"a question")
                _, address = target.recvfrom(100)
                relay.signal(signal.SIGTERM)
                target.sendto(b"the answer", address)
                assert client.recv(100) == b"the answer"
                assert relay.status() == 0


@pytest.fixture
def dns(tmp_path: Path) -> Iterator[int]:
    """Dnsmasq on a port of the loopback, with one name of its own."""
    if shutil.which("dnsmasq") is None or shutil.which("dig") is None:
        pytest.skip("dnsmasq or dig is not installed")
    port = free_udp_port()
    command = [
        "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
        "--listen-address=127.0.0.1", "--bind-interfaces", f"--port={port}", "--user=",
        f"--pid-file={tmp_path}/pid", "--address=/portway.test/192.0.2.7", "--edns-packet-max=4096",
        *[f"--txt-record=long.portway.test,{'x' * 200},{i}" for i in range(12)],
    ]  # fmt: skip
    with (tmp_path / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        assert eventually(lambda: _taken(port)), (tmp_path / "output").read_text()
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _taken(port: int) -> bool:
    try:
        udp(port=port).close()
    except OSError:
        return True
    return False


def _dig(port: int, *words: str) -> str:
    return subprocess.run(
        ["dig", "@127.0.0.1", "-p", str(port), "+short", "+tries=1", "+time=5", *words],
        capture_output=True, text=True, timeout=20, check=True,
    ).stdout  # fmt: skip


def test_dig_asks_a_real_name_server_over_udp_and_tcp(dns: int) -> None:
    with Program("forward", "--both", "0", f"127.0.0.1:{dns}") as relay:
        port = int(relay.said(r"listening udp 127\.0\.0\.1:(\d+) -> .*")[1])
        for way in ("+notcp", "+tcp"):
            assert _dig(port, way, "portway.test") == "192.0.2.7\n"
        # Answers of 2.6 kB come whole, in one datagram, and truncated ones are asked for by TCP.
        whole = _dig(port, "+notcp", "+bufsize=4096", "+ignore", "TXT", "long.portway.test")
        assert whole.count("x" * 200) == 12
        retried = _dig(port, "+bufsize=512", "TXT", "long.portway.test")
        assert retried.count("x" * 200) == 12


def test_iperf3_measures_udp_with_its_tcp_side_beside_it() -> None:
    if shutil.which("iperf3") is None:
        pytest.skip("iperf3 is not installed")
    target = free_udp_port()
    server = subprocess.Popen(
        ["iperf3", "--server", "--one-off", "--bind", "127.0.0.1", "--port", str(target)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert eventually(lambda: _accepts(target))
        with Program("forward", "--both", "0", f"127.0.0.1:{target}") as relay:
            port = relay.said(r"listening udp 127\.0\.0\.1:(\d+) -> .*")[1]
            done = subprocess.run(
                ["iperf3", "--client", "127.0.0.1", "--port", port, "--udp", "--json",
                 "--bitrate", "40M", "--length", "1200", "--time", "1"],
                capture_output=True, text=True, timeout=30, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout
            total = json.loads(done.stdout)["end"]["sum"]
            assert total["packets"] > 1000
            assert total["lost_percent"] < 20, "a busy machine may lose some"
    finally:
        server.kill()
        server.wait(10)


def _accepts(port: int) -> bool:
    """Whether somebody listens for connections; asked without one, which would be iperf3's."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
