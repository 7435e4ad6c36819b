"""Mappings as text: every form is read, our own comes back whole, the rest is refused in words."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config.exchange import ExchangeError, read_mappings, write_json, write_lines
from core.config.mapping import Mapping, Protocol, mapping_line, problems
from tests.core.config.mappings import MAPPINGS, mapping, ports

NETSH = """
侦听 ipv4:                 连接到 ipv4:

地址            端口        地址            端口
--------------- ----------  --------------- ----------
*               8443        172.20.1.5      443
192.168.1.2     80          10.0.0.1        8080
"""
ADD = "netsh interface portproxy add v4tov4"


def lines(text: str) -> list[str]:
    return [mapping_line(one) for one in read_mappings(text)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("tcp 127.0.0.1:8080 -> example.org:80", ["tcp 127.0.0.1:8080 -> example.org:80"]),
        ("udp 53 → 9.9.9.9:53", ["udp 127.0.0.1:53 -> 9.9.9.9:53"]),
        ("8080 host:80", ["tcp 127.0.0.1:8080 -> host:80"]),
        ("*:8000-8001 host:9000-9001", ["tcp *:8000-8001 -> host:9000-9001"]),
        ("[::1]:80 [2001:db8::1]:81", ["tcp [::1]:80 -> [2001:db8::1]:81"]),
        ("host:443", ["tcp 127.0.0.1:443 -> host:443"]),
        ("[2001:db8::1]:443", ["tcp 127.0.0.1:443 -> [2001:db8::1]:443"]),
        ("8080:host:80", ["tcp 127.0.0.1:8080 -> host:80"]),
        ("-L 8080:host:80", ["tcp 127.0.0.1:8080 -> host:80"]),
        ("-L*:8080:host:80", ["tcp *:8080 -> host:80"]),
        ("ssh -L [::1]:8080:[::2]:80 me@far", ["tcp [::1]:8080 -> [::2]:80"]),
        ("ssh -fNL 8080:db:80 -p 22 -L 1:b:2 far", ["tcp 127.0.0.1:8080 -> db:80",
                                                    "tcp 127.0.0.1:1 -> b:2"]),
        ("ssh -i 'a key' -L 8080:localhost:80 me@far", ["tcp 127.0.0.1:8080 -> far:80"]),
        ("LocalForward 8080 host:80", ["tcp 127.0.0.1:8080 -> host:80"]),
        ("0.0.0.0 80 10.0.0.1 8080", ["tcp 0.0.0.0:80 -> 10.0.0.1:8080"]),
        ("1.2.3.4 80/udp 5.6.7.8 81/udp [timeout=9]", ["udp 1.2.3.4:80 -> 5.6.7.8:81"]),
        (NETSH, ["tcp *:8443 -> 172.20.1.5:443", "tcp 192.168.1.2:80 -> 10.0.0.1:8080"]),
        (f"{ADD} listenport=80 connectaddress=10.0.0.1 connectport=81",
         ["tcp *:80 -> 10.0.0.1:81"]),
        ("# a list\n\n8080 a:80  # A\n8081 b:80\n", ["tcp 127.0.0.1:8080 -> a:80",
                                                     "tcp 127.0.0.1:8081 -> b:80"]),
    ],
)  # fmt: skip
def test_forms(text: str, read: list[str]) -> None:
    assert lines(text) == read


def test_a_comment_is_the_name() -> None:
    (one,) = read_mappings("8080 a:80  # The wiki")
    assert one.name == "The wiki"
    assert read_mappings(write_lines([one]))[0].name == "The wiki"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no mapping"),
        ("# nothing", "There is no mapping"),
        ("hello world", "Line 1, “hello world”"),
        ("8080 a:80\n8080 a:b", "Line 2"),
        ("8080 8081", "has no host"),
        ("0 a:80", "Ports go from 1 to 65535"),
        ("127.0.0.1:80 127.0.0.1:80", "run in a circle"),
        ("ssh -p 22 far", "forwards no port"),
        ("ssh -L '8080:a:80", "quotes"),
        ("{}", "There is no mapping"),
        ("{1", "looks like JSON"),
        ("[1, 2]", "looks like JSON"),
        ("x" * 3_000_000, "too long"),
        ("8080 a:80\n" * 10_001, "10001 mappings"),
        ("a" * 200, "…”"),
    ],
)
def test_what_is_refused_says_where_and_why(text: str, said: str) -> None:
    with pytest.raises(ExchangeError) as refused:
        read_mappings(text)
    assert said in str(refused.value)


def test_all_of_a_mapping_comes_back_from_json_but_for_its_identity() -> None:
    one = mapping(name="A", group="G", protocol=Protocol.BOTH, allow=("10.0.0.0/8",),
                  listen_ports=ports(1, 3), target_ports=ports(4, 6), idle_timeout=5.0)  # fmt: skip
    (back,) = read_mappings(write_json([one]).decode())
    assert back.id != one.id
    assert msgspec.structs.replace(back, id=one.id) == one


def test_a_mapping_that_is_not_valid_is_refused_in_json_too() -> None:
    with pytest.raises(ExchangeError, match="Mapping 1"):
        read_mappings(write_json([mapping(target_host="*")]).decode())


PIECES = st.sampled_from(
    ["ssh", "-L", "-fNL", "-p", "LocalForward", "netsh", "listenport=", "connectaddress=x", "tcp",
     "udp", "->", "→", "8080", "80", "0", "99999", "host", "a:80", "8080:a:80", "[::1]:80", "::1",
     "*", "*:80", "#", "'", '"', "{", "[", "}", "\n", " ", "=", "/udp", "-----", "\0", "\ud800",
     "-"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)))
def test_any_text_is_read_or_refused_with_the_one_error(text: str) -> None:
    try:
        read = read_mappings(text)
    except ExchangeError:
        pass
    else:
        assert read
        assert [one for one in read if problems(one)] == []


@given(st.lists(MAPPINGS, max_size=3))
def test_what_json_brings_is_valid_or_refused(mappings: list[Mapping]) -> None:
    try:
        read = read_mappings(write_json(mappings).decode())
    except ExchangeError:
        assert not mappings or any(map(problems, mappings))
    else:
        assert len(read) == len(mappings)


HOSTS = st.sampled_from(["127.0.0.1", "*", "::1", "fe80::1%eth0", "host", "bücher.example"])
NUMBERS = st.integers(1, 65535)


@given(
    st.builds(
        mapping,
        name=st.text(),
        protocol=st.sampled_from(Protocol),
        listen_host=HOSTS,
        listen_ports=st.builds(ports, NUMBERS),
        target_host=HOSTS.filter(lambda host: host != "*"),
        target_ports=st.builds(ports, NUMBERS),
    ).filter(lambda one: not problems(one))
)
def test_our_own_line_comes_back(one: Mapping) -> None:
    (back,) = read_mappings(write_lines([one]))
    assert mapping_line(back) == mapping_line(one)
