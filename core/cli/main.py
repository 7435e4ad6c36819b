"""From the words of the command line to the command that serves them; no command's work is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.cli.lines import flush_at_end, set_up_streams
from core.cli.parser import CommandLine, build_parser
from core.config.paths import profile_folder
from core.message import PortwayError, message
from core.system.screen import has_screen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from core.cli.self_test import SelfTest

OK = 0
FAILED = 1
BAD_ARGUMENTS = 2


@dataclass(frozen=True, slots=True)
class DesktopRequest:
    """What the command line asks of the desktop program."""

    profile: Path
    hidden: bool = False
    demo: bool = False
    self_test: SelfTest | None = None


def main(
    argv: Sequence[str] | None = None,
    desktop: Callable[[DesktopRequest], int] | None = None,
) -> int:
    """Run one command and return the exit status.

    `desktop` opens the window; without it (`python -m core`) there are only the commands.
    """
    set_up_streams()
    try:
        line = build_parser().parse_args(argv, namespace=CommandLine())
        try:
            return _run(line, desktop)
        except PortwayError as error:
            from core.cli.printer import Printer

            Printer(as_json=line.json).failed(error)
            return FAILED
    finally:
        flush_at_end()


def _run(line: CommandLine, desktop: Callable[[DesktopRequest], int] | None) -> int:
    # Each command's modules are loaded only when it is used: `--help` should not load an engine.
    match line.command:
        case "forward":
            from core.cli.forward import forward

            return forward(line)
        case "run":
            from core.cli.run import run

            return run(line)
        case "demo":
            from core.cli.demo import demo

            return demo(line, desktop)
        case _ if line.quit:
            from core.cli.quit import end_running

            return end_running(profile_folder(line.profile))
        case _ if line.self_test:
            from core.cli.self_test import self_test

            return self_test(desktop)
        case _:
            if desktop is None:
                build_parser().error("the window needs the program portway; here, name a command")
            if not has_screen():
                text = "There is no screen to show the window on; “portway run” needs none."
                raise PortwayError(message(text))
            request = DesktopRequest(profile_folder(line.profile), hidden=line.hidden)
            return desktop(request)
