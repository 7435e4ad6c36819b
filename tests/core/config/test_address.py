"""Addresses as people type them: what is understood, and what is said about the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config.address import (
    AddressError,
    Endpoint,
    PortRange,
    check_host,
    format_address,
    format_client,
    is_loopback,
    parse_listen,
    parse_ssh_forward,
    parse_target,
)

if TYPE_CHECKING:
    from collections.abc import Callable

WIDE = str.maketrans({str(digit): chr(0xFF10 + digit) for digit in range(10)})
"""Turns digits into those of East Asian width."""

# What addresses are made of, so that chance often comes close to one.
PIECES = st.sampled_from(
    ["[", "]", ":", "::", "*", "-", ".", "%", "0", "1", "80", "65535", "70000", "127.0.0.1", "::1",
     "fe80::1", "%eth0", "localhost", "a", "bücher", "日本", "1".translate(WIDE), "。", " ", "\n",
     "\0", "\ud800"]
)  # fmt: skip
TEXT = st.one_of(st.text(), st.lists(PIECES).map("".join))


def _ends(text: str) -> tuple[str, int, int]:
    endpoint = parse_listen(text)
    return endpoint.host, endpoint.ports.first, endpoint.ports.last


@pytest.mark.parametrize(
    ("text", "host", "first", "last"),
    [
        ("8080", "127.0.0.1", 8080, 8080),
        (" 8080 ", "127.0.0.1", 8080, 8080),
        ("0", "127.0.0.1", 0, 0),
        ("65535", "127.0.0.1", 65535, 65535),
        ("20000-29000", "127.0.0.1", 20000, 29000),
        ("0.0.0.0:80", "0.0.0.0", 80, 80),
        ("*:80", "*", 80, 80),
        ("*:8000-8010", "*", 8000, 8010),
        ("localhost:80", "localhost", 80, 80),
        ("eth0:80", "eth0", 80, 80),
        ("my_host.example.:80", "my_host.example.", 80, 80),
        ("[::1]:80", "::1", 80, 80),
        ("[::]:8000-8010", "::", 8000, 8010),
        ("[fe80::1%eth0]:80", "fe80::1%eth0", 80, 80),
        ("[fe80::1%12]:80", "fe80::1%12", 80, 80),
        ("[::ffff:192.0.2.1]:80", "::ffff:192.0.2.1", 80, 80),
        ("bücher.example:80", "bücher.example", 80, 80),
        ("日本.example:80", "日本.example", 80, 80),
    ],
)
def test_every_form_of_a_place_to_listen(text: str, host: str, first: int, last: int) -> None:
    assert _ends(text) == (host, first, last)


@pytest.mark.parametrize(
    ("text", "host", "first", "last"),
    [
        ("example.org:80", "example.org", 80, 80),
        ("192.168.1.5:8000-8010", "192.168.1.5", 8000, 8010),
        ("[2001:db8::5]:443", "2001:db8::5", 443, 443),
        ("[fe80::1%eth0]:443", "fe80::1%eth0", 443, 443),
        (" host:1 ", "host", 1, 1),
        ("wsl:Ubuntu:80", "wsl:Ubuntu", 80, 80),
        ("WSL:Ubuntu-22.04:80-81", "wsl:Ubuntu-22.04", 80, 81),
        ("[wsl:Ubuntu]:80", "wsl:Ubuntu", 80, 80),
        ("wsl:80", "wsl", 80, 80),
        ("wsl:80-90", "wsl", 80, 90),
    ],
)
def test_every_form_of_a_target(text: str, host: str, first: int, last: int) -> None:
    assert parse_target(text) == Endpoint(host, PortRange(first, last))


@pytest.mark.parametrize(
    ("text", "listen", "target"),
    [
        ("8080:example.org:80", "127.0.0.1:8080", "example.org:80"),
        ("192.0.2.1:8080:host:80", "192.0.2.1:8080", "host:80"),
        ("localhost:8080:host:80", "localhost:8080", "host:80"),
        ("*:8080:host:80", "*:8080", "host:80"),
        (":8080:host:80", "*:8080", "host:80"),
        ("8080:[::1]:80", "127.0.0.1:8080", "[::1]:80"),
        ("8080:[wsl:Ubuntu]:80", "127.0.0.1:8080", "wsl:Ubuntu:80"),
        ("[::1]:8080:[2001:db8::5]:80", "[::1]:8080", "[2001:db8::5]:80"),
        ("[fe80::1%eth0]:8080:host:80", "[fe80::1%eth0]:8080", "host:80"),
        ("8000-8010:host:9000-9010", "127.0.0.1:8000-8010", "host:9000-9010"),
        ("0:host:80", "127.0.0.1:0", "host:80"),
    ],
)
def test_every_form_that_ssh_takes(text: str, listen: str, target: str) -> None:
    assert tuple(map(str, parse_ssh_forward(text))) == (listen, target)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "LISTEN is [HOST:]PORT[-PORT]"),
        ("localhost", "LISTEN is [HOST:]PORT[-PORT]"),
        ("*", "LISTEN is [HOST:]PORT[-PORT]"),
        ("[::1]", "LISTEN is [HOST:]PORT[-PORT]"),
        ("[::1]80", "LISTEN is [HOST:]PORT[-PORT]"),
        ("-80", "LISTEN is [HOST:]PORT[-PORT]"),
        (":80", "write *:80"),
        ("::1:80", "put the IPv6 address in brackets"),
        ("::1", "put the IPv6 address in brackets"),
        ("wsl:Ubuntu:80", "A WSL distribution can be a target"),
        ("host:", "is not a port"),
        ("host:http", "is not a port"),
        ("80-", "is not a port"),
        ("8²", "is not a port"),
        ("host:80".translate(WIDE), "is not a port"),
        ("65536", "Ports go from 1 to 65535"),
        ("80-65536", "Ports go from 1 to 65535"),
        ("90-80", "write the lower port first"),
        ("0-80", "the lowest port is 1"),
        ("256.0.0.1:80", "not an IPv4 address"),
        ("1.2.3:80", "not an IPv4 address"),
        ("010.0.0.1:80", "not an IPv4 address"),
        ("[::g]:80", "not an IPv6 address"),
        ("[1.2.3.4]:80", "Only IPv6 addresses go in brackets"),
        ("[]:80", "Only IPv6 addresses go in brackets"),
        ("[::1%]:80", "not an IPv6 address"),
        ("a b:80", "not a host name"),
        ("-a:80", "not a host name"),
        ("a..b:80", "not a host name"),
        ("a" * 64 + ":80", "not a host name"),
        ("*.example:80", "not a host name"),
        ("127.0.0.1%lo:80", "not a host name"),
        ("http://host:80", "put the IPv6 address in brackets"),
    ],
)
def test_a_bad_place_to_listen_is_explained(text: str, said: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_listen(text)
    assert said in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("80", "has no host. TARGET is HOST:PORT"),
        (":80", "has no host. TARGET is HOST:PORT"),
        ("host", "has no port. TARGET is HOST:PORT"),
        ("*:80", "a target needs one host"),
        ("host:0", "a target cannot have port 0"),
        ("wsl:Ubuntu:0", "a target cannot have port 0"),
        ("wsl:-u:80", "put the IPv6 address in brackets"),
        ("wsl:a b:80", "put the IPv6 address in brackets"),
        ("2001:db8::5:80", "put the IPv6 address in brackets"),
    ],
)
def test_a_bad_target_is_explained(text: str, said: str) -> None:
    with pytest.raises(AddressError, match=said.replace("[", r"\[")):
        parse_target(text)


@pytest.mark.parametrize("text", ["", "8080", "8080:80", "1:2:3:4:5", "a:b:c:d", "1:h:0", "1:*:5",
                                  "[::1:8080:h:80", "8080:/run/socket", "::::"])  # fmt: skip
def test_a_bad_forward_of_ssh_is_explained(text: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_ssh_forward(text)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("zone", ["a]b", "a:b", "a b", "a\nb", "a/b", "\x1b[31m", "%"])
def test_a_zone_holds_nothing_that_could_be_mistaken_for_more(zone: str) -> None:
    # Such an address would be printed as another one than was meant, or break a line in two.
    with pytest.raises(AddressError, match="not an IPv6 address"):
        check_host(f"fe80::1%{zone}")


def test_digits_of_another_script_are_the_address_they_spell() -> None:
    # IDNA turns them into these; a listener must be seen to be on the loopback.
    assert check_host("127.0.0.1".translate(WIDE)) == "127.0.0.1"
    with pytest.raises(AddressError, match="not an IPv4 address"):
        check_host("256.0.0.1".translate(WIDE))


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.0.0.1", "127.9.9.9", "::1"])
def test_who_listens_on_the_loopback_is_seen_by_this_computer_only(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["*", "0.0.0.0", "::", "192.168.1.5", "eth0", "example.org"])
def test_every_other_host_may_be_open_to_others(host: str) -> None:
    assert not is_loopback(host)


def test_any_free_port_clashes_with_nothing() -> None:
    assert not PortRange(0, 0).overlaps(PortRange(0, 0))
    assert not PortRange(0, 0).overlaps(PortRange(1, 65535))


@given(st.integers(1, 65535), st.integers(1, 65535), st.integers(1, 65535), st.integers(1, 65535))
def test_ranges_overlap_when_they_share_a_port(a: int, b: int, c: int, d: int) -> None:
    one, other = PortRange(min(a, b), max(a, b)), PortRange(min(c, d), max(c, d))
    shared = range(max(one.first, other.first), min(one.last, other.last) + 1)
    assert one.overlaps(other) == other.overlaps(one) == bool(shared)


@pytest.mark.parametrize("parse", [parse_listen, parse_target])
@given(text=TEXT)
def test_any_text_is_an_endpoint_or_an_address_error(
    parse: Callable[[str], Endpoint], text: str
) -> None:
    endpoint = _accepted(parse, text)
    if endpoint is not None:
        assert parse(str(endpoint)) == endpoint
        assert str(endpoint).isprintable()


@given(TEXT)
def test_any_text_is_a_forward_of_ssh_or_an_address_error(text: str) -> None:
    forward = _accepted(parse_ssh_forward, text)
    if forward is not None:
        assert parse_ssh_forward(":".join(map(str, forward))) == forward


@given(TEXT)
def test_any_text_is_a_host_or_an_address_error(text: str) -> None:
    host = _accepted(check_host, text)
    if host is not None:
        assert check_host(host) == host
        if host != "*":
            assert parse_target(format_address(host, 80)).host == host


@given(TEXT)
def test_any_text_is_a_port_range_or_an_address_error(text: str) -> None:
    ports = _accepted(PortRange.parse, text)
    if ports is not None:
        assert PortRange.parse(str(ports)) == ports


def test_ranges_are_values() -> None:
    assert PortRange.parse("80") == PortRange(80, 80) == PortRange.single(80)
    assert PortRange(80, 80) != 80
    assert len({PortRange(80, 81), PortRange(80, 81), PortRange(80, 80)}) == 2
    ranges = [PortRange(80, 82), PortRange(9, 10), PortRange(80, 81)]
    assert sorted(ranges) == [PortRange(9, 10), PortRange(80, 81), PortRange(80, 82)]
    assert repr(PortRange(80, 81)) == "PortRange(80, 81)"


@given(st.integers(), st.integers())
def test_any_two_numbers_are_a_port_range_or_an_address_error(first: int, last: int) -> None:
    ports = _accepted(lambda _: PortRange(first, last), "")
    if ports is not None:
        assert len(ports) == last - first + 1
        assert PortRange.parse(str(ports)) == ports


def _accepted(parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text)
    except AddressError as error:
        said = str(error)
    assert said.endswith(".")
    return None


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("http://example.org/", "“http://example.org/” is a web address; only the host in it"),
        ("example.org:80", "“example.org:80” is a host and a port; only the host goes here."),
    ],
)
def test_what_is_more_than_a_host_is_told_apart(typed: str, reason: str) -> None:
    with pytest.raises(AddressError) as refused:
        check_host(typed)
    assert str(refused.value).startswith(reason)


@pytest.mark.parametrize(
    ("host", "text"),
    [
        ("192.0.2.7", "192.0.2.7:80"),
        ("::ffff:192.0.2.7", "192.0.2.7:80"),
        ("2001:db8::7", "[2001:db8::7]:80"),
        ("fe80::1%eth0.5", "[fe80::1%eth0.5]:80"),
    ],
)
def test_a_client_is_called_as_it_calls_itself(host: str, text: str) -> None:
    assert format_client(host, 80) == text
