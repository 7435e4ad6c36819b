"""What Windows is asked to tell, by a fake of it everywhere and by itself where it is."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import pytest

from core.system.surroundings import network_now, watch
from core.system.windows_surroundings import WindowsWatch


class Windows:
    """The two libraries, as far as they are used."""

    def __init__(self, refusal: int = 0) -> None:
        self.refusal = refusal
        self.ip_helper = self.power = self
        self.function = ctypes.CFUNCTYPE
        self.on_address: Any = None
        self.on_power: Any = None
        self.cancelled: list[int] = []

    def NotifyUnicastIpAddressChange(
        self, family: int, callback: Any, context: object, first: int, handle: Any
    ) -> int:
        """Remember whom to call."""
        assert (family, context, first) == (0, None, 0)
        self.on_address = callback
        handle._obj.value = 0 if self.refusal else 11
        return self.refusal

    def PowerRegisterSuspendResumeNotification(self, flags: int, receiver: Any, handle: Any) -> int:
        """Remember whom to call."""
        assert flags == 2
        kind = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p)
        self.on_power = kind(receiver._obj.callback)
        handle._obj.value = 0 if self.refusal else 22
        return self.refusal

    def CancelMibChangeNotify2(self, handle: Any) -> int:
        """Forget it."""
        self.cancelled.append(handle.value)
        return 0

    PowerUnregisterSuspendResumeNotification = CancelMibChangeNotify2


def test_windows_tells_of_addresses_and_of_waking_but_not_of_going_to_sleep() -> None:
    windows, told = Windows(), list[bool]()
    watching = WindowsWatch(told.append, windows)
    windows.on_address(None, None, 1)
    assert told == [False]
    for suspend, resume_unseen, resume in [(0x4, 0x12, 0x7)]:
        assert windows.on_power(None, suspend, None) == 0
        assert told == [False]
        windows.on_power(None, resume_unseen, None)
        windows.on_power(None, resume, None)
    assert told == [False, True, True]
    watching.close()
    assert windows.cancelled == [11, 22]


def test_a_windows_that_tells_nothing_says_so() -> None:
    with pytest.raises(OSError, match="refused"):
        WindowsWatch(print, Windows(refusal=50))


@pytest.mark.skipif(sys.platform not in ("linux", "win32"), reason="elsewhere nothing is told")
def test_watching_begins_and_ends_here_too() -> None:
    watching = watch(lambda jumped: None)
    assert watching is not None
    watching.close()


def test_the_loopback_is_part_of_the_network_of_now() -> None:
    assert "127.0.0.1" in str(network_now())
