"""The way in: the command line decides, and Qt is imported only when a window is wanted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core import compiled
from core.cli.main import main as command_line
from core.instance.claim import claim_for_window
from core.message import PortwayError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.cli.main import DesktopRequest


def main(argv: Sequence[str] | None = None) -> int:
    """Run `portway` with these arguments (those of the process by default)."""
    return command_line(argv, desktop=_desktop)


def _desktop(request: DesktopRequest) -> int:
    # gui.app is imported here, so that no command without a window pays for Qt or needs its
    # libraries; nor does a second start, which only asks the first one to show its window.
    if request.self_test is not None:
        from gui.self_test import run as run_self_test

        return run_self_test(request.profile, request.self_test)
    if request.ask_uninstall:
        from gui.farewell import ask

        sys.stdout.write(f"{ask(request.profile)}\n")
        return 0
    if not request.demo and (windowed := program_without_console()) is not None:
        subprocess.Popen([windowed, *sys.argv[1:]], close_fds=True)  # noqa: S603 - ourselves
        return 0
    try:
        instance = claim_for_window(request.profile, hidden=request.hidden)
    except PortwayError as error:
        from gui.app import refuse

        refuse(error)
        raise
    if instance is None:
        return 0
    from gui.app import run

    return run(instance, hidden=request.hidden, demo=request.demo)


def program_without_console() -> Path | None:
    """On Windows, for the one with a console: the one for the desktop, which lies beside it.

    It is that one which the autostart and the firewall are to know, and the prompt returns at once.
    """
    program = Path(sys.executable)
    if not getattr(sys, "frozen", False) or program.suffix.lower() != ".com":
        return None
    beside = program.with_name("Portway.exe")
    return beside if beside.is_file() else None


if __name__ == "__main__":
    compiled.adopt()
    sys.exit(main())
