"""The search: words anywhere in what is seen; digits alone are numbers."""

from __future__ import annotations

import pytest

from gui.row import Row
from gui.search import Search
from tests.gui.examples import PORT_IN_USE, mapping


def finds(text: str, **fields: object) -> bool:
    values = {"listen": 8080, "target": 80, **fields}
    return Search(text).finds(Row(mapping("srv2", **values)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["", "SRV", "srv2", "2", "8080", "808", "80", "127.0.0", "127", "example", "tcp", "off",
     "example srv 8080", "org:80"],
)  # fmt: skip
def test_found(text: str) -> None:
    assert finds(text)


@pytest.mark.parametrize(
    "text", ["1", "0", "12", "7", "8", "srv 1", "srv 0", "8081", "udp", "nine"]
)
def test_not_found_by_stray_digits(text: str) -> None:
    assert not finds(text)


def test_a_port_inside_a_range_is_found() -> None:
    assert finds("20005", listen="20000-29000", target="20000-29000")
    assert not finds("29001", listen="20000-29000", target="20000-29000")


def test_comment_group_and_trouble_are_searched() -> None:
    assert finds("wiki", comment="The wiki")
    assert finds("office", group="Office")
    row = Row(mapping("x"), PORT_IN_USE)
    assert Search("nginx 812").finds(row)


def test_digits_longer_than_any_number_are_no_trouble() -> None:
    assert not finds("9" * 5000)
