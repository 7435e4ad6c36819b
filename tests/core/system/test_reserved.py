"""Reserved ranges, from what netsh prints; on Windows also from netsh itself."""

from __future__ import annotations

import pytest

from core.config.address import PortRange
from core.system import reserved
from core.system.reserved import ranges_of, reserved_range

ENGLISH = b"""
Protocol tcp Port Exclusion Ranges

Start Port    End Port
----------    --------
      5357        5357
     50000       50059     *

* - Administered port exclusions.
"""
# In the code page of its console, as netsh does: no encoding can be relied on.
CHINESE = """
协议 tcp 端口排除范围

开始端口    结束端口
----------    --------
        80          80
     49152       49251

* - 管理的端口排除。
""".replace("\n", "\r\n").encode("gbk")
GERMAN = b'\r\nPortausschlussbereiche f\x81r das Protokoll "tcp"\r\n\r\n     1024  2048 *\r\n'


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (ENGLISH, [(5357, 5357), (50000, 50059)]),
        (CHINESE, [(80, 80), (49152, 49251)]),
        (GERMAN, [(1024, 2048)]),
        (b"", []),
        (b"99999 99999\n 5 4\n 0 7\n 12 13 14\n", []),
    ],
)
def test_the_table_is_read_in_any_language(table: bytes, expected: list[tuple[int, int]]) -> None:
    assert [(one.first, one.last) for one in ranges_of(table)] == expected


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    asked: list[tuple[str, str]] = []

    def ask(family: str, kind: str) -> bytes:
        asked.append((family, kind))
        return ENGLISH if family == "ipv4" else GERMAN

    monkeypatch.setattr(reserved, "_WINDOWS", True)
    monkeypatch.setattr(reserved, "_ask", ask)
    return asked


@pytest.mark.parametrize(
    ("port", "address", "expected"),
    [
        (50059, "127.0.0.1", PortRange(50000, 50059)),
        (50060, "127.0.0.1", None),
        (2000, "0.0.0.0", None),
        (2000, "::1", PortRange(1024, 2048)),
        (5357, "::", PortRange(5357, 5357)),
        (2000, "::", PortRange(1024, 2048)),
    ],
)
def test_a_port_is_found_in_the_table_of_its_family(
    asked: list[tuple[str, str]], port: int, address: str, expected: PortRange | None
) -> None:
    assert reserved_range(port, "udp", address) == expected
    assert {kind for _, kind in asked} == {"udp"}


@pytest.mark.usefixtures("asked")
def test_elsewhere_nothing_is_reserved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reserved, "_WINDOWS", False)
    assert reserved_range(50000, "tcp", "127.0.0.1") is None


def test_without_netsh_nothing_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path_factory.mktemp("nowhere")))
    assert reserved._ask("ipv4", "tcp") == b""
