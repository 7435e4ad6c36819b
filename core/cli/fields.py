"""From the options that were given to the fields of a mapping, and what is wrong with those."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.cli.options import FLAGS, LIST_OPTIONS, OPTIONS
from core.config.mapping import Mapping, Policy, Protocol, ProxyProtocol, Target, problems

if TYPE_CHECKING:
    from core.cli.words import CommandLine
    from core.config.address import Endpoint

_KINDS = {"protocol": Protocol, "policy": Policy, "proxy_protocol": ProxyProtocol}


def given_fields(line: CommandLine) -> dict[str, Any]:
    """The fields that options set, with a mapping's own types."""
    found: dict[str, Any] = {}
    for field in {option.field: None for option in (*OPTIONS, *LIST_OPTIONS)}:
        value = line.given(field)
        if value is None:
            continue
        if field in _KINDS:
            value = _KINDS[field](value)
        elif field == "more_targets":
            value = tuple(Target(one.host, one.ports) for one in value if one is not None)
        elif field == "allow":
            value = tuple(one for one in value if one)
        elif isinstance(value, str):
            value = value.strip()
        found[field] = value
    return found


def listener_fields(listen: Endpoint) -> dict[str, Any]:
    """The fields that a LISTEN sets."""
    return {"listen_host": listen.host, "listen_ports": listen.ports}


def target_fields(target: Endpoint) -> dict[str, Any]:
    """The fields that a TARGET sets."""
    return {"target_host": target.host, "target_ports": target.ports}


def new_mapping(line: CommandLine, listen: Endpoint, target: Endpoint) -> Mapping:
    """A mapping as the words describe it."""
    return Mapping(**listener_fields(listen), **target_fields(target), **given_fields(line))


def pairs_of(line: CommandLine) -> list[tuple[Endpoint, Endpoint]] | str:
    """Every LISTEN with its TARGET; or what is missing, in words."""
    pairs = list(line.ssh)
    if line.listen is not None and line.target is not None:
        pairs.append((line.listen, line.target))
    elif line.listen is not None:
        return f"{line.listen} has no TARGET; give one such as 192.168.1.5:80"
    return pairs or "say what to forward: LISTEN TARGET, or -L PORT:HOST:PORT"


def fault_of(mapping: Mapping) -> str | None:
    """What is wrong with a mapping, with the option that would mend it."""
    for problem in problems(mapping):
        where = FLAGS.get(problem.field, f"{mapping.title} -> {mapping.target}")
        return f"{where}: {problem.text}"
    return None
