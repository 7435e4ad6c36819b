"""Configurations of other programs, as people have them: all that fits is read, the rest told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from core.config.exchange import ExchangeError, read
from core.config.mapping import Mapping, mapping_line
from tests.core.config.forms import samples

if TYPE_CHECKING:
    from core.config.forms.reading import Reading


def _lines(reading: Reading) -> list[str]:
    return [mapping_line(one) for one in reading.mappings]


def _more(one: Mapping) -> dict[str, Any]:
    """What is not as it is by default, but for where it listens and leads to."""
    ends = ("id", "protocol", "listen_host", "listen_ports", "target_host", "target_ports")
    plain = Mapping(listen_ports=one.listen_ports, target_host="h", target_ports=one.target_ports)
    values = msgspec.structs.asdict(plain)
    return {
        name: str(value) if name == "policy" else value
        for name, value in msgspec.structs.asdict(one).items()
        if name not in ends and value != values[name]
    }


def _notices(reading: Reading) -> str:
    return "\n".join(map(str, reading.notices))


def test_a_whole_rinetd_configuration() -> None:
    reading = read(samples.RINETD)
    assert _lines(reading) == [
        "tcp 0.0.0.0:80 -> 192.168.1.2:80",
        "tcp [::1]:80 -> 192.168.1.2:80",
        "udp 127.0.0.1:4000 -> 127.0.0.1:22",
        "tcp 127.0.0.1:8000 -> 192.168.1.2:8000",
    ]
    everyone = ("192.168.2.0/24", "10.0.0.0/8")
    assert [_more(one) for one in reading.mappings] == [
        {"name": "Web", "allow": everyone},
        {"allow": everyone},
        {"allow": everyone, "udp_timeout": 1200.0},
        # A client must be in one for all and in one of its own.
        {"allow": ("192.168.2.0/24", "10.1.0.0/16"), "source_address": "192.168.1.4"},
    ]
    assert reading.notices == []


def test_what_a_rule_of_rinetd_kept_out_does_not_get_in() -> None:
    reading = read("0.0.0.0 80 h 80\n0.0.0.0 81 h 81\ndeny 10.*\n0.0.0.0 82 h 82\nallow 1?.*\n")
    assert [one.enabled for one in reading.mappings] == [True, False, False]
    assert "Left out line 3, “deny 10.*”" in _notices(reading)
    for_all = read("deny 10.0.0.1\n0.0.0.0 80 h 80\n")
    assert [one.enabled for one in for_all.mappings] == [False]


def test_rules_of_rinetd_that_nobody_can_satisfy_are_refused() -> None:
    with pytest.raises(ExchangeError, match="Line 3"):
        read("allow 10.*\n0.0.0.0 80 h 80\nallow 192.168.1.1\n")


def test_commands_of_socat_in_a_script() -> None:
    reading = read(samples.SOCAT)
    assert [(line, _more(one)) for line, one in zip(_lines(reading), reading.mappings, strict=True)
            ] == [
        ("tcp *:8080 -> example.org:80", {}),
        ("tcp 127.0.0.1:80 -> www.example.org:8080", {"allow": ("10.0.0.0/8",)}),
        ("udp 0.0.0.0:53 -> 9.9.9.9:53", {"udp_timeout": 30.0}),
        ("tcp [::]:443 -> [2001:db8::1]:443", {"source_address": "2001:db8::2"}),
        ("tcp *:1234 -> host:5678", {"max_connections": 4, "connect_timeout": 5.0}),
        ("tcp *:81 -> host:80", {}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("socat TCP-LISTEN:80,fork EXEC:/bin/sh", "only TCP and UDP"),
        ("socat -u TCP-LISTEN:80 TCP:h:80", "both directions"),
        ("socat UDP-LISTEN:53 TCP:h:53", "TCP into UDP"),
        ("socat - TCP:h:53", "only TCP and UDP"),
        ("socat TCP-LISTEN:80", "two addresses"),
        ("socat TCP:g:80 TCP:h:80", "must listen"),
        ("socat TCP-LISTEN:http TCP:h:80", "not a port"),
        ("socat 'TCP-LISTEN:80 TCP:h:80", "quotes"),
        ("socat -T soon TCP-LISTEN:80 TCP:h:80", "seconds"),
        ("socat OPENSSL-LISTEN:443,cert=a TCP:h:80", "only TCP and UDP"),
    ],
)
def test_what_else_socat_can_do_is_refused(command: str, said: str) -> None:
    with pytest.raises(ExchangeError, match=said) as refused:
        read(command)
    assert "Line 1, “" in str(refused.value)


def test_a_whole_haproxy_configuration() -> None:
    reading = read(samples.HAPROXY)
    assert _lines(reading) == [
        "tcp 127.0.0.1:3306 -> 10.0.0.1:3306",
        "tcp [::]:20000-20010 -> [2001:db8::1]:30000-30010",
        "tcp 10.0.0.9:1 -> [2001:db8::1]:10001",
        "tcp 10.0.0.9:2 -> [2001:db8::1]:10002",
        "tcp *:6380 -> r1.example.org:6379",
        "tcp 127.0.0.1:7000 -> 10.0.0.7:7000",
    ]
    first, second, *_, redis, limited = reading.mappings
    target = msgspec.to_builtins(first.more_targets[0], enc_hook=str)
    assert target == {"host": "10.0.0.2", "ports": "3306"}
    assert {k: v for k, v in _more(first).items() if k != "more_targets"} == {
        "name": "mysql", "connect_timeout": 5.0, "idle_timeout": 50.0
    }  # fmt: skip
    assert _more(second) == {
        "name": "ports", "allow": ("10.0.0.0/8", "192.168.0.0/16"), "max_connections": 100,
        "connect_timeout": 5.0, "idle_timeout": 3600.0, "half_closed_timeout": 30.0,
        "proxy_protocol": "v2",
    }  # fmt: skip
    assert _more(redis)["policy"] == "round-robin"
    assert limited.enabled is False
    said = _notices(reading)
    for left_out in ("frontend www", "listen secret", "bind *:6379 ssl", "tcp-request content",
                     "frontend chooses", "frontend sorts"):  # fmt: skip
        assert left_out in said


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("bind 127.0.0.1\nserver a h:1", "Line 2"),
        ("bind :1\nserver a h:http", "Line 3"),
        ("bind :1\nserver a h:1\ntimeout client soon", "not a time"),
        ("bind :1\nserver a 'h:1", "quotes"),
        ("bind :65000\nserver a h:+1000", "Line 3"),
    ],
)
def test_a_broken_haproxy_configuration_is_refused_with_its_line(lines: str, said: str) -> None:
    with pytest.raises(ExchangeError, match=said):
        read(f"listen x\n{lines}\n")


def test_realm_in_toml_and_in_json() -> None:
    reading = read(samples.REALM)
    assert _lines(reading) == [
        "both 0.0.0.0:5000 -> 1.1.1.1:443",
        "tcp [::]:10000 -> www.example.org:443",
    ]
    first, second = reading.mappings
    assert (len(first.more_targets), first.policy, first.udp_timeout) == (2, "round-robin", 30.0)
    assert (first.source_address, first.proxy_protocol) == ("192.168.1.4", "off")
    assert (second.proxy_protocol, second.connect_timeout) == ("v1", 7.0)
    assert "chooses no interface (lo)" in _notices(reading)
    assert "does not encrypt (ws;path=/ws)" in _notices(reading)
    json = '{"log": {}, "endpoints": [{"listen": "0.0.0.0:5000", "remote": "1.1.1.1:443"}]}'
    assert _lines(read(json)) == ["tcp 0.0.0.0:5000 -> 1.1.1.1:443"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[endpoints]]\nlisten = 1", "looks like realm's"),
        ("[[endpoints]]\nlisten = ", "cannot be read"),
        ("[[endpoints]]\nlisten = 'x'\nremote = 'h:1'", "Endpoint 1, “x”"),
        ('{"endpoints": 7}', "looks like realm's"),
    ],
)
def test_a_broken_realm_configuration_is_refused(text: str, said: str) -> None:
    with pytest.raises(ExchangeError, match=said):
        read(text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("name,listen,target\nA,8080,h:80\n\nB,*:81,h:81\n",
         ["tcp 127.0.0.1:8080 -> h:80", "tcp *:81 -> h:81"]),
        ("\ufeffListen Host;Listen Port;Target Host;Protocol\n0.0.0.0;53;9.9.9.9;TCP+UDP\n",
         ["both 0.0.0.0:53 -> 9.9.9.9:53"]),
        ("listen\ttarget\ton\n8080\t[::1]:80\tno\n", ["tcp 127.0.0.1:8080 -> [::1]:80"]),
        ('"listen","target","comment"\n"1","h:2","a ""b"",\nc"\n', ["tcp 127.0.0.1:1 -> h:2"]),
    ],
)  # fmt: skip
def test_tables_of_spreadsheets(text: str, lines: list[str]) -> None:
    assert _lines(read(text.lstrip("\ufeff"))) == lines


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("80,h", "Line 2, “80,h”"), (",h:80", "port is missing"), ("80,", "host is missing"),
        ("0,h:80", "from 1 to 65535"), ("80,h:80,maybe", "neither yes nor no"),
        ("80,h:80,,icmp", "no value for protocol"), ("80,h:80,,,nan", "more than 0"),
        ("80,h:80,,,ten", "no value for connect_timeout"),
    ],
)  # fmt: skip
def test_a_row_that_is_no_mapping_is_refused(row: str, said: str) -> None:
    titles = "listen,target,enabled,protocol,connect_timeout"
    with pytest.raises(ExchangeError, match=said):
        read(f"{titles}\n{row}\n")


def test_a_column_that_nobody_knows_is_told() -> None:
    reading = read("listen,target,colour\n80,h:80,red\n")
    assert _notices(reading) == "Left out the column “colour”."


def test_a_whole_ssh_configuration() -> None:
    reading = read(samples.SSH_CONFIG)
    assert [(one.name, mapping_line(one)) for one in reading.mappings] == [
        ("db", "tcp 127.0.0.1:15432 -> 10.0.0.5:5432"),
        ("db", "tcp 127.0.0.1:6379 -> redis.example.org:6379"),
        ("gate.example.org", "tcp *:8080 -> gate.example.org:80"),
    ]
    assert "Left out line 7, “DynamicForward 1080”" in _notices(reading)


def test_a_dump_of_netsh() -> None:
    assert _lines(read(samples.NETSH_DUMP)) == [
        "tcp *:8080 -> 192.168.1.10:80",
        "tcp 0.0.0.0:8081 -> [::1]:8081",
    ]


def test_a_row_of_a_table_that_cannot_be_read_is_not_skipped() -> None:
    table = "Address  Port\n-------- ------\n1.2.3.4  80  5.6.7.8  81\n1.2.3.4  80  what\n"
    with pytest.raises(ExchangeError, match="Line 4"):
        read(table)


def test_only_what_was_left_out_is_an_error_that_says_what() -> None:
    with pytest.raises(ExchangeError, match=r"There is no mapping in this text\. Left out line 1"):
        read("listen web\n  mode http\n  bind :80\n  server a h:80\n")


def test_options_of_autossh_are_not_those_of_ssh() -> None:
    assert _lines(read("autossh -M 0 -N -L 8080:db:80 me@far")) == ["tcp 127.0.0.1:8080 -> db:80"]
    assert _lines(read("ssh -M -N -L 8080:localhost:80 far")) == ["tcp 127.0.0.1:8080 -> far:80"]


@pytest.mark.parametrize(
    "text",
    ["global\n  daemon\ndefaults\n  mode http\n", "Include x.conf\nHost *\n  SendEnv LANG LC_*\n",
     "# rinetd.conf\nlogfile /var/log/rinetd.log\n"],
)  # fmt: skip
def test_a_configuration_without_any_forward_is_told_from_nonsense(text: str) -> None:
    with pytest.raises(ExchangeError, match=r"^There is no mapping in this text\.$"):
        read(text)
