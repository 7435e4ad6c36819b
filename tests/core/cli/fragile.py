"""The command line, but whenever somebody writes to the pipe `BREAK`, its engine's loop breaks."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

from core.cli.main import main
from core.engine.commands import LookAround
from core.engine.engine import Engine
from core.engine.reactor.timers import Timers

plain_start, plain_due = Engine.start, Timers.due
engines: list[Engine] = []


def start(engine: Engine) -> None:
    """Remember the newest."""
    engines.append(engine)
    plain_start(engine)


def fail(_: Timers) -> Any:
    """Once."""
    Timers.due = plain_due  # type: ignore[method-assign]
    raise RuntimeError("the loop is broken")


def listen(pipe: Path) -> None:
    """Let the next turn of the loop fail, whenever that is asked for."""
    while pipe.read_bytes():
        Timers.due = fail  # type: ignore[assignment, method-assign]
        engines[-1].submit(LookAround())


Engine.start = start  # type: ignore[assignment, method-assign]
threading.Thread(target=listen, args=(Path(os.environ["BREAK"]),), daemon=True).start()
sys.exit(main())
