"""Windows tells of new addresses and of waking by calling back, in threads of its own."""

from __future__ import annotations

import ctypes
import logging
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("portway.system")

_ANY_FAMILY = 0
_NO_FIRST_CALL = 0
_BY_CALLBACK = 2
"""DEVICE_NOTIFY_CALLBACK of PowerRegisterSuspendResumeNotification."""
RESUMED = frozenset({0x7, 0x12})
"""PBT_APMRESUMESUSPEND and PBT_APMRESUMEAUTOMATIC, the second also when nobody is there."""


class WindowsWatch:
    """Registered with the IP Helper and the power manager until `close`."""

    def __init__(self, changed: Callable[[bool], None], libraries: Any = None) -> None:
        """Raises `OSError` where neither of them will tell. `libraries` stands in for a test."""
        self._changed = changed
        self._libraries: Any = libraries or _Libraries()
        # Both must live as long as they may be called.
        function = self._libraries.function
        self._on_address = function(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
            self._address_changed
        )
        self._on_power = function(ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p)(
            self._power_changed
        )
        self._addresses: Any = ctypes.c_void_p()
        self._power: Any = ctypes.c_void_p()
        failed = self._libraries.ip_helper.NotifyUnicastIpAddressChange(
            _ANY_FAMILY, self._on_address, None, _NO_FIRST_CALL, ctypes.byref(self._addresses)
        )
        self._receiver = _Receiver(ctypes.cast(self._on_power, ctypes.c_void_p), None)
        failed_too = self._libraries.power.PowerRegisterSuspendResumeNotification(
            _BY_CALLBACK, ctypes.byref(self._receiver), ctypes.byref(self._power)
        )
        if failed and failed_too:
            raise OSError(failed, "Windows refused to tell of its addresses and of waking")

    def close(self) -> None:
        """Tell no more; waits for a call that is under way."""
        if self._addresses:
            self._libraries.ip_helper.CancelMibChangeNotify2(self._addresses)
        if self._power:
            self._libraries.power.PowerUnregisterSuspendResumeNotification(self._power)

    def _address_changed(self, _context: object, _row: object, _kind: int) -> None:
        self._changed(False)

    def _power_changed(self, _context: object, kind: int, _setting: object) -> int:
        if kind in RESUMED:
            self._changed(True)
        return 0


class _Receiver(ctypes.Structure):
    """DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS."""

    _fields_ = (("callback", ctypes.c_void_p), ("context", ctypes.c_void_p))


class _Libraries:
    """The system's own."""

    ip_helper: Any
    power: Any
    function: Any

    def __init__(self) -> None:
        if sys.platform == "win32":
            self.ip_helper = ctypes.WinDLL("iphlpapi")
            self.power = ctypes.WinDLL("powrprof")
            self.function = ctypes.WINFUNCTYPE
        else:
            raise OSError("only Windows has these")
