"""What was typed into the editor, read into a mapping or into words on what is wrong; no Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from core.config.address import (
    LOOPBACK,
    AddressError,
    Endpoint,
    PortRange,
    check_host,
    parse_target,
)
from core.config.mapping import Mapping, Problem, Target, new_id, problems
from core.message import message

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")

_HOST_AND_PORT = re.compile(r"(\[[0-9a-fA-F:.%\w]+\]|(?i:wsl:)?[^\s:/\[\]]+):\d+(-\d+)?")


_ELSEWHERE = "192.0.2.1"
"""An address that no target has (RFC 5737), so that none points at the listener itself."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The editor's fields as text, and the options that were changed as values."""

    name: str = ""
    comment: str = ""
    listen_host: str = LOOPBACK
    listen_ports: str = ""
    target_host: str = ""
    target_ports: str = ""
    allow: str = ""
    more_targets: str = ""
    source_address: str = ""
    group: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    """Only what the user changed: a value that a field cannot show exactly must not be rounded."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The mapping that the draft describes; None while something is wrong."""

    mapping: Mapping | None
    problems: tuple[Problem, ...] = ()


def draft_of(mapping: Mapping) -> Draft:
    """The texts that the editor starts with."""
    return Draft(
        name=mapping.name,
        comment=mapping.comment,
        listen_host=mapping.listen_host,
        listen_ports=str(mapping.listen_ports),
        target_host=mapping.target_host,
        target_ports=str(mapping.target_ports),
        allow=", ".join(mapping.allow),
        more_targets="\n".join(map(str, mapping.targets[1:])),
        source_address=mapping.source_address,
        group=mapping.group,
    )


def read_draft(draft: Draft, edited: Mapping | None) -> Reading:
    """Read the draft into a changed copy of the edited mapping, or into a new one.

    Fields that the editor does not show keep what they were.
    """
    found: list[Problem] = []
    listen_host = _take(found, "listen_host", check_host, draft.listen_host)
    listen_ports = _take(found, "listen_ports", _listen_ports, draft.listen_ports)
    target_host = _take(found, "target_host", check_host, draft.target_host)
    target_ports = _take(found, "target_ports", _ports, draft.target_ports)
    more_targets = _take(found, "more_targets", _more_targets, draft.more_targets)
    if more_targets is None:
        return Reading(None, tuple(found))
    if listen_host is None or listen_ports is None or target_host is None or target_ports is None:
        return Reading(None, tuple(found))
    base = edited or Mapping(
        id=new_id(),
        listen_ports=listen_ports,
        target_host=target_host,
        target_ports=target_ports,
    )
    mapping = msgspec.structs.replace(
        base,
        name=draft.name.strip(),
        comment=draft.comment.strip(),
        listen_host=listen_host,
        listen_ports=listen_ports,
        target_host=target_host,
        target_ports=target_ports,
        allow=tuple(draft.allow.replace(",", " ").split()),
        more_targets=more_targets,
        source_address=draft.source_address.strip(),
        group=draft.group.strip(),
        **draft.options,
    )
    found += problems(mapping)
    return Reading(None if found else mapping, tuple(found))


def listener_of(draft: Draft, edited: Mapping | None) -> Mapping | None:
    """A mapping that listens where the draft says, whatever its target; None if unreadable."""
    stand_in = replace(
        draft, target_host="target.invalid", target_ports="1", more_targets="", source_address=""
    )
    mapping = read_draft(stand_in, None).mapping
    if mapping is None or edited is None:
        return mapping
    return msgspec.structs.replace(mapping, id=edited.id)


def target_of(draft: Draft) -> Mapping | None:
    """A mapping to the draft's targets, whatever is wrong with the listener; None if unreadable."""
    elsewhere = replace(draft, listen_host=_ELSEWHERE, listen_ports=draft.target_ports, allow="")
    return read_draft(elsewhere, None).mapping


def split_host_and_port(text: str) -> Endpoint | None:
    """Take ``host:port`` apart, if the text is exactly that; None for anything else."""
    if not _HOST_AND_PORT.fullmatch(text.strip()):
        return None
    try:
        return parse_target(text) if not text.strip().startswith("*") else _every_address(text)
    except AddressError:
        return None


def _every_address(text: str) -> Endpoint:
    host, _, ports = text.strip().partition(":")
    return Endpoint(host, PortRange.parse(ports))


def _take(found: list[Problem], name: str, read: Callable[[str], Value], text: str) -> Value | None:
    try:
        return read(text)
    except AddressError as error:
        found.append(Problem(name, error.message))
        return None


def _more_targets(text: str) -> tuple[Target, ...]:
    ends = [parse_target(one) for one in text.replace(",", " ").split()]
    return tuple(Target(one.host, one.ports) for one in ends)


def _ports(text: str) -> PortRange:
    if not text.strip():
        raise AddressError(message("The port is missing; write a number such as 8080."))
    return PortRange.parse(text)


def _listen_ports(text: str) -> PortRange:
    ports = _ports(text)
    if ports.first == 0:
        raise AddressError(message("Ports go from 1 to 65535; {ports} is outside.", ports=text))
    return ports
