"""The one table of options: it misses no field of a mapping, and promises no other default."""

from __future__ import annotations

import msgspec
import pytest

from core.cli.fields import given_fields, new_mapping
from core.cli.options import LIST_OPTIONS, OPTIONS
from core.cli.parser import build_parser
from core.cli.words import CommandLine
from core.config.address import parse_listen, parse_target
from core.config.mapping import Mapping, Policy, Protocol, ProxyProtocol, Target
from tests.core.config.mappings import mapping

EVERY_FIELD = ["--both", "--more-target", "h:1", "--more-target", "g:2", "--policy", "round-robin",
               "--allow", "10.0.0.0/8", "--max-connections", "3", "--connect-timeout", "4",
               "--idle-timeout", "5", "--half-closed-timeout", "6", "--udp-timeout", "7",
               "--no-keepalive", "--limit-up", "8", "--limit-down", "9", "--proxy-protocol", "v2",
               "--source", "127.0.0.1", "--name", "N", "--group", "G", "--comment", " C ",
               "--disabled"]  # fmt: skip


def _parse(*words: str) -> CommandLine:
    return build_parser().parse_args(words, namespace=CommandLine())


def test_every_field_of_a_mapping_has_an_option() -> None:
    fields = {option.field for option in (*OPTIONS, *LIST_OPTIONS)}
    ends = {"id", "listen_host", "listen_ports", "target_host", "target_ports"}
    assert fields | ends == set(Mapping.__struct_fields__)


def test_the_help_tells_the_defaults_that_a_mapping_has() -> None:
    for option in OPTIONS:
        if option.default is not None:
            assert getattr(mapping(), option.field) == option.default


def test_every_option_sets_its_field() -> None:
    line = _parse("add", *EVERY_FIELD, "8080", "h:80")
    one = new_mapping(line, parse_listen("8080"), parse_target("h:80"))
    first, second = parse_target("h:1"), parse_target("g:2")
    assert msgspec.structs.replace(one, id="") == mapping(
        id="", target_host="h", name="N", group="G", comment="C", enabled=False,
        protocol=Protocol.BOTH, policy=Policy.ROUND_ROBIN, allow=("10.0.0.0/8",),
        more_targets=(Target(first.host, first.ports), Target(second.host, second.ports)),
        max_connections=3, connect_timeout=4.0, idle_timeout=5.0, half_closed_timeout=6.0,
        udp_timeout=7.0, keepalive=False, limit_up=8, limit_down=9,
        proxy_protocol=ProxyProtocol.V2, source_address="127.0.0.1",
    )  # fmt: skip


def test_what_is_not_given_sets_nothing() -> None:
    assert given_fields(_parse("edit", "x")) == {}


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        (["--allow", "any"], {"allow": ()}),
        (["--more-target", "none"], {"more_targets": ()}),
        (["--source", "any"], {"source_address": ""}),
        (["--tcp"], {"protocol": Protocol.TCP}),
        (["--proxy-protocol", "off"], {"proxy_protocol": ProxyProtocol.OFF}),
        (["--keepalive"], {"keepalive": True}),
        (["--enabled"], {"enabled": True}),
        (["--name", ""], {"name": ""}),
    ],
)
def test_an_edit_can_take_back_what_another_one_set(
    words: list[str], fields: dict[str, object]
) -> None:
    assert given_fields(_parse("edit", "x", *words)) == fields


@pytest.mark.parametrize("words", [["--allow", ""], ["--source", ""]])
def test_an_unset_variable_of_a_script_opens_nothing(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        _parse("add", *words, "8080", "h:80")
    assert "nothing is given" in capsys.readouterr().err
