"""The parts of the editor by themselves: a rate is typed as people say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.boxes import RateBox

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize(
    ("typed", "rate", "shown"),
    [
        ("500", 500_000, "500 kB/s"),
        ("1.5 MB/s", 1_500_000, "1.5 MB/s"),
        ("2 mb", 2_000_000, "2 MB/s"),
        ("2M", 2_000_000, "2 MB/s"),
        ("20 Mbit/s", 2_500_000, "2.5 MB/s"),
        ("64 kbit", 8_000, "8 kB/s"),
        ("7 B/s", 7, "7 B/s"),
        ("1234567 B", 1_234_567, "1,234.567 kB/s"),
        ("3 GB/s", 3_000_000_000, "3 GB/s"),
        ("0", 0, "No limit"),
    ],
)
def test_rates_are_typed_and_shown_as_people_say_them(
    qtbot: QtBot, typed: str, rate: int, shown: str
) -> None:
    box = RateBox()
    qtbot.addWidget(box)
    box.show()
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, typed)
    QTest.keyClick(box, Qt.Key.Key_Return)  # as leaving the field does
    assert (box.rate(), box.text()) == (rate, shown)
    box.setValue(1)
    box.lineEdit().setText(shown)
    assert box.rate() == rate, "what is shown can be read back"


@pytest.mark.parametrize("typed", ["x", "5 parsecs", "-3", "5 kbx"])
def test_what_is_no_rate_cannot_be_typed(qtbot: QtBot, typed: str) -> None:
    box = RateBox()
    qtbot.addWidget(box)
    box.selectAll()
    QTest.keyClicks(box, typed)
    assert box.text() != typed
    box.interpretText()
    assert box.rate() in (0, 3_000, 5_000)
