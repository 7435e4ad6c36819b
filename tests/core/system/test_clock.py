"""The clock for waiting counts what the computer sleeps."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from core.system.clock import steady

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is one such clock")
def test_it_goes_on_in_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[[int], float] = time.clock_gettime
    slept = {time.CLOCK_BOOTTIME: 3600.0}  # of the system's clocks this one alone counts it
    before = steady()
    monkeypatch.setattr(time, "clock_gettime", lambda clock: real(clock) + slept.get(clock, 0.0))
    assert steady() - before >= 3600
