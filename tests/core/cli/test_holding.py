"""`run` holds its profile: others are kept out or answered, and the file may be edited by hand."""

from __future__ import annotations

import stat
import sys
from typing import TYPE_CHECKING

import pytest

from core.config import disk
from core.config.address import PortRange
from core.config.changes import Add, Switch
from core.config.mapping import Mapping
from core.config.store import Profile, Store, encode_profile
from core.instance.client import Live, reach
from core.instance.lock import Kind, holder_of
from core.message import PortwayError
from tests.core.cli.program import Program, run
from tests.support import PATIENCE, connect, eventually, free_port, listen, port_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")


@pytest.fixture
def target() -> Iterator[int]:
    with listen() as listener:
        yield port_of(listener)


def to(target: int, port: int, name: str) -> Mapping:
    return Mapping(
        id=name,
        name=name,
        listen_ports=PortRange.single(port),
        target_host="127.0.0.1",
        target_ports=PortRange.single(target),
    )


def accepts(port: int) -> bool:
    try:
        connect(port).close()
    except ConnectionRefusedError:
        return False
    return True


def serve(folder: Path, *mappings: Mapping) -> Program:
    Store(folder).save(Profile(mappings=mappings))
    return Program("--profile", str(folder), "run")


def live(folder: Path) -> Live:
    found = reach(folder)
    assert found is not None
    return found


def test_two_on_one_profile_cannot_be_and_the_second_says_who_is_there(
    tmp_path: Path, target: int
) -> None:
    with serve(tmp_path, to(target, 0, "one")) as first:
        first.port()
        second = run("--profile", str(tmp_path), "run")
        assert second.status() == 1
        assert second.out == []
        assert f"(process {first.child.pid})" in second.err[0]
        assert "“portway run” serves the profile" in second.err[0]
        assert first.end() == 0
    with Program("--profile", str(tmp_path), "run") as third:
        third.port()


def test_after_a_kill_the_next_one_serves_and_sweeps(tmp_path: Path, target: int) -> None:
    port = free_port()
    with serve(tmp_path, to(target, port, "one")) as first:
        first.port()
        first.child.kill()
    (tmp_path / ".mappings-left.tmp").write_text("half")
    with Program("--profile", str(tmp_path), "run") as second:
        assert second.port() == port
        assert not (tmp_path / ".mappings-left.tmp").exists()
        holder = holder_of(tmp_path)
        assert holder is not None
        assert (holder.pid, holder.kind) == (second.child.pid, Kind.HEADLESS)


def test_it_is_asked_told_what_to_do_and_ended_from_outside(tmp_path: Path, target: int) -> None:
    ports = free_port(), free_port()
    with serve(tmp_path, to(target, ports[0], "one")) as program:
        program.port()
        other = live(tmp_path)
        assert [row.state.value for row in other.status().rows] == ["listening"]
        other.change(Add((to(target, ports[1], "two"),)))
        assert eventually(lambda: accepts(ports[1]))
        other.change(Switch(("one",), on=False))
        assert eventually(lambda: not accepts(ports[0]))
        states = {row.mapping.name: row.mapping.enabled for row in other.status().rows}
        assert states == {"one": False, "two": True}
        with pytest.raises(PortwayError, match="has no window"):
            other.raise_window()
        other.quit(PATIENCE)
        assert program.status() == 0
    saved = Store(tmp_path).load().profile.mappings
    assert [(one.name, one.enabled) for one in saved] == [("one", False), ("two", True)]


def edit(folder: Path, data: bytes) -> None:
    """As an editor does: another file, renamed."""
    (folder / "editor~").write_bytes(data)
    disk.replace(folder / "editor~", folder / "mappings.json")


def test_a_file_edited_by_hand_is_served_as_it_is_then(tmp_path: Path, target: int) -> None:
    one, two, three = free_port(), free_port(), free_port()
    with serve(tmp_path, to(target, one, "one"), to(target, two, "two")) as program:
        program.port()
        edited = (to(target, three, "one"), to(target, two, "two"))
        data = encode_profile(Profile(mappings=edited)).replace(b"  ", b"\t")
        edit(tmp_path, data)
        program.said(r"portway: mappings\.json was changed by another program\.", error=True)
        program.said(rf"listening tcp 127\.0\.0\.1:{three} -> .*")
        assert eventually(lambda: not accepts(one))
        assert accepts(two)
        assert (tmp_path / "mappings.json").read_bytes() == data, "laid out as the person did"
        live(tmp_path).change(Switch(("two",), on=False))
        names = [(one.name, one.enabled) for one in Store(tmp_path).load().profile.mappings]
        assert names == [("one", True), ("two", False)]
        assert program.end() == 0


def test_a_file_that_an_editor_broke_is_told_and_what_was_served_goes_on(
    tmp_path: Path, target: int
) -> None:
    port = free_port()
    with serve(tmp_path, to(target, port, "one")) as program:
        program.port()
        edit(tmp_path, b'{"version": 1, "mappings": [')
        program.said(r"portway: .*mappings\.json was changed .* cannot be used .*", error=True)
        assert accepts(port)
        assert (tmp_path / "mappings.json").read_bytes() == b'{"version": 1, "mappings": ['
        edit(tmp_path, encode_profile(Profile()))
        assert eventually(lambda: not accepts(port))
        assert program.end() == 0


def test_of_a_newer_portway_what_is_understood_is_served_and_nothing_changed(
    tmp_path: Path, target: int
) -> None:
    port = free_port()
    newer = encode_profile(Profile(mappings=(to(target, port, "one"),)))
    newer = newer.replace(b'"version": 1', b'"version": 2')
    (tmp_path / "mappings.json").write_bytes(newer)
    with Program("--profile", str(tmp_path), "run") as program:
        assert program.port() == port
        program.said(r"portway: .*written by a newer Portway.*", error=True)
        with pytest.raises(PortwayError, match="written by a newer Portway"):
            live(tmp_path).change(Switch(("one",), on=False))
        assert program.end() == 0
    assert (tmp_path / "mappings.json").read_bytes() == newer


def test_a_newer_file_that_comes_while_it_runs_is_told_and_left_alone(
    tmp_path: Path, target: int
) -> None:
    port, other = free_port(), free_port()
    newer = encode_profile(Profile(mappings=(to(target, other, "one"),)))
    newer = newer.replace(b'"version": 1', b'"version": 2')
    with serve(tmp_path, to(target, port, "one")) as program:
        program.port()
        edit(tmp_path, newer)
        program.said(r"portway: .*written by a newer Portway.*", error=True)
        with pytest.raises(PortwayError, match="written by a newer Portway"):
            live(tmp_path).change(Switch(("one",), on=False))
        assert accepts(port)
        assert program.end() == 0
    assert (tmp_path / "mappings.json").read_bytes() == newer


@posix
def test_the_profile_becomes_the_owners_only(tmp_path: Path, target: int) -> None:
    folder = tmp_path / "profile"
    Store(folder).save(Profile(mappings=(to(target, 0, "one"),)))
    folder.chmod(0o755)
    (folder / "mappings.json").chmod(0o644)
    with Program("--profile", str(folder), "run") as program:
        program.port()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for path in folder.iterdir():
            rights = stat.S_IMODE(path.stat().st_mode)
            assert rights == (0o700 if path.is_dir() else 0o600), path
