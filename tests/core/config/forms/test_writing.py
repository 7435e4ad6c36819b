"""What is written for other programs: the programs themselves accept it, and it means the same."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.config.exchange import read
from core.config.forms.csv_text import write_csv
from core.config.forms.to_haproxy import write_haproxy
from core.config.forms.to_nginx import write_nginx
from core.config.mapping import Mapping, Policy, Protocol, ProxyProtocol, Target, problems
from tests.core.config.mappings import mapping, ports

if TYPE_CHECKING:
    from pathlib import Path

    from core.config.forms.writing import Writing

HAPROXY = shutil.which("haproxy", path="/usr/sbin:/usr/bin:/usr/local/sbin")
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
NETWORKS = st.sampled_from(["10.0.0.0/8", "192.168.1.5/24", "2001:db8::/32", "127.0.0.1"])
LITERALS = st.sampled_from(["127.0.0.1", "::1", "192.0.2.1", "2001:db8::1"])
SECONDS = st.integers(0, 5000).map(float)


@st.composite
def _mappings(draw: st.DrawFn) -> Mapping:
    """Any mapping to addresses: a program's test must not wait for a name server."""
    first, size = draw(st.integers(1024, 65000)), draw(st.integers(1, 4))
    listen = ports(first, first + size - 1)
    starts = st.integers(1, 65000)

    def target() -> Target:
        start = draw(starts)
        one = draw(st.booleans())
        return Target(draw(LITERALS), ports(start) if one else ports(start, start + size - 1))

    main = target()
    return Mapping(
        name=draw(st.text(max_size=30)),
        comment=draw(st.text(max_size=30)),
        enabled=draw(st.booleans()),
        protocol=draw(st.sampled_from(Protocol)),
        listen_host=draw(st.sampled_from(["127.0.0.1", "::1", "*", "0.0.0.0", "::", "localhost"])),
        listen_ports=listen,
        target_host=main.host,
        target_ports=main.ports,
        more_targets=tuple(target() for _ in range(draw(st.integers(0, 2)))),
        policy=draw(st.sampled_from(Policy)),
        allow=tuple(draw(st.lists(NETWORKS, max_size=2, unique=True))),
        max_connections=draw(st.integers(0, 1000)),
        limit_up=draw(st.integers(0, 10_000)),
        limit_down=draw(st.integers(0, 10_000)),
        connect_timeout=draw(st.integers(1, 5000).map(float)),
        idle_timeout=draw(SECONDS),
        half_closed_timeout=draw(SECONDS),
        keepalive=draw(st.booleans()),
        udp_timeout=draw(st.integers(1, 5000).map(float)),
        proxy_protocol=draw(st.sampled_from(ProxyProtocol)),
        source_address=draw(st.sampled_from(["", "127.0.0.1", "::1"])),
    )


VALID = _mappings().filter(lambda one: not problems(one))
FEW = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)


def _judge(command: list[str], file: Path, text: str) -> str:
    file.write_text(text, "utf-8")
    ended = subprocess.run(
        [*command, str(file)], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert ended.returncode == 0, f"{ended.stderr}\n{text}"
    return ended.stderr


@pytest.mark.skipif(HAPROXY is None, reason="haproxy is not installed")
@FEW
@given(mappings=st.lists(VALID, max_size=4))
def test_haproxy_accepts_whatever_is_exported(mappings: list[Mapping], tmp_path: Path) -> None:
    # A configuration without any listener is none to HAProxy.
    text = write_haproxy([*mappings, mapping(target_host="127.0.0.1")]).text
    said = _judge([str(HAPROXY), "-c", "-f"], tmp_path / "h.cfg", text)
    assert "missing timeouts" not in said


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
@FEW
@given(mappings=st.lists(VALID, max_size=3))
def test_nginx_accepts_whatever_is_exported(mappings: list[Mapping], tmp_path: Path) -> None:
    # It minds two listeners on one port, which a list does not: each has its own ports here.
    kept: list[Mapping] = []
    for one in mappings:
        if not any(one.listen_ports.overlaps(other.listen_ports) for other in kept):
            kept.append(one)
    _judge([str(NGINX), "-t", "-c"], tmp_path / "n.conf", write_nginx(kept).text)


def _as_haproxy_has_it(one: Mapping) -> Mapping:
    """Without what HAProxy has no words for."""
    several = bool(one.more_targets)
    return msgspec.structs.replace(
        one,
        id="",
        name="",
        comment="",
        protocol=Protocol.TCP,
        listen_host={"*": "::"}.get(one.listen_host, one.listen_host),
        policy=one.policy if several else Policy.FAILOVER,
        limit_up=0,
        limit_down=0,
        udp_timeout=60.0,
        keepalive=True,
        # Nothing said means HAProxy's own, which is ours as well.
        half_closed_timeout=one.half_closed_timeout or 300.0,
    )


@given(VALID.filter(lambda one: Protocol.TCP in one.protocols))
def test_what_haproxy_is_told_means_the_same_here(one: Mapping) -> None:
    (back,) = read(write_haproxy([one]).text).mappings
    assert _as_haproxy_has_it(back) == _as_haproxy_has_it(one)


def _notices(writing: Writing) -> list[str]:
    return [str(notice) for notice in writing.notices]


@pytest.mark.parametrize(
    ("fields", "haproxy", "nginx"),
    [
        ({"protocol": Protocol.UDP}, "HAProxy has no UDP, so this is not in it", ""),
        ({"protocol": Protocol.BOTH}, "this is its TCP", ""),
        ({"limit_up": 5}, "limits in bytes per second", "limits each connection"),
        ({"proxy_protocol": ProxyProtocol.V2}, "", "version 1 of the PROXY protocol only"),
        ({"listen_host": "eth7"}, "", "does not listen on an interface (eth7)"),
        ({"listen_host": "fe80::1%eth0"}, "no zones", "no zones"),
        ({}, "", ""),
    ],
)
def test_what_cannot_be_said_is_told(fields: dict[str, object], haproxy: str, nginx: str) -> None:
    one = mapping(name="Web", **fields)
    for said, expected in ((_notices(write_haproxy([one])), haproxy),
                           (_notices(write_nginx([one])), nginx)):  # fmt: skip
        assert len(said) == bool(expected)
        assert all(expected in text and text.startswith("Web: ") for text in said)


def test_names_and_comments_cannot_write_settings() -> None:
    evil = mapping(name="x\n    bind :1\n", comment="\r\nlisten y\n}\u2028server {")
    for writing in (write_haproxy([evil]), write_nginx([evil])):
        for line in writing.text.splitlines():
            assert "bind :1" not in line or line.startswith("#")
            assert "listen y" not in line or line.startswith("#")


def test_mappings_that_are_off_stay_off() -> None:
    off = mapping(enabled=False)
    assert "    disabled" in write_haproxy([off]).text.splitlines()
    served = [line for line in write_nginx([off]).text.splitlines() if "listen" in line]
    assert served
    assert all(line.startswith("#") for line in served)


@given(st.lists(VALID, min_size=1, max_size=3))
def test_csv_comes_back_whole(mappings: list[Mapping]) -> None:
    def plain(one: Mapping) -> Mapping:
        return msgspec.structs.replace(
            one, id="", name=one.name.strip(), comment=one.comment.strip()
        )

    back = read(write_csv(mappings)).mappings
    assert [plain(one) for one in back] == [plain(one) for one in mappings]
