"""The soak, short: `python -m tests.soak --minutes 10` is the same for longer."""

from __future__ import annotations

import sys

import pytest

from tests.soak.run import Soak


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="reads /proc, kills processes")
def test_mixed_traffic_for_some_seconds_leaves_nothing_and_every_byte_is_accounted_for() -> None:
    lines: list[str] = []
    assert Soak(8.0, lines.append).run() == [], lines
