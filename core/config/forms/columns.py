"""What stands in columns: rinetd.conf(8), and Windows' portproxy as netsh shows or adds it."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

import msgspec

from core.config.address import EVERY_ADDRESS, LOOPBACK, AddressError, parse_listen, parse_target
from core.config.forms.reading import bracketed, plain_mapping
from core.config.mapping import Mapping, Protocol
from core.message import message

if TYPE_CHECKING:
    from core.config.forms.reading import Reading

_FOUR = re.compile(r"(\S+)\s+(\d+)(?:/(tcp|udp))?\s+(\S+)\s+(\d+)(?:/(?:tcp|udp))?")
_OPTIONS = re.compile(r"\[(.*)\]")
RULER = re.compile(r"\s*-{5,}[-\s]*")
"""Between the headings of a printed table, which are in the system's language, and its rows."""
ABOUT_LOGS = frozenset({"logfile", "pidlogfile", "logcommon"})
RULES = frozenset({"allow", "deny"})
AROUND_A_DUMP = frozenset({"pushd", "popd", "reset"})
"""What `netsh interface portproxy dump` prints around its lines."""


def read_columns(line: str) -> Mapping | None:
    """Read a row of four columns, with what rinetd has behind them; None if it is none."""
    columns = _FOUR.fullmatch(line)
    words = line.split(maxsplit=4)
    if columns is None and len(words) == 5:
        columns = _FOUR.fullmatch(" ".join(words[:4]))
    if columns is None:
        return None
    listen_host, listen_port, protocol, target_host, target_port = columns.groups()
    mapping = plain_mapping(
        parse_listen(f"{bracketed(listen_host)}:{listen_port}"),
        parse_target(f"{bracketed(target_host)}:{target_port}"),
        Protocol(protocol or "tcp"),
    )
    options = _OPTIONS.search(line)
    return _with_options(mapping, options[1]) if options else mapping


def is_row(line: str) -> bool:
    """Whether a line outside a table is a row all the same."""
    return _FOUR.fullmatch(line) is not None


def _with_options(mapping: Mapping, text: str) -> Mapping:
    for option in text.split(","):
        name, _, value = option.strip().partition("=")
        if name == "src":
            mapping = msgspec.structs.replace(mapping, source_address=value)
        elif name == "timeout" and value.isdecimal() and mapping.protocol is Protocol.UDP:
            mapping = msgspec.structs.replace(mapping, udp_timeout=float(value))
    return mapping


class Rules:
    """rinetd's `allow` and `deny`: before the first forward for all, then for the one before.

    A client must satisfy both (rinetd(8)). A forward whose rule cannot be kept is switched off:
    it would let in whom its owner meant to keep out.
    """

    def __init__(self) -> None:
        self._for_all: tuple[str, ...] = ()
        self._unkept = False
        self._own: tuple[str, ...] = ()
        """Of the forward read last."""

    def take(self, number: int, line: str, reading: Reading) -> None:
        """Take a rule; raises `AddressError`."""
        kind, _, pattern = line.partition(" ")
        network = _network(pattern.strip()) if kind.lower() == "allow" else None
        last = reading.mappings.pop() if reading.mappings else None
        if network is None:
            why = message(
                "Portway lets networks in, such as 192.168.1.*, and keeps none out. What this "
                "rule is for comes switched off."
            )
            reading.leave_out(number, line, why)
            self._unkept = self._unkept or last is None
            last = msgspec.structs.replace(last, enabled=False) if last is not None else None
        elif last is None:
            self._for_all = (*self._for_all, network)
        else:
            self._own = (*self._own, network)
            last = msgspec.structs.replace(last, allow=self._both())
        if last is not None:
            reading.mappings.append(last)

    def apply(self, mapping: Mapping) -> Mapping:
        """Give a forward what is for all."""
        self._own = ()
        if self._unkept:
            mapping = msgspec.structs.replace(mapping, enabled=False)
        if not self._for_all:
            return mapping
        return msgspec.structs.replace(mapping, allow=self._for_all)

    def _both(self) -> tuple[str, ...]:
        """The networks that are in those for all and in the forward's own."""
        if not self._for_all:
            return self._own
        everyone = [ipaddress.IPv4Network(one) for one in self._for_all]
        found = [
            max(own, one, key=lambda network: network.prefixlen)
            for own in map(ipaddress.IPv4Network, self._own)
            for one in everyone
            if own.overlaps(one)  # then one is within the other
        ]
        if not found:
            text = "no client satisfies this rule and those for all forwards, so none would get in."
            raise AddressError(message(text))
        return tuple(dict.fromkeys(map(str, found)))


def _network(pattern: str) -> str | None:
    """192.168.1.* as a network; None for wildcards in other places."""
    parts = pattern.split(".")
    fixed = [part for part in parts if part != "*"]
    if parts[len(fixed) :] != ["*"] * (len(parts) - len(fixed)) or len(parts) > 4:
        return None
    if parts[-1] != "*" and len(parts) != 4:
        return None
    address = ".".join([*fixed, *["0"] * (4 - len(fixed))])
    try:
        return str(ipaddress.ip_network(f"{address}/{8 * len(fixed)}"))
    except ValueError:
        return None


def read_netsh(words: list[str]) -> Mapping:
    """Read ``netsh interface portproxy add v4tov4 listenport=… connectaddress=…``."""
    values = dict(word.lower().split("=", 1) for word in words if "=" in word)
    port = values.get("listenport", "")
    if not port:
        raise AddressError(message("there is no listenport= in it."))
    host = values.get("connectaddress", LOOPBACK)
    return plain_mapping(
        parse_listen(f"{bracketed(values.get('listenaddress', EVERY_ADDRESS))}:{port}"),
        parse_target(f"{bracketed(host)}:{values.get('connectport', port)}"),
    )
