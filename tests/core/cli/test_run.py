"""`run` as the real program: what a profile holds is served, and what is wrong with it is said."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from core.config.address import PortRange
from core.config.mapping import Mapping, Protocol
from core.config.store import Profile, Store
from core.config.totals import Total, TotalsFile
from tests.core.cli.program import Program, run
from tests.support import accept, connect, free_port, listen, port_of, read_exactly

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As a user's may be called: the folder of all tests here."""
    return tmp_path / "张 三" / "profile"


def _save(folder: Path, *mappings: Mapping) -> Store:
    store = Store(folder)
    store.save(Profile(mappings=mappings))
    return store


def _mapping(**fields: Any) -> Mapping:
    values: dict[str, Any] = {
        "listen_ports": PortRange.single(0),
        "target_host": "127.0.0.1",
        "target_ports": PortRange.single(9),
    }
    return Mapping(**{**values, **fields})


def _to(target: int, **fields: Any) -> Mapping:
    return _mapping(target_ports=PortRange.single(target), **fields)


def _run(folder: Path, *options: str) -> Program:
    return Program("--profile", str(folder), "run", *options)


def test_every_mapping_that_is_switched_on_is_served(folder: Path) -> None:
    ports = [free_port() for _ in range(3)]
    with listen() as one, listen() as two:
        _save(
            folder,
            _to(port_of(one), listen_ports=PortRange.single(ports[0]), name="one"),
            _to(port_of(two), listen_ports=PortRange.single(ports[1])),
            _to(port_of(one), listen_ports=PortRange.single(ports[2]), enabled=False),
        )
        with _run(folder) as relay:
            for port, target in ((ports[0], one), (ports[1], two)):
                relay.said(f"listening tcp 127.0.0.1:{port} -> 127.0.0.1:{port_of(target)}")
                with connect(port), accept(target):
                    pass
            with pytest.raises(ConnectionRefusedError):
                connect(ports[2])
            assert relay.end() == 0
            assert len(relay.out) == 2
            assert relay.err == []


def test_serving_does_not_touch_the_profile(folder: Path) -> None:
    store = _save(folder, _mapping())
    before = store.path.read_bytes(), store.path.stat().st_mtime_ns
    with _run(folder) as relay:
        relay.port()
    assert (store.path.read_bytes(), store.path.stat().st_mtime_ns) == before
    ours = {"mappings.json", "logs", "portway.lock", "portway.socket"}
    assert {path.name for path in folder.iterdir()} <= ours


def test_what_happens_is_logged_but_no_client_is(folder: Path) -> None:
    with listen() as target:
        _save(folder, _to(port_of(target), name="Web"))
        with _run(folder) as relay:
            port = relay.port()
            for _ in range(3):
                with connect(port), accept(target):
                    pass
            assert relay.end() == 0
    lines = (folder / "logs" / "run.log").read_text("utf-8").splitlines()
    said = [line.split(maxsplit=2)[2] for line in lines]
    assert said[0].startswith("INFO    Portway ")
    ends = ["INFO    Portway ends."] if not relay.killed else []
    assert said[1:] == [f"INFO    Web: Listening on 127.0.0.1:{port}.", *ends]


def test_settings_that_are_damaged_are_told_and_do_not_stop_it(folder: Path) -> None:
    _save(folder, _mapping())
    (folder / "settings.json").write_text("{")
    with _run(folder) as relay:
        relay.port()
        assert relay.end() == 0
        assert any("settings.json could not be used" in line for line in relay.err)


def test_a_log_folder_that_cannot_be_made_does_not_stop_it(folder: Path) -> None:
    _save(folder, _mapping())
    (folder / "logs").write_text("in the way")
    with _run(folder) as relay:
        relay.port()
        assert relay.end() == 0
        assert relay.err == []


def test_a_mapping_that_cannot_be_used_is_named_and_the_others_are_served(folder: Path) -> None:
    _save(folder, _mapping(name="Bad one", target_host="a b"), _mapping(name="Good one"))
    with _run(folder) as relay:
        relay.port()
        relay.said("portway: Bad one: “a b” is not a host name or an address.", error=True)


def test_a_row_may_be_udp_or_both(folder: Path) -> None:
    _save(folder, _mapping(protocol=Protocol.UDP), _mapping(protocol=Protocol.BOTH))
    with _run(folder) as relay:
        relay.said(r"listening udp \S+ -> \S+")
        port = relay.said(r"listening tcp \S+:(\d+) -> \S+")[1]
        relay.said(rf"listening udp \S+:{port} -> \S+")


@pytest.mark.parametrize("json", [False, True])
def test_an_empty_profile_is_nothing_to_serve(folder: Path, json: bool) -> None:
    relay = run("--profile", str(folder), "run", *["--json"] * json)
    assert relay.status() == 1
    assert relay.out == []
    said = relay.errors[0]["reason"] if json else relay.err[0].removeprefix("portway: ")
    assert said == f"Nothing to serve: no mapping in {folder / 'mappings.json'} is switched on."
    assert len(relay.err) == 1
    assert not folder.exists()


def test_all_switched_off_is_nothing_to_serve(folder: Path) -> None:
    _save(folder, _mapping(enabled=False))
    relay = run("--profile", str(folder), "run")
    assert relay.status() == 1
    assert "is switched on" in relay.err[0]


def test_nothing_usable_is_nothing_to_serve(folder: Path) -> None:
    _save(folder, _mapping(name="Bad", target_host=""))
    relay = run("--profile", str(folder), "run")
    assert relay.status() == 1
    assert relay.err[0].startswith("portway: Bad: ")
    assert "can be used as it is" in relay.err[1]


@pytest.mark.parametrize("json", [False, True])
def test_a_damaged_profile_is_set_aside_and_the_last_good_copy_served(
    folder: Path, json: bool
) -> None:
    store = _save(folder, _mapping())
    store.save(Profile(mappings=(_mapping(), _mapping())))
    store.path.write_bytes(b"hello")
    with _run(folder, *["--json"] * json) as relay:
        relay.said(r".*listening.*")
        relay.said(r".*could not be used.*kept as mappings\.damaged-.*", error=True)
        relay.said(r".*restored from mappings\.copy-1\.json.*", error=True)
    assert len(relay.out) == 1
    (aside,) = folder.glob("mappings.damaged-*")
    assert aside.read_bytes() == b"hello"
    if json:
        assert {error["event"] for error in relay.errors} == {"notice"}


def test_a_damaged_profile_without_a_copy_ends_with_1_and_is_kept(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "mappings.json").write_bytes(b"hello")
    relay = run("--profile", str(folder), "run")
    assert relay.status() == 1
    assert relay.out == []
    assert [path.read_bytes() for path in folder.glob("mappings*")] == [b"hello"]


def test_a_profile_that_cannot_be_read_ends_with_1_in_words(folder: Path) -> None:
    (folder / "mappings.json").mkdir(parents=True)
    relay = run("--profile", str(folder), "run")
    assert relay.status() == 1
    (line,) = relay.err
    assert line.startswith(f"portway: Cannot read {folder / 'mappings.json'}: ")


def test_without_a_profile_option_the_users_own_is_served(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("XDG is of Linux")
    _save(tmp_path / "portway", _mapping())
    with Program("run", environment={"XDG_CONFIG_HOME": str(tmp_path)}) as relay:
        relay.port()


def test_two_mappings_on_one_port_are_one_and_an_error(folder: Path) -> None:
    port = PortRange.single(free_port())
    _save(folder, _mapping(listen_ports=port, name="a"), _mapping(listen_ports=port, name="b"))
    with _run(folder) as relay:
        relay.port()
        relay.said(
            f"portway: b: 127.0.0.1:{port} is already used by your mapping “a”.*", error=True
        )


def test_a_name_cannot_break_a_line_in_two(folder: Path) -> None:
    _save(folder, _mapping(name="one\ntwo", target_host=""))
    relay = run("--profile", str(folder), "run")
    assert relay.err[0].startswith(r"portway: one\ntwo: ")


@pytest.mark.skipif(sys.platform == "win32", reason="there a child cannot be asked to end")
def test_what_was_carried_counts_into_the_totals_of_the_profile(folder: Path) -> None:
    with listen() as target:
        mapping = _to(port_of(target), name="Web")
        _save(folder, mapping)
        for _ in range(2):
            with _run(folder) as relay, connect(relay.port()) as client, accept(target) as server:
                client.sendall(b"12345")
                assert read_exactly(server, 5) == b"12345"
                server.sendall(b"123")
                assert read_exactly(client, 3) == b"123"
                # Still open when the end comes: what it carried counts all the same.
                relay.signal(signal.SIGTERM)
                server.close()
                client.close()
                assert relay.status() == 0
    totals = TotalsFile(folder).read().value
    assert totals.mappings == {mapping.id: Total(up=10, down=6, connections=2)}


def test_two_cannot_serve_one_profile(folder: Path) -> None:
    _save(folder, _mapping())
    with _run(folder) as relay:
        relay.port()
        second = run("--profile", str(folder), "run")
        assert second.status() == 1
        assert f"(process {relay.child.pid})" in second.err[0]
