"""The commands, what each takes, and the help that explains them; the words' kinds are in words."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, NoReturn

from core.cli import words
from core.cli.completion import SHELLS
from core.cli.options import LIST_OPTIONS, OPTIONS, add_options
from core.message import one_line
from core.version import version

if TYPE_CHECKING:
    from collections.abc import Callable

LISTEN = "[HOST:]PORT[-PORT]; without a host only this computer can connect, * means everyone"
TARGET = "HOST:PORT[-PORT]; IPv6 addresses go in brackets"
NAMES = "its name, its LISTEN, or the beginning of its id"
STATUSES = "exit status: 0 when it worked, 1 when not, 2 for wrong arguments"
IMPORTED = (
    "Portway's JSON, lines such as “8080 example.org:80”, ssh -L commands and LocalForward, "
    "rinetd.conf, what “netsh interface portproxy show all” prints, socat commands, HAProxy's TCP "
    "sections, realm's TOML or JSON, and CSV with a line of titles"
)
EXPORTED = ("json", "csv", "lines", "haproxy", "nginx")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and where to read more; the exit status is 2."""

    def error(self, message: str) -> NoReturn:
        """Leave with status 2."""
        self.exit(2, one_line(f"{self.prog}: {message} (see {self.prog} --help)") + "\n")


def build_parser() -> argparse.ArgumentParser:
    """Everything `portway` understands."""
    parser = Parser(
        prog="portway",
        description="Forward ports: listen here, connect there. Without a command, the window.",
        epilog=STATUSES,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"portway {version()}")
    parser.add_argument(
        "--profile", type=words.folder, metavar="DIR", help="keep mappings and settings in DIR"
    )
    parser.add_argument("--hidden", action="store_true", help="start in the tray, without a window")
    parser.add_argument("--quit", action="store_true", help="end the Portway of this profile")
    parser.add_argument(
        "--self-test", action="store_true", help="see whether Portway works on this computer"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    def command(
        name: str, summary: str, more: str = "", *, objects: bool = True, **options: Any
    ) -> Parser:
        about = f"{summary[0].upper()}{summary[1:]}. {more}".rstrip()
        epilog = options.pop("epilog", STATUSES)
        added = commands.add_parser(
            name, help=summary, description=about, epilog=epilog, allow_abbrev=False, **options
        )
        if objects:
            added.add_argument(
                "--json", action="store_true", help="print an object a line instead of text"
            )
        return added

    _add_serving(command)
    _add_list(command)
    _add_switches(command)
    _add_exchange(command)
    _add_questions(command)
    completion = command(
        "completion",
        "print what teaches a shell to complete Portway's words",
        'For bash: eval "$(portway completion bash)" in ~/.bashrc. For fish: portway completion '
        "fish | source. Names of mappings are completed, too.",
        objects=False,
    )
    completion.add_argument("shell", choices=SHELLS, help="the shell")
    # Not in the help: for our own use, see core/cli/firewall_rule.py and gui/farewell.py.
    commands.add_parser("firewall-rule", allow_abbrev=False).add_argument("words", nargs="*")
    commands.add_parser("ask-uninstall", allow_abbrev=False)
    return parser


def _add_serving(command: Callable[..., Parser]) -> None:
    parser = command(
        "forward",
        "one forward from the command line; nothing is saved",
        usage="portway forward [options] LISTEN TARGET\n"
        "       portway forward [options] -L [BIND:]PORT:HOST:PORT …",
        epilog="exit status: 0 after Ctrl-C, 1 when nothing could listen, 2 for wrong arguments",
    )
    _add_pair(parser)
    add_options(parser, OPTIONS)
    _add_drain(parser)
    run = command(
        "run",
        "serve all enabled mappings without a screen, until Ctrl-C",
        epilog="exit status: 0 after Ctrl-C, 1 when nothing could listen, 2 for wrong arguments",
    )
    _add_drain(run)
    _add_drain(command("demo", "show Portway with a throw-away profile and a page of its own"))


def _add_list(command: Callable[..., Parser]) -> None:
    parser = command(
        "list",
        "print the mappings of the list",
        "Each object of --json is a mapping as mappings.json holds it.",
    )
    _add_names(parser, "*", f"only these: {NAMES}")
    parser = command(
        "add",
        "add a mapping to the list",
        "It is switched on unless --disabled says otherwise.",
        usage="portway add [options] LISTEN TARGET\n"
        "       portway add [options] -L [BIND:]PORT:HOST:PORT …",
    )
    _add_pair(parser)
    add_options(parser, (*LIST_OPTIONS, *OPTIONS))
    parser = command("edit", "change a mapping of the list", "What is not named stays as it is.")
    _add_names(parser, 1, f"the mapping: {NAMES}")
    parser.add_argument("--listen", type=words.listen_word, metavar="LISTEN", help=LISTEN)
    parser.add_argument("--target", type=words.target_word, metavar="TARGET", help=TARGET)
    add_options(parser, (*LIST_OPTIONS, *OPTIONS))
    parser = command(
        "remove",
        "take mappings out of the list",
        "The list as it was stays in the profile as mappings.copy-1.json.",
    )
    _add_names(parser, "+", f"the mappings: {NAMES}")


def _add_switches(command: Callable[..., Parser]) -> None:
    for name, what in (("enable", "switch mappings on"), ("disable", "switch mappings off")):
        parser = command(name, what)
        _add_names(parser, "*", f"the mappings: {NAMES}")
        parser.add_argument("--all", action="store_true", help="all of the list")
        parser.add_argument("--group", dest="group_of", metavar="GROUP", help="all of this group")


def _add_exchange(command: Callable[..., Parser]) -> None:
    parser = command(
        "import",
        "add the mappings of a file to the list",
        f"It understands {IMPORTED}. What cannot listen beside the mappings that are there comes "
        "switched off.",
    )
    parser.add_argument("file", metavar="FILE", help="the file; - means standard input")
    parser.add_argument(
        "--group", dest="into_group", metavar="GROUP", help="put all of them into this group"
    )
    parser.add_argument("--disabled", dest="switched_off", action="store_true",
                        help="add them switched off")  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="only print what would be added")
    parser = command(
        "export",
        "print mappings in a form that Portway or another program reads",
        "All of JSON, and CSV, comes back with “portway import”. A form that cannot say all of a "
        "mapping tells on standard error what it leaves out.",
        objects=False,
    )
    _add_names(parser, "*", f"only these: {NAMES}")
    parser.add_argument(
        "--format", choices=EXPORTED, default="json",
        help="json (the default), csv, lines as Copy gives them, or the configuration of another "
        "relay",
    )  # fmt: skip


def _add_questions(command: Callable[..., Parser]) -> None:
    parser = command(
        "status",
        "say what the mappings do now",
        "With --json, one document. If Portway does not run with this profile, it says so and "
        "shows what is switched on.",
        epilog="exit status: 0 when everything that is switched on works, 1 when something does "
        "not or Portway is not running, 2 for wrong arguments",
    )
    _add_names(parser, "*", f"only these: {NAMES}")
    parser = command(
        "check",
        "say what is wrong with the mappings, and which would fail to start here",
        "Looks at those that are switched on; changes nothing and starts nothing.",
        epilog="exit status: 0 when nothing was found, 1 when something was, 2 for wrong arguments",
    )
    _add_names(parser, "*", f"these, also if they are switched off: {NAMES}")
    parser.add_argument("--all", action="store_true", help="also those that are switched off")
    parser = command(
        "diagnose",
        "find out why a mapping does not work",
        "Walks the way of a client's bytes, from the listener to the first answer of the target. "
        "If Portway does not run with this profile, the mapping listens meanwhile.",
        epilog="exit status: 0 when no step failed, 1 when one did or Ctrl-C ended it, 2 for "
        "wrong arguments",
    )
    _add_names(parser, 1, f"the mapping: {NAMES}")


def _add_pair(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("listen", nargs="?", type=words.listen_word, metavar="LISTEN", help=LISTEN)
    parser.add_argument("target", nargs="?", type=words.target_word, metavar="TARGET", help=TARGET)
    parser.add_argument(
        "-L", dest="ssh", action="append", default=[], type=words.ssh_word,
        metavar="FORWARD", help="the form ssh takes, such as 8080:example.org:80; may be repeated",
    )  # fmt: skip


def _add_names(parser: argparse.ArgumentParser, nargs: str | int, what: str) -> None:
    parser.add_argument("names", nargs=nargs, metavar="NAME", help=what)


def _add_drain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--drain", type=words.seconds, default=3.0, metavar="SECONDS",
        help="at the end, let connections finish for so long (%(default)g)",
    )  # fmt: skip
