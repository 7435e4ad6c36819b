"""What is offered against each kind of trouble: it must be true, and it must work."""

from __future__ import annotations

import errno
import os
import socket
import sys
from typing import Any

import pytest

from core.config.address import PortRange
from core.config.mapping import Protocol, Target
from core.diagnose import remedies
from core.diagnose.remedies import Change, Remedy, remedy
from core.engine.status import PortOwner, Trouble, TroubleKind
from core.engine.trouble import (
    connect_trouble,
    listen_trouble,
    name_trouble,
    no_descriptors,
    taken_by_mapping,
)
from core.system.listening import Listening
from core.system.own_addresses import LocalAddress
from tests.core.config.mappings import mapping, ports
from tests.support import free_run, listen, port_of


def only_change(found: Remedy) -> Change:
    (change,) = found.changes
    return change


def failed(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def test_against_a_taken_port_the_owner_is_named_and_a_free_one_is_a_click_away() -> None:
    first = free_run(4)
    mine = mapping(listen_ports=ports(first))
    with listen(port=first):
        trouble = listen_trouble(
            failed(errno.EADDRINUSE), f"127.0.0.1:{first}", PortOwner(812, "nginx")
        )
        found = remedy(trouble, mine)
        assert str(found.text) == "End nginx (process 812), or choose another port."
        assert str(only_change(found).words) == f"Use port {first + 1}"
        changed = only_change(found).apply(mine)
        assert changed.id == mine.id
        listen(port=changed.listen_ports.first).close()


@pytest.mark.parametrize(("platform", "program"), [("linux", "sudo"), ("win32", "netstat")])
def test_where_the_owner_is_hidden_a_command_tells_it(
    monkeypatch: pytest.MonkeyPatch, platform: str, program: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(remedies, "use_free_ports", lambda *_: ())
    trouble = listen_trouble(failed(errno.EADDRINUSE), "127.0.0.1:8080", None)
    (command,) = remedy(trouble, mapping()).commands
    assert "8080" in command.line
    assert command.line.split()[0] == program


def test_of_two_mappings_on_one_port_no_other_program_is_suspected() -> None:
    other = mapping(name="Web")
    found = remedy(taken_by_mapping("127.0.0.1:8080", "Web"), mapping(), [other])
    assert found.commands == ()
    assert only_change(found).fields[0][1].first > 8080


def test_ports_of_other_mappings_are_not_offered() -> None:
    first = free_run(6)
    others = [mapping(listen_ports=ports(first + 1, first + 2), enabled=False)]
    trouble = taken_by_mapping(f"127.0.0.1:{first}", "Web")
    change = only_change(remedy(trouble, mapping(listen_ports=ports(first)), others))
    assert change.fields == (("listen_ports", PortRange.single(first + 3)),)


@pytest.mark.skipif(sys.platform != "linux", reason="these commands are Linux's")
def test_without_the_right_to_a_low_port_the_exact_commands_are_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remedies, "first_free_for_all", lambda: 1024)
    trouble = listen_trouble(failed(errno.EACCES), "127.0.0.1:80", None)
    found = remedy(trouble, mapping(listen_ports=ports(80)))
    assert "Ports below 1024 need special rights here" in str(found.text)
    assert found.commands[0].line == ("sudo sysctl net.ipv4.ip_unprivileged_port_start=80")
    assert "setcap cap_net_bind_service=+ep /" in found.commands[-1].line
    assert only_change(found).fields[0][1].first >= 1024


def test_on_windows_reserved_ranges_are_the_suspects(monkeypatch: pytest.MonkeyPatch) -> None:
    reserved = PortRange(8000, 8099)
    trouble = listen_trouble(failed(errno.EACCES), "127.0.0.1:8080", None, reserved)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(remedies, "use_free_ports", lambda *_: ())
    found = remedy(trouble, mapping())
    assert "excludedportrange" in found.commands[0].line


def test_for_an_address_that_is_gone_the_present_ones_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = (LocalAddress("2001:db8::7", "wlan0"), LocalAddress("192.168.1.5", "wlan0"))
    monkeypatch.setattr(remedies, "local_addresses", lambda: here)
    trouble = listen_trouble(failed(errno.EADDRNOTAVAIL), "192.0.2.1:8080", None)
    found = remedy(trouble, mapping(listen_host="192.0.2.1"))
    assert "2001:db8::7, 192.168.1.5" in str(found.text)
    assert [str(one.words) for one in found.changes] == [
        "Listen on 192.168.1.5",
        "Listen on 127.0.0.1",
    ]
    monkeypatch.setattr(remedies, "local_addresses", lambda: here[:1])
    assert str(remedy(trouble, mapping()).changes[0].words) == "Listen on 2001:db8::7"
    monkeypatch.setattr(remedies, "local_addresses", lambda: ())
    assert only_change(remedy(trouble, mapping())).fields == (("listen_host", "127.0.0.1"),)


@pytest.mark.parametrize(("platform", "program"), [("linux", "getent"), ("win32", "nslookup")])
def test_a_name_can_be_looked_up_by_hand(
    monkeypatch: pytest.MonkeyPatch, platform: str, program: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    error = socket.gaierror(socket.EAI_NONAME, "no such name")
    found = remedy(name_trouble(error, "nowhere.invalid"), mapping(target_host="nowhere.invalid"))
    assert found.commands[0].line.endswith(" nowhere.invalid")
    assert found.commands[0].line.split()[0] == program
    assert "nowhere.invalid" in str(found.text)


def test_when_this_computer_refuses_what_listens_here_is_offered() -> None:
    with listen() as program:
        trouble = connect_trouble(failed(errno.ECONNREFUSED), "127.0.0.1:9")
        mine = mapping(target_host="127.0.0.1", target_ports=ports(9))
        found = remedy(trouble, mine)
        assert "Nothing on this computer listens on port 9" in str(found.text)
        offered = [change.apply(mine).target_ports.first for change in found.changes]
        assert offered
        assert port_of(program) in offered or len(offered) == remedies.MOST_OFFERED


def test_a_program_that_listens_on_another_address_only_is_found() -> None:
    with listen("127.0.0.1") as program:
        port = port_of(program)
        trouble = connect_trouble(failed(errno.ECONNREFUSED), f"[::1]:{port}")
        mine = mapping(target_host="::1", target_ports=ports(port))
        found = remedy(trouble, mine)
    assert only_change(found).apply(mine).target_host == "127.0.0.1"
    assert "only on 127.0.0.1" in str(found.text)


def test_of_another_computer_only_what_can_be_known_is_said() -> None:
    found = remedy(connect_trouble(failed(errno.ECONNREFUSED), "192.0.2.7:80"), mapping())
    assert "port 80" in str(found.text)
    assert found.changes == ()
    # Where several addresses were tried, the engine names them without the port.
    several = remedy(
        connect_trouble(failed(errno.ECONNREFUSED), "192.0.2.7"), mapping(target_ports=ports(81))
    )
    assert "port 81" in str(several.text)


SERVED = Listening("tcp", "127.0.0.1", 5432, 7, "postgres")


@pytest.mark.parametrize(
    ("more", "offered"),
    [
        ({}, [5432]),
        ({"target_ports": PortRange(9, 10), "listen_ports": PortRange(9, 10)}, []),
        ({"more_targets": (Target("192.0.2.1", ports(9)),)}, []),
        ({"protocol": Protocol.UDP}, []),
        ({"listen_ports": ports(5432)}, []),
    ],
)
def test_a_program_found_is_offered_only_where_it_can_be_meant(
    monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], offered: list[int]
) -> None:
    monkeypatch.setattr(remedies, "listening", lambda _kind: (SERVED,))
    mine = mapping(**{"target_host": "127.0.0.1", "target_ports": ports(9), **more})
    found = remedy(connect_trouble(failed(errno.ECONNREFUSED), "127.0.0.1:9"), mine)
    assert [change.apply(mine).target_ports.first for change in found.changes] == offered


@pytest.mark.parametrize(("name", "said"), [("postgres", "postgres"), ("", "a program")])
def test_who_listens_elsewhere_is_named_as_far_as_it_is_known(
    monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    here = (Listening("tcp", "192.168.1.5", 9, 7, name),)
    monkeypatch.setattr(remedies, "listening", lambda _kind: here)
    mine = mapping(target_host="127.0.0.1", target_ports=ports(9))
    found = remedy(connect_trouble(failed(errno.ECONNREFUSED), "127.0.0.1:9"), mine)
    assert f"On this computer {said} listens on port 9, but only on 192.168.1.5." in str(found.text)


@pytest.mark.parametrize(
    "trouble",
    [
        connect_trouble(failed(errno.ETIMEDOUT), "192.0.2.7:80"),
        connect_trouble(failed(errno.ENETUNREACH), "192.0.2.7:80"),
        no_descriptors("127.0.0.1:8080"),
    ],
    ids=lambda trouble: trouble.kind.value,
)
def test_what_needs_no_look_at_the_system_keeps_its_words(trouble: Trouble) -> None:
    assert remedy(trouble, mapping()) == Remedy(trouble.remedy)


def test_every_kind_of_trouble_has_words() -> None:
    for kind in TroubleKind:
        base = connect_trouble(failed(errno.EPROTO), "192.0.2.7:80")
        trouble = Trouble(kind, base.address, base.reason, base.remedy)
        assert str(remedy(trouble, mapping()).text)
