"""Asking Windows to run our own program once as administrator: one prompt, fixed arguments."""

from __future__ import annotations

import subprocess
import sys
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_SECONDS = 120


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    DECLINED = "declined"
    FAILED = "failed"


def own_command(arguments: Sequence[str]) -> tuple[str, str]:
    """Our own program and its arguments, as one line in Windows' quoting."""
    start = [] if getattr(sys, "frozen", False) else ["-P", "-m", "gui"]
    return sys.executable, subprocess.list2cmdline([*start, *arguments])


def is_elevated() -> bool:
    """Whether this process may change the firewall."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    else:
        return False


def run_elevated(arguments: Sequence[str]) -> Outcome:
    """Show Windows' prompt, wait for the person and for the end of the program. Blocking."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class Execute(ctypes.Structure):
            _fields_ = (
                ("size", wintypes.DWORD),
                ("mask", wintypes.ULONG),
                ("window", wintypes.HWND),
                ("verb", wintypes.LPCWSTR),
                ("file", wintypes.LPCWSTR),
                ("parameters", wintypes.LPCWSTR),
                ("directory", wintypes.LPCWSTR),
                ("show", ctypes.c_int),
                ("instance", wintypes.HINSTANCE),
                ("id_list", ctypes.c_void_p),
                ("class_name", wintypes.LPCWSTR),
                ("class_key", wintypes.HKEY),
                ("hot_key", wintypes.DWORD),
                ("icon", wintypes.HANDLE),
                ("process", wintypes.HANDLE),
            )

        shell = ctypes.WinDLL("shell32", use_last_error=True)
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.WaitForSingleObject.argtypes = (wintypes.HANDLE, wintypes.DWORD)
        kernel.GetExitCodeProcess.argtypes = (wintypes.HANDLE, wintypes.LPDWORD)
        kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
        program, line = own_command(arguments)
        # 0x40 has the process handed back, 0x400 keeps error boxes away (SEE_MASK_...).
        execute = Execute(
            size=ctypes.sizeof(Execute), mask=0x40 | 0x400, verb="runas", file=program,
            parameters=line, show=0,
        )  # fmt: skip
        if not shell.ShellExecuteExW(ctypes.byref(execute)):
            declined = ctypes.get_last_error() == 1223  # ERROR_CANCELLED
            return Outcome.DECLINED if declined else Outcome.FAILED
        if not execute.process:
            return Outcome.FAILED
        status = wintypes.DWORD(1)
        kernel.WaitForSingleObject(execute.process, LONGEST_SECONDS * 1000)
        kernel.GetExitCodeProcess(execute.process, ctypes.byref(status))
        kernel.CloseHandle(execute.process)
        return Outcome.DONE if status.value == 0 else Outcome.FAILED
    else:
        del arguments
        return Outcome.FAILED
