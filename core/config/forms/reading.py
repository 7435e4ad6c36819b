"""What all readers share: what they found, what they left out, and the one error they raise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.config.address import AddressError, Endpoint, format_address
from core.config.mapping import Mapping, Protocol, problems
from core.message import Message, PortwayError, message

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_SHOWN = 60
"""How much of a line an error repeats."""
MOST_NOTICES = 50
LONGEST_LINE = 4000


class ExchangeError(PortwayError):
    """The text is not one of mappings; the message says which line, and why."""


@dataclass(slots=True)
class Reading:
    """What a text holds."""

    mappings: list[Mapping] = field(default_factory=list)
    notices: list[Message] = field(default_factory=list)
    """What was left out, since Portway has nothing like it."""

    def take(self, mapping: Mapping) -> None:
        """Take a mapping; raises `AddressError` if it is not valid."""
        for problem in problems(mapping)[:1]:
            raise AddressError(problem.text)
        self.mappings.append(mapping)

    def leave_out(self, number: int, line: str, why: Message) -> None:
        """Tell that something was left out."""
        if len(self.notices) < MOST_NOTICES:
            text = "Left out line {number}, “{line}”: {why}"
            self.notices.append(message(text, number=number, line=shown(line), why=why))


def at_line(number: int, line: str, why: Message) -> ExchangeError:
    """The error for a line."""
    return ExchangeError(
        message("Line {number}, “{line}”: {why}", number=number, line=shown(line), why=why)
    )


def check_length(line: str) -> None:
    """Raise `AddressError` for a line that is none of a person; some patterns take long for it."""
    if len(line) > LONGEST_LINE:
        raise AddressError(message("this line is too long to be that of a mapping."))


def shown(line: str) -> str:
    """As much of a line as a sentence can hold."""
    return line if len(line) <= MOST_SHOWN else f"{line[:MOST_SHOWN]}…"


def plain_mapping(
    listen: Endpoint, target: Endpoint, protocol: Protocol = Protocol.TCP, **fields: Any
) -> Mapping:
    """A mapping from where to where; raises `AddressError` for a listener on any free port."""
    if listen.ports.first == 0:
        raise AddressError(message("Ports go from 1 to 65535; {ports} is outside.", ports="0"))
    return Mapping(
        protocol=protocol,
        listen_host=listen.host,
        listen_ports=listen.ports,
        target_host=target.host,
        target_ports=target.ports,
        **fields,
    )


def bracketed(host: str) -> str:
    """The host as it stands before a port."""
    return format_address(host, 0)[: -len(":0")]


def joined_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; one that ends in a backslash goes on in the next."""
    begun, number_of_first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if not begun:
            number_of_first = number
        if line.endswith("\\"):
            begun += line[:-1] + " "
            continue
        yield number_of_first, begun + line
        begun = ""
    if begun:
        yield number_of_first, begun
