"""Who we are to Windows: what groups our windows in the taskbar and signs our notifications.

What else makes a window at home there comes from Qt itself: sharp pictures on each screen
(PerMonitorV2), dark title bars, and a tray icon that is put back when the taskbar starts anew.
"""

from __future__ import annotations

import sys

APP_ID = "Portway.Portway"
"""The AppUserModelID; shortcuts that the setup makes carry the same one."""
KEY = rf"Software\Classes\AppUserModelId\{APP_ID}"
"""Below HKEY_CURRENT_USER; where Windows looks a notification's sender up."""


def say_who_we_are(icon: str = "") -> None:
    """To be called before the first window is made; does nothing elsewhere than on Windows."""
    if sys.platform == "win32":
        import contextlib
        import ctypes
        import winreg

        # Without it the taskbar takes us for the Python that runs us.
        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(ctypes.c_wchar_p(APP_ID))
        # OSError: a policy may keep the registry closed; then notifications carry the file's name.
        with contextlib.suppress(OSError), winreg.CreateKey(winreg.HKEY_CURRENT_USER, KEY) as key:
            winreg.SetValueEx(key, "DisplayName", 0, winreg.REG_SZ, "Portway")
            if icon:
                winreg.SetValueEx(key, "IconUri", 0, winreg.REG_SZ, icon)
