"""Mappings a line each: our own, ``host:port``, and the lines of ssh, socat, rinetd and netsh."""

from __future__ import annotations

import re

import msgspec

from core.config.address import (
    LOOPBACK,
    AddressError,
    Endpoint,
    parse_listen,
    parse_ssh_forward,
    parse_target,
)
from core.config.forms import columns, ssh
from core.config.forms.reading import Reading, at_line, check_length, joined_lines, plain_mapping
from core.config.forms.socat import is_socat, read_socat
from core.config.mapping import Mapping, Protocol
from core.message import message

_PROTOCOLS = {
    "tcp": Protocol.TCP,
    "udp": Protocol.UDP,
    "both": Protocol.BOTH,
    "tcp+udp": Protocol.BOTH,
}
_ARROWS = ("->", "=>", "→")
_SSH_CONFIG = re.compile(r"(?im)^[ \t]*(?:LocalForward[\s=]|Host[ \t]+[^:#\n]+$)")
_KEYWORD = re.compile(r"([A-Za-z][A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*)")


def read_lines(text: str) -> Reading:
    """Read each line by its own form; raises `ExchangeError`."""
    return _Lines(text).read()


class _Lines:
    """One pass over a text, and what earlier lines say about later ones."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._has_table = any(columns.RULER.fullmatch(line) for line in text.splitlines())
        self._in_table = False
        self._block = ssh.ConfigBlock() if _SSH_CONFIG.search(text) else None
        self._rules = columns.Rules()
        self._reading = Reading()

    def read(self) -> Reading:
        for number, line in joined_lines(self._text):
            content, _, comment = line.partition("#")
            content = content.strip()
            if self._has_table:
                # Headings stand in the system's language, so only what is below a ruler counts.
                ruler = bool(columns.RULER.fullmatch(line))
                below = self._in_table and bool(content)
                self._in_table = ruler or below
                if ruler or not (below or columns.is_row(content)):
                    continue
            if content:
                try:
                    check_length(content)
                    self._take(number, content, comment.strip())
                except AddressError as error:
                    raise at_line(number, content, error.message) from None
        return self._reading

    def _take(self, number: int, line: str, name: str) -> None:
        words = line.split()
        first = words[0].lower()
        if first in columns.ABOUT_LOGS or (first in columns.AROUND_A_DUMP and len(words) < 4):
            return
        if first in columns.RULES and len(words) == 2:
            self._rules.take(number, " ".join(words), self._reading)
            return
        if self._block is not None and self._take_ssh_config(number, line, name):
            return
        for one in _read_line(line, words):
            self._reading.take(self._rules.apply(_named(one, name)))

    def _take_ssh_config(self, number: int, line: str, name: str) -> bool:
        """Take a line of ssh_config(5); false if it is none."""
        found = _KEYWORD.fullmatch(line)
        if found is None or found[1].lower() in (*_PROTOCOLS, *ssh.PROGRAMS, "socat"):
            return False
        keyword, values = found[1].lower(), found[2].split()
        assert self._block is not None
        if keyword == "localforward":
            self._reading.take(_named(self._block.local_forward(values), name))
        elif keyword in ("remoteforward", "dynamicforward"):
            why = message("Portway listens on this side, and leads to one target.")
            self._reading.leave_out(number, line, why)
        else:
            self._block.take(keyword, values)
        return True


def _named(mapping: Mapping, name: str) -> Mapping:
    return msgspec.structs.replace(mapping, name=name) if name else mapping


def _read_line(line: str, words: list[str]) -> list[Mapping]:
    first = words[0].lower()
    if is_socat(line):
        return [read_socat(line)]
    if first in ssh.PROGRAMS or any(word.startswith("-L") for word in words):
        return ssh.read_command(line)
    if first == "netsh" or "listenport=" in line.lower():
        return [columns.read_netsh(words)]
    row = columns.read_columns(line)
    if row is not None:
        return [row]
    protocol = _PROTOCOLS.get(first)
    if protocol is not None:
        words = words[1:]
    words = [word for word in words if word not in _ARROWS]
    return [plain_mapping(*_pair(words), protocol=protocol or Protocol.TCP)]


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
