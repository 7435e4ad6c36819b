"""The words the command line knows, and the help that explains them."""

from __future__ import annotations

import argparse
import math
import re
from typing import TYPE_CHECKING, NoReturn, TypeVar

from core.config.address import parse_listen, parse_ssh_forward, parse_target
from core.message import PortwayError, one_line
from core.version import version

if TYPE_CHECKING:
    from collections.abc import Callable

from core.config.address import Endpoint

Typed = TypeVar("Typed")


class CommandLine(argparse.Namespace):
    """The parsed words; what a command does not have keeps its default."""

    command: str | None = None
    profile: str | None = None
    hidden: bool = False
    quit: bool = False
    self_test: bool = False
    listen: Endpoint | None = None
    target: Endpoint | None = None
    ssh: list[tuple[Endpoint, Endpoint]]
    protocol: str = "tcp"
    allow: list[str]
    max_connections: int = 0
    connect_timeout: float = 10.0
    idle_timeout: float = 0.0
    half_closed_timeout: float = 300.0
    udp_timeout: float = 60.0
    source: str = ""
    limit_up: int = 0
    limit_down: int = 0
    proxy_protocol: str = "off"
    drain: float = 3.0
    json: bool = False


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
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"portway {version()}")
    parser.add_argument(
        "--profile", type=_folder, metavar="DIR", help="keep mappings and settings in DIR"
    )
    parser.add_argument("--hidden", action="store_true", help="start in the tray, without a window")
    parser.add_argument("--quit", action="store_true", help="end the Portway of this profile")
    parser.add_argument(
        "--self-test", action="store_true", help="see whether Portway works on this computer"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    _add_forward(commands)
    run = commands.add_parser(
        "run", help="serve all enabled mappings without a screen, until Ctrl-C", allow_abbrev=False
    )
    _add_serving_options(run)
    demo = commands.add_parser(
        "demo",
        help="show Portway with a throw-away profile and a page of its own",
        allow_abbrev=False,
    )
    _add_serving_options(demo)
    return parser


def _add_forward(commands: argparse._SubParsersAction[Parser]) -> None:
    parser = commands.add_parser(
        "forward",
        help="one forward from the command line; nothing is saved",
        usage="portway forward [options] LISTEN TARGET\n"
        "       portway forward [options] -L [BIND:]PORT:HOST:PORT …",
        allow_abbrev=False,
    )
    parser.add_argument(
        "listen", nargs="?", type=_typed(parse_listen), metavar="LISTEN",
        help="[HOST:]PORT[-PORT]; without a host only this computer can connect, * means everyone",
    )  # fmt: skip
    parser.add_argument(
        "target", nargs="?", type=_typed(parse_target), metavar="TARGET",
        help="HOST:PORT[-PORT]; IPv6 addresses go in brackets",
    )  # fmt: skip
    parser.add_argument(
        "-L", dest="ssh", action="append", default=[], type=_typed(parse_ssh_forward),
        metavar="FORWARD", help="the form ssh takes, such as 8080:example.org:80; may be repeated",
    )  # fmt: skip
    protocols = parser.add_mutually_exclusive_group()
    for option, protocol, what in (
        ("--udp", "udp", "forward datagrams (UDP) instead of connections (TCP)"),
        ("--both", "both", "forward TCP and UDP, on the same ports"),
    ):
        protocols.add_argument(
            option, dest="protocol", action="store_const", const=protocol, default="tcp", help=what
        )
    parser.add_argument(
        "--allow", action="append", default=[], metavar="NETWORK",
        help="let only clients of this network in, such as 192.168.1.0/24; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--max-connections", type=_count, default=0, metavar="N", help="at most N at a time"
    )
    for option, default, what in (
        ("--connect-timeout", 10.0, "give a target up after so long"),
        ("--idle-timeout", 0.0, "end a silent connection after so long; 0 means never"),
        ("--half-closed-timeout", 300.0, "the same once one side has finished"),
        ("--udp-timeout", 60.0, "forget a UDP client after so long a silence on both sides"),
    ):
        parser.add_argument(
            option, type=_seconds, default=default, metavar="SECONDS", help=f"{what} (%(default)g)"
        )
    for option, whose in (("--limit-up", "the clients'"), ("--limit-down", "the target's")):
        parser.add_argument(
            option, type=_count, default=0, metavar="BYTES",
            help=f"pass on at most so many of {whose} bytes a second, all connections together",
        )  # fmt: skip
    parser.add_argument(
        "--proxy-protocol", choices=["v1", "v2"], default="off",
        help="tell the target each client's address by a PROXY protocol header; for UDP, v2 before "
        "each datagram",
    )  # fmt: skip
    parser.add_argument(
        "--source", default="", metavar="ADDRESS", help="connect from this address of this computer"
    )
    _add_serving_options(parser)


def _add_serving_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--drain", type=_seconds, default=3.0, metavar="SECONDS",
        help="at the end, let connections finish for so long (%(default)g)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print each line as a JSON object")


def _folder(text: str) -> str:
    if not text:  # an unset variable in a script; the user's own profile is not meant
        raise argparse.ArgumentTypeError("the name of the folder is empty")
    return text


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 0 up")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of seconds from 0 up")
    return seconds


def _typed(parse: Callable[[str], Typed]) -> Callable[[str], Typed]:
    """Turn our errors into argparse's, so that its one line carries our sentence."""

    def convert(text: str) -> Typed:
        try:
            return parse(text)
        except PortwayError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return convert
