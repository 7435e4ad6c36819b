"""WSL's distributions as targets, told by a stand-in for wsl.exe."""

from __future__ import annotations

import os
import socket
import sys
import time
from typing import TYPE_CHECKING

import pytest

from core.engine import resolver
from core.engine.status import TroubleKind
from core.system import wsl
from core.system.neighbours import Neighbour
from core.system.own_addresses import Network
from core.system.wsl import distributions, wsl_addresses
from tests.core.engine.relaying import Relaying, mapping_to
from tests.support import accept, connect, eventually, listen, port_of, read_exactly

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """\
import pathlib, sys, time
here = pathlib.Path(__file__).parent
with (here / "asked").open("a") as asked:
    print(*sys.argv[1:], file=asked)
if sys.argv[1:] == ["--list", "--quiet"]:
    sys.stdout.buffer.write((here / "list").read_bytes().decode().encode("utf-16-le"))
elif sys.argv[1:] == ["--distribution", "Ubuntu", "--exec", "hostname", "-I"]:
    answer = (here / "addresses").read_text()
    if answer == "silence":
        time.sleep(20)
    sys.stdout.write(answer)
else:
    sys.stdout.buffer.write("There is no distribution with that name.".encode("utf-16-le"))
    sys.exit(-1)
"""


class StandIn:
    """What wsl.exe says, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.say("Ubuntu\r\nAlpine\r\n", "127.0.0.1 \n")

    def say(self, listing: str, addresses: str) -> None:
        (self._folder / "list").write_bytes(listing.encode())
        (self._folder / "addresses").write_bytes(addresses.encode())

    @property
    def asked(self) -> list[str]:
        file = self._folder / "asked"
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """A program called wsl on the PATH, and none in Windows' own folder."""
    script = tmp_path / "stand_in.py"
    script.write_text(PROGRAM)
    if os.name == "nt":
        # The shell reads it in a code page that lacks letters of our folder, so it is not named.
        (tmp_path / "wsl.bat").write_text(f'@"{sys.executable}" "%~dp0{script.name}" %*\r\n')
    else:
        program = tmp_path / "wsl.exe"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    # Windows' own folder has no such program here; but the batch file needs its shell.
    monkeypatch.setattr(wsl, "Path", lambda *_: tmp_path / "none")
    return StandIn(tmp_path)


def test_the_distributions_are_listed_without_those_of_other_programs(stand_in: StandIn) -> None:
    stand_in.say("\ufeffUbuntu-24.04\r\ndocker-desktop\r\ndocker-desktop-data\r\nkali\r\n", "")
    assert distributions() == ("Ubuntu-24.04", "kali")
    assert stand_in.asked == ["--list --quiet"]


def test_they_are_suggested_as_targets_by_name(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.system import neighbours, suggestions

    monkeypatch.setattr(suggestions, "listening", lambda _kind: ())
    monkeypatch.setattr(suggestions, "neighbours", neighbours._wsl)
    assert [(one.place, one.name, one.network) for one in suggestions.suggestions()] == [
        ("wsl:Ubuntu", "Ubuntu", Network.WSL),
        ("wsl:Alpine", "Alpine", Network.WSL),
    ]
    assert neighbours._wsl()[0] == Neighbour("Ubuntu", "wsl:Ubuntu", Network.WSL)
    assert set(stand_in.asked) == {"--list --quiet"}


def test_its_addresses_are_asked_for_ipv4_first(stand_in: StandIn) -> None:
    stand_in.say("", "fd00::7 172.20.5.6 172.17.0.1 nonsense 172.20.5.6 \n")
    assert wsl_addresses("wsl:Ubuntu") == ("172.20.5.6", "172.17.0.1", "fd00::7")


OURS = {
    "lo": ("127.0.0.1", "::1"),
    "Ethernet": ("192.168.1.6", "2001:db8::6"),
    "vEthernet (WSL)": ("172.20.0.1",),
}


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("192.168.1.6 2001:db8::6 172.17.0.1", ("127.0.0.1",)),  # mirrored, with its own Docker
        ("172.17.0.1 2001:db8::6", ("127.0.0.1",)),  # mirrored where there is IPv6 alone
        ("172.20.5.6 192.168.1.60", ("172.20.5.6", "192.168.1.60")),  # behind Windows, as usual
    ],
)
def test_where_networks_are_mirrored_it_is_met_at_the_loopback(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, says: str, expected: tuple[str, ...]
) -> None:
    """This computer does not get through to it by an address that both have."""
    monkeypatch.setattr(wsl, "interface_addresses", lambda: OURS)
    stand_in.say("", says)
    assert wsl_addresses("wsl:Ubuntu") == expected


def test_a_mapping_gets_through_to_one_with_mirrored_networks(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wsl, "interface_addresses", lambda: OURS)
    stand_in.say("", "192.168.1.6\n")
    with listen("127.0.0.1") as target, Relaying() as relaying:
        port = relaying.listen(mapping_to(port_of(target), target_host="wsl:Ubuntu"))
        with connect(port) as client, accept(target) as server:
            client.sendall(b"hello")
            assert read_exactly(server, 5) == b"hello"


@pytest.mark.parametrize(("host", "says"), [("wsl:Ubuntu", "\n"), ("wsl:Debian", "127.0.0.1")])
def test_without_an_address_or_a_distribution_there_is_none(
    stand_in: StandIn, host: str, says: str
) -> None:
    stand_in.say("", says)
    with pytest.raises(socket.gaierror):
        wsl_addresses(host)


def test_one_that_does_not_answer_is_left(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wsl, "START_SECONDS", 0.5)
    stand_in.say("", "silence")
    begun = time.monotonic()
    with pytest.raises(socket.gaierror) as late:
        wsl_addresses("wsl:Ubuntu")
    assert late.value.errno == socket.EAI_AGAIN
    # On Windows it is the shell that is ended; what it has started lives on.
    assert time.monotonic() - begun < 10


def test_without_wsl_nothing_is_listed_and_nothing_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path))
    assert distributions() == ()
    with pytest.raises(socket.gaierror):
        wsl_addresses("wsl:Ubuntu")


def test_a_mapping_follows_a_distribution_to_its_address_of_now(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each start of Windows gives it another one."""
    monkeypatch.setattr(resolver, "CACHE_SECONDS", 0.0)
    with listen("127.0.0.1") as one, listen("127.0.0.2", port_of(one)) as other:
        with Relaying() as relaying:
            port = relaying.listen(mapping_to(port_of(one), target_host="wsl:Ubuntu"))
            for target, address in ((one, "127.0.0.1"), (other, "127.0.0.2")):
                stand_in.say("", f"{address}\n")
                with connect(port) as client, accept(target) as server:
                    client.sendall(b"hello")
                    assert read_exactly(server, 5) == b"hello"
        assert len(stand_in.asked) == 2


def test_its_address_is_remembered_for_a_moment(stand_in: StandIn) -> None:
    with listen() as target, Relaying() as relaying:
        port = relaying.listen(mapping_to(port_of(target), target_host="wsl:Ubuntu"))
        for _ in range(3):
            with connect(port), accept(target):
                pass
    assert len(stand_in.asked) == 1


def test_a_distribution_that_is_gone_is_said_in_words(stand_in: StandIn) -> None:
    with Relaying() as relaying:
        mapping = mapping_to(9, target_host="wsl:Debian")
        port = relaying.listen(mapping)
        with connect(port) as client:
            client.settimeout(20)
            assert eventually(lambda: relaying.status(mapping).trouble is not None, 20)
    trouble = relaying.status(mapping).trouble
    assert trouble is not None
    assert trouble.kind == TroubleKind.NAME_NOT_FOUND
    assert "The WSL distribution Debian has no address now." in str(trouble.reason)
    assert stand_in.asked
