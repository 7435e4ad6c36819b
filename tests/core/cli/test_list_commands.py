"""list, add, edit, remove, enable and disable on the file: what they do, print and refuse."""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from core.config.mapping import mapping_line
from core.config.store import Store
from tests.core.cli.commands import Ended
from tests.core.cli.program import Program, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.config.mapping import Mapping

    Portway = Callable[..., Ended]


def _list(profile: Path) -> tuple[Mapping, ...]:
    return Store(profile).load().profile.mappings


def test_looking_at_a_new_profile_makes_none(portway: Portway, profile: Path) -> None:
    said = "portway: The list is empty; “portway add” adds to it.\n"
    assert portway("list") == Ended(0, "", said)
    assert portway("list", "--json").out == ""
    assert not profile.exists()


def test_what_was_added_is_listed_in_columns(portway: Portway, profile: Path) -> None:
    portway("add", "--name", "Web", "--group", "Home", "8080", "example.org:80")
    portway("add", "--name", "中文名字", "--disabled", "--udp", "*:53", "[2001:db8::1]:53")
    ids = [one.id[:8] for one in _list(profile)]
    assert portway("list").out.splitlines() == [
        "ID        NAME      GROUP  ON   LISTEN              TARGET",
        f"{ids[0]}  Web       Home   on   tcp 127.0.0.1:8080  example.org:80",
        f"{ids[1]}  中文名字         off  udp *:53            [2001:db8::1]:53",
    ]


def test_added_is_said_and_saved(portway: Portway, profile: Path) -> None:
    ended = portway("add", "--name", "Web", "8080", "h:80")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == "added tcp 127.0.0.1:8080 -> h:80  # Web\n"
    assert [mapping_line(one) for one in _list(profile)] == ["tcp 127.0.0.1:8080 -> h:80"]


def test_json_lists_mappings_as_the_file_holds_them(portway: Portway, profile: Path) -> None:
    added = portway("add", "--json", "--name", "é", "8080", "h:80").objects
    portway("add", "8081", "h:81")
    listed = portway("list", "--json").objects
    assert listed == json.loads((profile / "mappings.json").read_text("utf-8"))["mappings"]
    assert added == [{"event": "added", "mapping": listed[0]}]
    assert portway("list", "--json", "é").objects == listed[:1]


def test_ssh_forwards_are_added_each(portway: Portway, profile: Path) -> None:
    assert portway("add", "-L", "1:a:2", "-L", "3:b:4").status == 0
    assert [str(one.target) for one in _list(profile)] == ["a:2", "b:4"]


def test_an_edit_changes_what_is_named_and_nothing_else(portway: Portway, profile: Path) -> None:
    portway("add", "--name", "Web", "--comment", "x", "--allow", "10.0.0.0/8", "8080", "h:80")
    (before,) = _list(profile)
    ended = portway("edit", "web", "--target", "g:81", "--idle-timeout", "9")
    assert ended.out == "changed tcp 127.0.0.1:8080 -> g:81  # Web\n"
    (after,) = _list(profile)
    assert (after.id, after.name, after.comment, after.allow) == (
        before.id, "Web", "x", ("10.0.0.0/8",)
    )  # fmt: skip
    assert (str(after.target), after.idle_timeout) == ("g:81", 9.0)
    assert portway("edit", "web", "--target", "g:81").out.startswith("unchanged ")


@pytest.mark.parametrize("word", ["Web", "web", "127.0.0.1:8080", "8080", "ID", "ID[:6]"])
def test_a_mapping_is_named_in_several_ways(portway: Portway, profile: Path, word: str) -> None:
    portway("add", "--name", "Web", "8080", "h:80")
    portway("add", "--name", "Mail", "8081", "h:80")
    one = _list(profile)[0]
    word = {"ID": one.id, "ID[:6]": one.id[:6].upper()}.get(word, word)
    assert portway("remove", word).out == "removed tcp 127.0.0.1:8080 -> h:80  # Web\n"
    assert [one.name for one in _list(profile)] == ["Mail"]


def test_a_word_for_several_is_refused_with_all_of_them(portway: Portway, profile: Path) -> None:
    portway("add", "--name", "Web", "8080", "h:80")
    portway("add", "--name", "Web", "--udp", "8081", "h:80")
    ended = portway("remove", "Web")
    ids = [one.id[:8] for one in _list(profile)]
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == (
        "portway: “Web” means 2 mappings; give the id of one: "
        f"{ids[0]} (tcp 127.0.0.1:8080 -> h:80, Web); "
        f"{ids[1]} (udp 127.0.0.1:8081 -> h:80, Web).\n"
    )
    assert len(_list(profile)) == 2
    assert portway("remove", *ids).status == 0


def test_a_word_for_none_is_refused_with_the_nearest(portway: Portway) -> None:
    portway("add", "--name", "Website", "8080", "h:80")
    assert "Did you mean “Website”?" in portway("enable", "Webside").err
    assert "“portway list” prints them all" in portway("enable", "zzz").err
    assert portway("enable", "").status == 1


def test_one_bad_name_among_good_ones_changes_nothing(portway: Portway, profile: Path) -> None:
    portway("add", "--name", "Web", "8080", "h:80")
    assert portway("remove", "Web", "Nobody").status == 1
    assert len(_list(profile)) == 1


def test_switching_names_groups_and_all(portway: Portway, profile: Path) -> None:
    for number in range(4):
        group = ["--group", "G"] if number < 2 else []
        portway("add", "--name", str(number), *group, f"{8000 + number}", "h:80")

    def on() -> list[str]:
        return [one.name for one in _list(profile) if one.enabled]

    assert portway("disable", "--group", "G").status == 0
    assert on() == ["2", "3"]
    portway("disable", "2", "3")
    assert on() == []
    portway("enable", "1", "--group", "G")
    assert on() == ["0", "1"]
    ended = portway("enable", "--all")
    assert on() == ["0", "1", "2", "3"]
    assert len(ended.out.splitlines()) == 4
    ended = portway("enable", "--group", "H")
    assert (ended.status, ended.err) == (1, "portway: There is no group “H”; there are: G.\n")


def test_two_on_one_port_are_told(portway: Portway) -> None:
    portway("add", "--name", "Web", "8080", "h:80")
    ended = portway("add", "--name", "Two", "8080", "h:81")
    assert ended.status == 0
    assert "Two: “Web” is switched on and listens there, too" in ended.err
    assert portway("add", "--disabled", "8080", "h:82").err == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add"], "say what to forward"),
        (["add", "8080"], "has no TARGET"),
        (["add", "0", "h:80"], "name a port"),
        (["add", "8080", "127.0.0.1:8080"], "circle"),
        (["add", "--proxy-protocol", "v1", "--udp", "8080", "h:80"], "--proxy-protocol"),
        (["edit", "Web"], "say what to change"),
        (["edit", "Web", "--listen", "0"], "name a port"),
        (["edit", "Web", "--target", "127.0.0.1:8080"], "circle"),
        (["edit", "Web", "--enabled", "--disabled"], "not allowed with"),
        (["enable"], "say which"),
        (["edit"], "NAME"),
        (["remove"], "NAME"),
        (["export", "--format", "word"], "--format"),
        (["import"], "FILE"),
        (["diagnose"], "NAME"),
    ],
)
def test_words_that_make_no_sense_end_with_2(
    portway: Portway, profile: Path, words: list[str], said: str
) -> None:
    portway("add", "--name", "Web", "8080", "h:80")
    before = (profile / "mappings.json").read_bytes()
    ended = portway(*words)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert f"(see portway {words[0]} --help)" in ended.err
    assert (profile / "mappings.json").read_bytes() == before


def test_what_was_removed_is_still_in_the_newest_copy(portway: Portway, profile: Path) -> None:
    portway("add", "8080", "h:80")
    before = (profile / "mappings.json").read_bytes()
    portway("remove", "8080")
    assert (profile / "mappings.copy-1.json").read_bytes() == before


def test_a_name_with_a_line_break_cannot_make_a_second_line(portway: Portway) -> None:
    ended = portway("add", "--name", "a\nb\x1b[31m", "8080", "h:80")
    assert ended.out.count("\n") == 1
    assert "\x1b" not in ended.out + portway("list").out + portway("status").out


def test_many_commands_at_once_lose_nothing(profile: Path) -> None:
    programs = [
        Program("--profile", str(profile), "add", str(9000 + number), "h:80") for number in range(8)
    ]
    ended = [program.status() for program in programs]
    for program in programs:
        program.__exit__()
    assert ended == [0] * 8
    assert sorted(one.listen_ports.first for one in _list(profile)) == list(range(9000, 9008))


@pytest.mark.skipif(os.name == "nt", reason="signals of a child")
def test_killed_at_any_moment_the_list_is_the_old_or_the_new(profile: Path) -> None:
    run("--profile", str(profile), "add", "8080", "h:80")
    pause = threading.Event()
    for tenths in range(1, 12):
        with Program("--profile", str(profile), "add", str(9000 + tenths), "h:80") as program:
            pause.wait(0.02 * tenths)
            program.child.kill()
            program.status()
        ports = [one.listen_ports.first for one in _list(profile)]
        assert 8080 in ports
    assert run("--profile", str(profile), "add", "9999", "h:80").status() == 0
    assert {8080, 9999} <= {one.listen_ports.first for one in _list(profile)}


@pytest.mark.parametrize("words", [["list"], ["list", "--json"], ["export"], ["status"]])
def test_nobody_reading_is_no_fault(profile: Path, words: list[str]) -> None:
    if sys.platform == "win32" or not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("there is no full device here")  # on Wine there is, but not to be written to
    run("--profile", str(profile), "add", "8080", "h:80")
    full = "os.dup2(os.open('/dev/full', os.O_WRONLY), 1)"
    program = run("--profile", str(profile), *words, before=full)
    assert program.err == []
