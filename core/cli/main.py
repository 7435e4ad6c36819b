"""From the words of the command line to the command that serves them; no command's work is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.cli.completion import complete
from core.cli.lines import flush_at_end, set_up_streams
from core.cli.parser import build_parser
from core.cli.words import CommandLine
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
    ask_uninstall: bool = False
    """Only the uninstaller's question."""


def main(
    argv: Sequence[str] | None = None,
    desktop: Callable[[DesktopRequest], int] | None = None,
) -> int:
    """Run one command and return the exit status.

    `desktop` opens the window; without it (`python -m core`) there are only the commands.
    """
    set_up_streams()
    try:
        parser = build_parser()
        complete(parser)
        line = parser.parse_args(argv, namespace=CommandLine())
        try:
            return _run(line, desktop)
        except PortwayError as error:
            from core.cli.printer import Printer

            Printer(as_json=line.json).failed(error)
            return FAILED
        except KeyboardInterrupt:  # of a command that is soon done; the others take the signal
            return FAILED
    finally:
        flush_at_end()


def _run(line: CommandLine, desktop: Callable[[DesktopRequest], int] | None) -> int:
    # Each command's modules are loaded only when it is used: `--help` should not load an engine.
    match line.command:
        case "list":
            from core.cli.listing import list_mappings

            return list_mappings(line)
        case "add" | "edit" | "remove" | "enable" | "disable":
            from core.cli import changing

            return changing.COMMANDS[line.command](line)
        case "import":
            from core.cli.exchanging import import_file

            return import_file(line)
        case "export":
            from core.cli.exchanging import export

            return export(line)
        case "check":
            from core.cli.check import check

            return check(line)
        case "diagnose":
            from core.cli.diagnosis import diagnosis

            return diagnosis(line)
        case "status":
            from core.cli.status import status

            return status(line)
        case "forward":
            from core.cli.forward import forward

            return forward(line)
        case "run":
            from core.cli.run import run

            return run(line)
        case "completion":
            from core.cli.completion import print_completion

            return print_completion(line)
        case "firewall-rule":
            from core.cli.firewall_rule import firewall_rule

            return firewall_rule(line)
        case "demo":
            from core.cli.demo import demo

            return demo(line, desktop)
        case "ask-uninstall" if desktop is not None and has_screen():
            return desktop(DesktopRequest(profile_folder(line.profile), ask_uninstall=True))
        case "ask-uninstall":
            return FAILED
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
