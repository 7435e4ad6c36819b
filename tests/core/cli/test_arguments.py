"""Words on the command line: what is wrong is said in one line, with status 2."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.cli.main import main
from core.config.mapping import problems
from core.version import version
from tests.core.cli.program import Program, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.mapping import Mapping

BAD = [
    ([], "name a command"),
    (["fly"], "fly"),
    (["--nonsense"], "--nonsense"),
    (["--profile"], "--profile"),
    (["--profile", "", "run"], "the name of the folder is empty"),
    (["run", "extra"], "extra"),
    (["run", "--drain", "-1"], "not a number of seconds"),
    (["demo", "--drain", "soon"], "not a number of seconds"),
    (["forward"], "say what to forward"),
    (["forward", "8080"], "127.0.0.1:8080 has no TARGET"),
    (["forward", "8080", "example.org"], "TARGET is HOST:PORT"),
    (["forward", "8080", "example.org:80", "more"], "more"),
    (["forward", "localhost", "h:80"], "LISTEN is [HOST:]PORT"),
    (["forward", "::1:80", "h:80"], "put the IPv6 address in brackets"),
    (["forward", "70000", "h:80"], "Ports go from 1 to 65535"),
    (["forward", "90-80", "h:80"], "write the lower port first"),
    (["forward", "8080", "h:0"], "cannot have port 0"),
    (["forward", "8080", "*:80"], "one host, not *"),
    (["forward", "8080", "[::1:80"], "TARGET is HOST:PORT"),
    (["forward", "8080", "256.1.1.1:80"], "not an IPv4 address"),
    (["forward", "8000-8010", "h:9000-9009"], "10 target ports for 11 listening ports"),
    (["forward", "8080", "127.0.0.1:8080"], "circle"),
    (["forward", "8080", "localhost:8080"], "circle"),
    (["forward", "-L", "8080:h"], "-L takes [BIND:]PORT:HOST:PORT"),
    (["forward", "-L"], "-L"),
    (["forward", "-5", "h:80"], "-5"),
    (["forward", "--allow", "me", "8080", "h:80"], "--allow: “me” is not a network"),
    (["forward", "--max-connections", "many", "8080", "h:80"], "--max-connections"),
    (["forward", "--max-connections", "-1", "8080", "h:80"], "--max-connections"),
    (["forward", "--connect-timeout", "0", "8080", "h:80"], "--connect-timeout: This must be more"),
    (["forward", "--idle-timeout", "nan", "8080", "h:80"], "--idle-timeout"),
    (["forward", "--idle-timeout", "inf", "8080", "h:80"], "--idle-timeout"),
    (["forward", "--half-closed-timeout", "-1", "8080", "h:80"], "--half-closed-timeout"),
    (["forward", "--drain", "nan", "8080", "h:80"], "--drain"),
    (["forward", "--source", "eth0", "8080", "h:80"], "--source: “eth0” is not an IP address"),
    (["forward", "--limit-up", "-1", "8080", "h:80"], "--limit-up"),
    (["forward", "--limit-down", "1M", "8080", "h:80"], "--limit-down"),
    (["forward", "--proxy-protocol", "v3", "8080", "h:80"], "--proxy-protocol"),
    (["forward", "--udp", "--both", "8080", "h:80"], "--udp"),
    (["forward", "--udp", "--udp-timeout", "0", "8080", "h:80"], "--udp-timeout"),
    (["forward", "--udp", "--proxy-protocol", "v1", "8080", "h:80"], "version 2"),
    (["run", "--dra", "1"], "--dra"),
    (["forward", "a\nb", "h:80"], "a\\nb"),
    (["forward", "8080", "h:80", "\x1b[31mred"], "\\x1b[31mred"),
]


def _refused(status: object, out: str, err: str) -> str:
    """The one line of a refusal."""
    assert status == 2
    assert out == ""
    assert err.endswith("--help)\n")
    assert err.count("\n") == 1, err
    line = err.removesuffix("\n")
    assert line.isprintable()
    assert re.match(r"portway( \w+)?: .*\(see portway( \w+)? --help\)$", line), line
    return line


def _call(arguments: Sequence[str]) -> object:
    try:
        return main(arguments)
    except SystemExit as end:
        return end.code


@pytest.mark.parametrize(("arguments", "said"), BAD, ids=str)
def test_bad_arguments_are_refused_in_one_helpful_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = _call(arguments)
    line = _refused(status, *capsys.readouterr())
    assert said in line


@pytest.mark.parametrize(
    "arguments", [[], ["forward"], ["forward", "8080", "h:0"], ["run", "--drain", "x"]]
)
def test_the_real_program_refuses_likewise(arguments: list[str]) -> None:
    program = run(*arguments)
    _refused(program.status(), "".join(program.out), "\n".join(program.err) + "\n")


ADDRESSES = ["8080", "0", "*:80", "[::1]:80", "h:80", "127.0.0.1:1-2", "8080:h:80", "[::1:80"]
OPTIONS = ["-L", "--udp", "--both", "--allow", "--max-connections", "--idle-timeout", "--drain",
           "--limit-up", "--source", "--json", "--profile", "--hidden", "--", "-",
           "-x"]  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(ADDRESSES),
    st.sampled_from(OPTIONS),
    st.text(st.characters(exclude_characters="\0"), max_size=6),
    st.integers().map(str),
    st.floats().map(str),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, max_size=6))
def test_any_words_are_served_or_refused(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Mapping] = []

    def serve(mappings: Sequence[Mapping], *_: object, **__: object) -> int:
        served.extend(mappings)
        return 0

    with monkeypatch.context() as context:
        context.setattr(import_module("core.cli.forward"), "serve", serve)
        status = _call(["forward", *words])
    out, err = capsys.readouterr()
    if status == 0:
        asked_for_help = out.startswith("usage:")
        assert served or asked_for_help
        assert not any(problems(mapping) for mapping in served)
    else:
        _refused(status, out, err)


def test_the_version_is_told() -> None:
    program = run("--version")
    assert program.status() == 0
    assert program.out == [f"portway {version()}"]
    assert program.err == []


@pytest.mark.parametrize(
    ("arguments", "explains"),
    [
        (["--help"], ["forward", "run", "demo", "--profile", "--hidden", "--version"]),
        (["forward", "--help"], ["LISTEN", "TARGET", "-L", "--allow", "--drain", "--json"]),
        (["run", "--help"], ["--drain", "--json"]),
        (["demo", "--help"], ["--drain", "--json"]),
    ],
)
def test_every_command_has_help(arguments: list[str], explains: list[str]) -> None:
    program = run(*arguments)
    assert program.status() == 0
    text = "\n".join(program.out)
    assert text.startswith("usage: portway")
    assert all(word in text for word in explains)
    assert program.err == []


def test_without_a_window_a_command_is_needed() -> None:
    program = run()
    assert program.status() == 2
    assert "the window needs the program portway" in program.err[0]


def test_a_range_of_another_size_is_refused_before_anything_listens() -> None:
    with Program("forward", "-L", "0:h:1", "-L", "8000-8001:h:1-3") as program:
        assert program.status() == 2
        assert program.out == []
