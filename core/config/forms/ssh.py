"""Forwards of OpenSSH: the -L of its commands and the LocalForward of its configuration."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from core.config.address import (
    AddressError,
    Endpoint,
    check_host,
    is_loopback,
    parse_listen,
    parse_ssh_forward,
    parse_target,
)
from core.config.forms.reading import plain_mapping
from core.message import message

if TYPE_CHECKING:
    from core.config.mapping import Mapping

PROGRAMS = ("ssh", "autossh")
_WITH_VALUE = frozenset("BbcDEeFIiJlmMOoPpQRSWw")
"""Options of ssh(1) that take a value, but -L, which is what we look for."""
_FLAG_OF_SSH = "M"
"""To ssh a flag of its own, while autossh takes a port by it."""


def read_command(line: str) -> list[Mapping]:
    """Read the forwards of an ssh command.

    ssh looks its targets up on the far side. Portway does not log in there, so "localhost" of the
    far side becomes the server's own name, and other names stay as they are.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise AddressError(message("the quotes do not match ({why}).", why=str(error))) from None
    program = words[0] if words[0] in PROGRAMS else ""
    forwards, server = _forwards(words[1:] if program else words, program)
    if not forwards:
        raise AddressError(message("this ssh command forwards no port with -L."))
    return [plain_mapping(listen, seen_from(server, target)) for listen, target in forwards]


def _forwards(words: list[str], program: str) -> tuple[list[tuple[Endpoint, Endpoint]], str]:
    """The arguments of -L, and the host that is logged in to, or nothing."""
    flags = "" if program == "autossh" else _FLAG_OF_SSH
    forwards: list[tuple[Endpoint, Endpoint]] = []
    server = ""
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "-":
            server = server or word.rpartition("@")[2]
            continue
        for at, letter in enumerate(word[1:], 1):
            if letter != "L" and (letter in flags or letter not in _WITH_VALUE):
                continue
            value = word[at + 1 :] or next(rest, "")
            if letter == "L":
                forwards.append(parse_ssh_forward(value))
            break
    return forwards, server


def seen_from(server: str, target: Endpoint) -> Endpoint:
    """A target as it is called here: the far side's loopback is the server."""
    if not server or not is_loopback(target.host):
        return target
    if server.startswith("ssh://"):
        server = server.removeprefix("ssh://").partition("/")[0].partition(":")[0]
    return Endpoint(check_host(server), target.ports)


class ConfigBlock:
    """What of ssh_config(5) tells where a LocalForward leads: the host of its block."""

    def __init__(self) -> None:
        self._host = ""
        self._name = ""

    def take(self, keyword: str, values: list[str]) -> None:
        """Take a line that is no LocalForward."""
        if keyword in ("host", "match"):
            pattern = values[0] if len(values) == 1 and keyword == "host" else ""
            self._host = "" if set(pattern) & set("*?!") else pattern
            self._name = ""
        elif keyword == "hostname" and values:
            self._name = values[0].replace("%h", self._host)

    def local_forward(self, words: list[str]) -> Mapping:
        """Read a LocalForward's two words."""
        if len(words) != 2:
            form = "LocalForward takes two words, such as 8080 example.org:80."
            raise AddressError(message(form))
        target = seen_from(self._name or self._host, parse_target(words[1]))
        return plain_mapping(parse_listen(words[0]), target, name=self._host)
