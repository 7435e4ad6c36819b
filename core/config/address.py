"""Hosts, ports and port ranges as people type them; parsing and formatting only, no look-ups."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import total_ordering

from core.message import Message, PortwayError, message

LOOPBACK = "127.0.0.1"
EVERY_ADDRESS = "*"
"""As a listen host: every address of this machine, both families where the system has both."""

WSL_PREFIX = "wsl:"
"""Before the name of a distribution of Windows' Subsystem for Linux, as a target's host."""

LONGEST_NAME = 253
"""Characters a name can have (RFC 1035, section 2.3.4, less the length bytes at both ends)."""

_HOST_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\.?")
# A name of digits would make wsl:8080 a riddle: that is port 8080 of a host called wsl.
_WSL = re.compile(r"wsl:(?=[^:]*[A-Za-z_])[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}", re.IGNORECASE)
_PORTS = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", re.ASCII)


NOT_TO_LISTEN_ON = message(
    "A WSL distribution can be a target; to let it connect here, listen on WSL's network."
)


class AddressError(PortwayError):
    """What was typed is not an address; the message says why and shows a right one."""


@total_ordering
class PortRange:
    """One port, or a run of ports with both ends included; 0 alone means "any free port".

    Not a dataclass: of those msgspec stores the fields, without asking, and this is stored as text.
    """

    __slots__ = ("_first", "_last")

    def __init__(self, first: int, last: int) -> None:
        """Raise `AddressError` when these are not the ends of a range of ports."""
        self._first = first
        self._last = last
        if not (0 <= first <= 65535 and 0 <= last <= 65535):
            text = "Ports go from 1 to 65535; {ports} is outside."
            raise AddressError(message(text, ports=str(self)))
        if last < first:
            text = "The port range {ports} ends before it begins; write the lower port first."
            raise AddressError(message(text, ports=str(self)))
        if first == 0 and last != 0:
            text = "The port range {ports} begins at 0; the lowest port is 1."
            raise AddressError(message(text, ports=str(self)))

    @property
    def first(self) -> int:
        """The lowest port."""
        return self._first

    @property
    def last(self) -> int:
        """The highest port."""
        return self._last

    @classmethod
    def parse(cls, text: str) -> PortRange:
        """Read ``"8080"`` or ``"20000-29000"``; raises `AddressError`."""
        found = _PORTS.fullmatch(text.strip())
        if not found:
            hint = "“{text}” is not a port; write a number such as 8080, or a range: 8000-8010."
            raise AddressError(message(hint, text=text))
        first = int(found[1])
        return cls(first, int(found[2]) if found[2] else first)

    @classmethod
    def single(cls, port: int) -> PortRange:
        """The range that holds just this port."""
        return cls(port, port)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PortRange) and self._ends() == other._ends()

    def __lt__(self, other: PortRange) -> bool:
        return self._ends() < other._ends()

    def __hash__(self) -> int:
        return hash(self._ends())

    def __repr__(self) -> str:
        return f"PortRange({self.first}, {self.last})"

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    def _ends(self) -> tuple[int, int]:
        return self._first, self._last

    @property
    def numbers(self) -> range:
        """Each port in turn."""
        return range(self.first, self.last + 1)

    def overlaps(self, other: PortRange) -> bool:
        """Whether the two share a port; "any free port" clashes with nothing."""
        return 0 < self.first <= other.last and 0 < other.first <= self.last


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host and its port or ports."""

    host: str
    ports: PortRange

    def port_at(self, offset: int) -> int:
        """The port for a place in a listening range: one for all, or one each."""
        return self.ports.first + (offset if len(self.ports) > 1 else 0)

    def __str__(self) -> str:
        return format_address(self.host, self.ports)


def format_address(host: str, port: int | PortRange) -> str:
    """Join host and port; an IPv6 literal goes into brackets (RFC 3986, section 3.2.2)."""
    return f"[{host}]:{port}" if ":" in host and not is_wsl(host) else f"{host}:{port}"


def is_wsl(host: str) -> bool:
    """Whether the host is a WSL distribution: ``wsl:Ubuntu``."""
    return _WSL.fullmatch(host) is not None


def format_client(host: str, port: int) -> str:
    """Write where a client comes from.

    One of IPv4 at a listener of both families is known to the system as ``::ffff:192.0.2.1``, and
    to nobody else.
    """
    return format_address(host.removeprefix("::ffff:") if "." in host else host, port)


def check_host(host: str) -> str:
    """Return the host without white space or brackets; raises `AddressError` if it cannot be one.

    Accepts IPv4 and IPv6 literals (with a zone such as ``fe80::1%eth0``), names, ``*``, and WSL's
    distributions as ``wsl:Ubuntu``.
    """
    bare = host.strip()
    if bare.startswith("[") and bare.endswith("]"):
        bare = bare[1:-1]
        if ":" not in bare:
            raise AddressError(
                message("Only IPv6 addresses go in brackets; “{host}” is none.", host=host)
            )
    if bare == EVERY_ADDRESS:
        return bare
    if not bare:
        raise AddressError(message("The host is missing; write a name or an address."))
    if is_wsl(bare):
        return WSL_PREFIX + bare[len(WSL_PREFIX) :]
    if "://" in bare:
        raise AddressError(
            message("“{host}” is a web address; only the host in it goes here.", host=bare)
        )
    if bare.count(":") == 1:
        text = "“{host}” is a host and a port; only the host goes here."
        raise AddressError(message(text, host=bare))
    if ":" in bare:
        try:
            ipaddress.IPv6Address(bare)
            _check_zone(bare.partition("%")[2])
        except ValueError:
            raise AddressError(
                message(
                    "“{host}” is not an IPv6 address; one looks like ::1 or fd00::5.", host=bare
                )
            ) from None
        return bare
    ascii_name = _to_ascii(bare)
    if re.fullmatch(r"[0-9.]+", ascii_name):
        try:
            ipaddress.IPv4Address(ascii_name)
        except ValueError:
            raise AddressError(
                message("“{host}” is not an IPv4 address; one looks like 192.168.1.5.", host=bare)
            ) from None
        return ascii_name  # digits of other scripts spell an address too
    if len(ascii_name) > LONGEST_NAME or not _HOST_NAME.fullmatch(ascii_name):
        raise AddressError(message("“{host}” is not a host name or an address.", host=bare))
    return bare


def check_listen_host(host: str) -> str:
    """Return the host as `check_host` does, but refuse what can only be a target."""
    plain = check_host(host)
    if is_wsl(plain):
        raise AddressError(NOT_TO_LISTEN_ON)
    return plain


def _check_zone(zone: str) -> None:
    """Raise `ValueError` for what `ipaddress` lets pass but an address in a line cannot hold."""
    if not zone.isprintable() or re.search(r"[\s:/\[\]]", zone):
        raise ValueError(zone)


def _to_ascii(name: str) -> str:
    """Spell an international name as DNS does (IDNA); gives "" where that is impossible."""
    if name.isascii():
        return name
    if len(name) > LONGEST_NAME:  # the codec's time grows faster than the name
        return ""
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach a listener on this host; false where that is unknown."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def parse_listen(text: str) -> Endpoint:
    """Read ``[HOST:]PORT[-PORT]``; without a host, only this computer can connect."""
    form = message("LISTEN is [HOST:]PORT[-PORT], such as 8080 or 0.0.0.0:8080.")
    head, ports = _split_port(text, form)
    if head is None:
        return Endpoint(LOOPBACK, ports)
    if not head:
        raise AddressError(
            message("“{text}” has no host; write *{text} to listen on every address.", text=text)
        )
    return Endpoint(check_listen_host(head), ports)


def parse_target(text: str) -> Endpoint:
    """Read ``HOST:PORT[-PORT]``; raises `AddressError`."""
    form = message("TARGET is HOST:PORT[-PORT], such as 192.168.1.5:80 or example.org:443.")
    head, ports = _split_port(text, form)
    if not head:
        raise AddressError(message("“{text}” has no host. {form}", text=text, form=form))
    host = check_host(head)
    if host == EVERY_ADDRESS:
        raise AddressError(message("“{text}”: a target needs one host, not *.", text=text))
    if ports.first == 0:
        raise AddressError(message("“{text}”: a target cannot have port 0.", text=text))
    return Endpoint(host, ports)


def parse_ssh_forward(text: str) -> tuple[Endpoint, Endpoint]:
    """Read the argument of ``ssh -L``: ``[bind_address:]port:host:hostport`` (ssh(1)).

    As there, an empty bind address or ``*`` means every address.
    """
    parts = _ssh_parts(text)
    form = message("-L takes [BIND:]PORT:HOST:PORT, such as 8080:example.org:80.")
    if len(parts) not in (3, 4):
        raise AddressError(message("“{text}” is not a forward. {form}", text=text, form=form))
    host, port = parts[-2:]
    listen = parts[-3] if len(parts) == 3 else f"{parts[0] or EVERY_ADDRESS}:{parts[1]}"
    return parse_listen(listen), parse_target(f"{host}:{port}")


def _ssh_parts(text: str) -> list[str]:
    """Split at colons, but not inside brackets."""
    return re.split(r":(?![^\[]*\])", text.strip())


def _split_port(text: str, form: Message) -> tuple[str | None, PortRange]:
    """Split off the port; the host is None where there is no colon at all."""
    stripped = text.strip()
    if stripped.startswith("["):
        head, bracket, tail = stripped.rpartition("]")
        if not bracket or not tail.startswith(":"):
            raise AddressError(message("“{text}” has no port. {form}", text=text, form=form))
        return head + bracket, PortRange.parse(tail[1:])
    head, colon, port = stripped.rpartition(":")
    if ":" in head and not is_wsl(head):
        hint = "“{text}”: put the IPv6 address in brackets, such as [::1]:8080."
        raise AddressError(message(hint, text=text))
    if not colon:
        if not port[:1].isdigit():
            raise AddressError(message("“{text}” has no port. {form}", text=text, form=form))
        return None, PortRange.parse(port)
    return head, PortRange.parse(port)
