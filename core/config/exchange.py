"""Mappings as text that people hand around: our own lines and JSON, and the lines of other tools.

Accepts, or raises `ExchangeError` and nothing else. It reads no files and changes nothing.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import msgspec

from core.config.address import (
    EVERY_ADDRESS,
    LOOPBACK,
    AddressError,
    Endpoint,
    check_host,
    format_address,
    is_loopback,
    parse_listen,
    parse_ssh_forward,
    parse_target,
)
from core.config.mapping import Mapping, Protocol, mapping_line, new_id, problems
from core.config.store import Profile, decode_profile, encode_profile
from core.message import Message, PortwayError, message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_TEXT = 2_000_000
MOST_MAPPINGS = 10_000
MOST_SHOWN = 60
"""How much of a line an error repeats."""

_PROTOCOLS = {
    "tcp": Protocol.TCP,
    "udp": Protocol.UDP,
    "both": Protocol.BOTH,
    "tcp+udp": Protocol.BOTH,
}
_ARROWS = ("->", "=>", "→")
_SSH_WITH_VALUE = frozenset("BbcDEeFIiJlmOoPpQRSWw")
"""Options of ssh(1) that take a value, but -L, which is what we look for."""
_COLUMNS = re.compile(r"(\S+)\s+(\d+)(?:/(tcp|udp))?\s+(\S+)\s+(\d+)(?:/(?:tcp|udp))?")
"""rinetd.conf(8), and what `netsh interface portproxy show all` prints."""
_RULER = re.compile(r"\s*-{5,}[-\s]*")
"""Between the headings of a printed table, which are in the system's language, and its rows."""


class ExchangeError(PortwayError):
    """The text is not one of mappings; the message says which line, and why."""


def write_lines(mappings: Iterable[Mapping]) -> str:
    """One line a mapping: ``tcp 127.0.0.1:8080 -> example.org:80  # Name``."""
    return "\n".join(_line(mapping) for mapping in mappings)


def _line(mapping: Mapping) -> str:
    name = " ".join(mapping.name.split())
    return f"{mapping_line(mapping)}  # {name}" if name else mapping_line(mapping)


def write_json(mappings: Sequence[Mapping]) -> bytes:
    """Everything about them, as the profile's file holds it."""
    return encode_profile(Profile(mappings=tuple(mappings)))


def read_mappings(text: str) -> tuple[Mapping, ...]:
    """Read any of the forms, with new ids; raises `ExchangeError`.

    JSON as Portway writes it; else line by line: our own form, ``LISTEN TARGET``, ``host:port``,
    ``ssh -L`` with or without the rest of its command, ``LocalForward`` of ssh_config(5), rinetd's
    four columns, and netsh's, shown or added. Empty lines and comments are skipped.
    """
    if len(text) > LONGEST_TEXT:
        raise ExchangeError(message("This text is too long to be a list of mappings."))
    try:
        read = _read_json(text) if text.lstrip()[:1] in ("{", "[") else _read_lines(text)
    except RecursionError:  # nothing but brackets
        raise ExchangeError(message("This text is not a list of mappings.")) from None
    if not read:
        raise ExchangeError(message("There is no mapping in this text."))
    if len(read) > MOST_MAPPINGS:
        text_ = "This text holds {count} mappings; {most} at once are possible."
        raise ExchangeError(message(text_, count=len(read), most=MOST_MAPPINGS))
    return tuple(msgspec.structs.replace(one, id=new_id()) for one in read)


# JSON.


def _read_json(text: str) -> list[Mapping]:
    stripped = text.strip()
    if re.match(r"\[[0-9a-fA-F:.%\w]*\]:", stripped):  # an IPv6 address in brackets
        return _read_lines(text)
    try:
        data = stripped.encode()
        mappings = list(decode_profile(data).mappings)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        fault = message("This text looks like JSON, but not like mappings: {why}.", why=str(error))
        raise ExchangeError(fault) from None
    for number, mapping in enumerate(mappings, 1):
        for problem in problems(mapping):
            what = "Mapping {number}: {why}"
            raise ExchangeError(message(what, number=number, why=problem.text))
    return mappings


# Lines.


def _read_lines(text: str) -> list[Mapping]:
    found: list[Mapping] = []
    lines = text.splitlines()
    is_table = any(_RULER.fullmatch(line) for line in lines)
    for number, line in enumerate(lines, 1):
        content, _, comment = line.partition("#")
        content = content.strip()
        if not content or (is_table and not _COLUMNS.fullmatch(content)):
            continue
        try:
            read = _read_line(content)
            for mapping in read:
                for problem in problems(mapping)[:1]:
                    raise AddressError(problem.text)
        except AddressError as error:
            raise _at_line(number, content, error.message) from None
        name = comment.strip()
        found += [msgspec.structs.replace(one, name=name) for one in read] if name else read
    return found


def _at_line(number: int, line: str, why: Message) -> ExchangeError:
    shown = line if len(line) <= MOST_SHOWN else f"{line[:MOST_SHOWN]}…"
    return ExchangeError(
        message("Line {number}, “{line}”: {why}", number=number, line=shown, why=why)
    )


def _read_line(line: str) -> list[Mapping]:
    words = line.split()
    first = words[0].lower()
    if first in ("ssh", "autossh") or any(word.startswith("-L") for word in words):
        return _read_ssh(line)
    if first == "localforward":
        return [_mapping(*_local_forward(words[1:]))]
    if first == "netsh" or "listenport=" in line:
        return [_read_netsh(words)]
    columns = _COLUMNS.fullmatch(line)
    if columns is None and len(words) > 4:  # rinetd's options stand behind
        columns = _COLUMNS.fullmatch(" ".join(words[:4]))
    if columns is not None:
        return [_from_columns(columns)]
    protocol = _PROTOCOLS.get(first)
    if protocol is not None:
        words = words[1:]
    words = [word for word in words if word not in _ARROWS]
    return [_mapping(*_pair(words), protocol=protocol or Protocol.TCP)]


def _pair(words: list[str]) -> tuple[Endpoint, Endpoint]:
    if len(words) == 2:
        return parse_listen(words[0]), parse_target(words[1])
    if len(words) == 1:
        if len(re.findall(r":(?![^\[]*\])", words[0])) > 1:
            return parse_ssh_forward(words[0])
        target = parse_target(words[0])
        return Endpoint(LOOPBACK, target.ports), target
    form = "a mapping is written LISTEN TARGET, such as 8080 example.org:80."
    raise AddressError(message(form))


def _mapping(listen: Endpoint, target: Endpoint, protocol: Protocol = Protocol.TCP) -> Mapping:
    if listen.ports.first == 0:
        raise AddressError(message("Ports go from 1 to 65535; {ports} is outside.", ports="0"))
    return Mapping(
        protocol=protocol,
        listen_host=listen.host,
        listen_ports=listen.ports,
        target_host=target.host,
        target_ports=target.ports,
    )


def _read_ssh(line: str) -> list[Mapping]:
    """Read the forwards of an ssh command.

    ssh looks its targets up on the far side. Portway does not log in there, so "localhost" of the
    far side becomes the server's own name, and other names stay as they are.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise AddressError(message("the quotes do not match ({why}).", why=str(error))) from None
    forwards, server = _ssh_words(words[1:] if words[0] in ("ssh", "autossh") else words)
    if not forwards:
        raise AddressError(message("this ssh command forwards no port with -L."))
    return [_mapping(listen, _seen_from(server, target)) for listen, target in forwards]


def _ssh_words(words: list[str]) -> tuple[list[tuple[Endpoint, Endpoint]], str]:
    """The arguments of -L, and the host that is logged in to, or nothing."""
    forwards: list[tuple[Endpoint, Endpoint]] = []
    server = ""
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "-":
            server = server or word.rpartition("@")[2]
            continue
        for at, letter in enumerate(word[1:], 1):
            if letter != "L" and letter not in _SSH_WITH_VALUE:
                continue
            value = word[at + 1 :] or next(rest, "")
            if letter == "L":
                forwards.append(parse_ssh_forward(value))
            break
    return forwards, server


def _seen_from(server: str, target: Endpoint) -> Endpoint:
    if not server or not is_loopback(target.host):
        return target
    if server.startswith("ssh://"):
        server = server.removeprefix("ssh://").partition("/")[0].partition(":")[0]
    return Endpoint(check_host(server), target.ports)


def _local_forward(words: list[str]) -> tuple[Endpoint, Endpoint]:
    if len(words) != 2:
        form = "LocalForward takes two words, such as 8080 example.org:80."
        raise AddressError(message(form))
    return parse_listen(words[0]), parse_target(words[1])


def _from_columns(found: re.Match[str]) -> Mapping:
    listen_host, listen_port, protocol, target_host, target_port = found.groups()
    return _mapping(
        parse_listen(f"{_bracketed(listen_host)}:{listen_port}"),
        parse_target(f"{_bracketed(target_host)}:{target_port}"),
        Protocol(protocol or "tcp"),
    )


def _read_netsh(words: list[str]) -> Mapping:
    """Read ``netsh interface portproxy add v4tov4 listenport=… connectaddress=…``."""
    values = dict(word.lower().split("=", 1) for word in words if "=" in word)
    port = values.get("listenport", "")
    host = values.get("connectaddress", LOOPBACK)
    return _mapping(
        parse_listen(f"{_bracketed(values.get('listenaddress', EVERY_ADDRESS))}:{port}"),
        parse_target(f"{_bracketed(host)}:{values.get('connectport', port)}"),
    )


def _bracketed(host: str) -> str:
    """The host as it stands before a port."""
    return format_address(host, 0)[: -len(":0")]
