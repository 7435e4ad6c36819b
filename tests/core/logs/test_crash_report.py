"""A report that can be handed on: it says what broke, and nothing that is the user's own."""

from __future__ import annotations

import getpass
import socket
from datetime import UTC, datetime
from pathlib import Path

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.logs.crash_report import SHORTEST, crash_report, without

MAPPING = Mapping(
    name="Payroll",
    group="HR",
    comment="ask Ada\npassword is swordfish",
    listen_host="192.0.2.5",
    listen_ports=PortRange.single(8080),
    target_host="db.internal.example",
    target_ports=PortRange.single(5432),
    allow=("198.51.100.0/24",),
)


def test_it_says_when_what_and_where() -> None:
    when = datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC)
    report = crash_report("The engine ended.", "Portway 1", "RuntimeError: boom\n", (), when)
    assert report.startswith("The engine ended.\n2026-11-24 03:04:05 +0000\n\nPortway 1\n\n")
    assert report.endswith("RuntimeError: boom\n")


def test_nothing_of_the_user_is_in_it() -> None:
    secrets = [
        "Payroll", "ask Ada", "password is swordfish", "192.0.2.5", "db.internal.example",
        "198.51.100.0/24", str(Path.home()),
    ]  # fmt: skip
    secrets += [one for one in (getpass.getuser(), socket.gethostname()) if len(one) >= SHORTEST]
    text = "\n".join(f'File "{one}/x.py": {one} failed' for one in secrets)
    report = crash_report("It broke.", "", text, (MAPPING,))
    for secret in secrets:
        assert secret not in report.replace("~/x.py", ""), secret
    assert "~/x.py" in report


def test_the_loopback_and_what_is_part_of_a_word_stay_readable() -> None:
    run = Mapping(
        name="run", listen_ports=PortRange.single(1), target_host="127.0.0.1",
        target_ports=PortRange.single(1),
    )  # fmt: skip
    text = "running 127.0.0.1: run failed"
    assert "running 127.0.0.1: <mapping 1> failed" in crash_report("x", "", text, (run,))


def test_the_longest_goes_first() -> None:
    assert without("/home/ada/x of ada", {"ada": "<user>", "/home/ada": "~"}) == "~/x of <user>"
