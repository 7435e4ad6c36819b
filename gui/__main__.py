"""The way in: the command line decides, and Qt is imported only when a window is wanted."""

from __future__ import annotations

import sys
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


if __name__ == "__main__":
    compiled.adopt()
    sys.exit(main())
