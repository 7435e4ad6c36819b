"""A virtual screen for as long as a frozen program is tried out; on Windows there is a real one."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def screen() -> Iterator[dict[str, str]]:
    """Give the variables with which a program finds the screen."""
    if sys.platform == "win32":
        yield {}
        return
    reader, writer = os.pipe()
    # Without -noreset it would start anew, and drop whoever just connects, after its last client.
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x900x24"]
    with subprocess.Popen(
        [*command, "-noreset", "-nolisten", "tcp"], pass_fds=(writer,), stderr=subprocess.DEVNULL
    ) as server:
        os.close(writer)
        try:
            with os.fdopen(reader) as answer:
                number = answer.readline().strip()
            # Without a locale in UTF-8 Qt prints a warning, and that of who builds may be another.
            yield {
                "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": "",
                "LC_ALL": "C.UTF-8",
            }  # fmt: skip
        finally:
            server.terminate()
