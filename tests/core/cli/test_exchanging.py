"""import and export: what a file brings, what is refused, and what comes back."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest

from core.config.mapping import mapping_line
from core.config.store import Store
from tests.core.cli.program import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.config.mapping import Mapping
    from tests.core.cli.commands import Ended

    Portway = Callable[..., Ended]

LINES = "8080 a:80  # Web\nudp 53 9.9.9.9:53\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.txt"
    path.write_text(LINES, "utf-8")
    return path


def _list(profile: Path) -> tuple[Mapping, ...]:
    return Store(profile).load().profile.mappings


def test_a_file_is_added_to_the_list(portway: Portway, profile: Path, file: Path) -> None:
    portway("add", "9000", "h:80")
    ended = portway("import", str(file), "--group", "New")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "added tcp 127.0.0.1:8080 -> a:80  # Web",
        "added udp 127.0.0.1:53 -> 9.9.9.9:53",
    ]
    assert [(one.name, one.group) for one in _list(profile)] == [
        ("", ""), ("Web", "New"), ("", "New")
    ]  # fmt: skip


def test_a_dry_run_adds_nothing(portway: Portway, profile: Path, file: Path) -> None:
    ended = portway("import", "--dry-run", str(file))
    assert ended.out.splitlines()[0] == "found tcp 127.0.0.1:8080 -> a:80  # Web"
    assert not profile.exists()


def test_what_clashes_comes_switched_off(portway: Portway, profile: Path, file: Path) -> None:
    portway("import", str(file))
    ended = portway("import", str(file))
    assert ended.err.splitlines() == [
        "portway: Web comes switched off: another mapping listens on 127.0.0.1:8080.",
        "portway: 127.0.0.1:53 comes switched off: another mapping listens on 127.0.0.1:53.",
    ]
    assert [one.enabled for one in _list(profile)] == [True, True, False, False]
    portway("remove", *[one.id for one in _list(profile)])
    portway("import", "--disabled", str(file))
    assert [one.enabled for one in _list(profile)] == [False, False]


def test_what_is_left_out_is_told(portway: Portway, file: Path) -> None:
    file.write_text("0.0.0.0 80 10.0.0.1 80\ndeny 10.*\n")
    ended = portway("import", str(file))
    assert ended.status == 0
    assert "Left out line 2, “deny 10.*”" in ended.err


def test_one_bad_line_and_nothing_is_added(portway: Portway, profile: Path, file: Path) -> None:
    file.write_text(LINES + "nonsense here\n", "utf-8")
    ended = portway("import", str(file))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith(f"portway: {file}: Line 3, “nonsense here”: ")
    assert not profile.exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [("missing", "Cannot read"), (".", "Cannot read"), ("a\0b", "Cannot read"),
     ("binary", "is no text")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named(
    portway: Portway, tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "binary").write_bytes(b"\x7fELF\xff\xfe\x00")
    ended = portway("import", str(tmp_path / name))
    assert ended.status == 1
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_standard_input_is_read_too(
    portway: Portway, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LINES.encode("utf-16"))))
    assert portway("import", "-").status == 0
    assert len(_list(profile)) == 2


@pytest.mark.parametrize("form", ["json", "csv"])
def test_all_of_it_comes_back(portway: Portway, profile: Path, file: Path, form: str) -> None:
    portway("add", "--name", "Zürich, “x”", "--comment", "a; b\u2028c", "--both", "--allow",
            "10.0.0.0/8", "--allow", "::1/128", "--more-target", "[::1]:9", "--policy",
            "round-robin", "--no-keepalive", "--udp-timeout", "7.5", "*:8080", "h:80")  # fmt: skip
    exported = portway("export", "--format", form)
    assert (exported.status, exported.err) == (0, "")
    file.write_bytes(exported.out.encode())
    (before,) = _list(profile)
    portway("remove", before.id)
    portway("import", str(file))
    (after,) = _list(profile)
    assert msgspec.structs.replace(after, id=before.id) == before


def test_only_what_is_named_is_exported(portway: Portway) -> None:
    portway("add", "--name", "Web", "8080", "h:80")
    portway("add", "8081", "h:81")
    assert portway("export", "--format", "lines", "Web").out == (
        "tcp 127.0.0.1:8080 -> h:80  # Web\n"
    )


def test_what_another_program_cannot_do_is_told_beside_the_configuration(portway: Portway) -> None:
    portway("add", "--udp", "8080", "h:80")
    ended = portway("export", "--format", "haproxy")
    assert ended.status == 0
    assert "HAProxy has no UDP" in ended.err
    assert "HAProxy has no UDP" in ended.out


def test_an_export_is_utf_8_whatever_the_terminal_is(profile: Path) -> None:
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    run("--profile", str(profile), "add", "--name", "中文", "8080", "h:80", environment=ascii_only)
    program = run("--profile", str(profile), "export", environment=ascii_only)
    assert any("中文" in line for line in program.out)


def test_what_list_prints_for_programs_can_be_imported(
    portway: Portway, profile: Path, file: Path
) -> None:
    portway("add", "--name", "One", "8080", "h:80")
    portway("add", "--name", "Two", "8081", "h:80")
    file.write_text(portway("list", "--json").out)
    portway("remove", "One", "Two")
    portway("import", str(file))
    assert [mapping_line(one) for one in _list(profile)] == [
        "tcp 127.0.0.1:8080 -> h:80", "tcp 127.0.0.1:8081 -> h:80"
    ]  # fmt: skip
