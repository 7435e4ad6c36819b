"""The way in: the command line decides, and Qt is imported only when a window is wanted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from core import compiled
from core.cli.main import main as command_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.cli.main import DesktopRequest


def main(argv: Sequence[str] | None = None) -> int:
    """Run `portway` with these arguments (those of the process by default)."""
    return command_line(argv, desktop=_desktop)


def _desktop(request: DesktopRequest) -> int:
    # Imported here, so that no command without a window pays for Qt or needs its libraries.
    if request.self_test is not None:
        from gui.self_test import run as run_self_test

        return run_self_test(request.profile, request.self_test)
    from gui.app import run

    return run(request.profile, hidden=request.hidden, demo=request.demo)


if __name__ == "__main__":
    compiled.adopt()
    sys.exit(main())
