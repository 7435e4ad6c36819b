"""The options that say what a mapping is like: one table for `forward`, `add` and `edit`.

Each is named after the field it sets, and is among the parsed words only if it was given.
"""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

from core.cli.words import count, more_target_word, or_any, seconds


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """One option, and the field of a mapping that it sets."""

    field: str
    flag: str
    help: str
    default: float | None = None
    """Shown in the help; what counts is the mapping's own, a test compares the two."""
    more: dict[str, Any] = dataclasses.field(default_factory=dict)
    """What else argparse is told."""


def _constant(value: object) -> dict[str, Any]:
    return {"action": "store_const", "const": value}


_SECONDS: dict[str, Any] = {"type": seconds, "metavar": "SECONDS"}

# Of several options for one field only one may be given.
OPTIONS = (
    Option("protocol", "--tcp", "forward connections (TCP), as is usual", None, _constant("tcp")),
    Option("protocol", "--udp", "forward datagrams (UDP) instead of connections (TCP)", None,
           _constant("udp")),
    Option("protocol", "--both", "forward TCP and UDP, on the same ports", None,
           _constant("both")),
    Option("more_targets", "--more-target",
           "another target of the same kind; may be repeated; “none” for none", None,
           {"action": "append", "type": more_target_word, "metavar": "TARGET"}),
    Option("policy", "--policy",
           "of several targets take the first that answers (failover, the default), or let them "
           "take turns", None, {"choices": ["failover", "round-robin"]}),
    Option("allow", "--allow",
           "let only clients of this network in, such as 192.168.1.0/24; may be repeated; “any” "
           "lets everyone in", None,
           {"action": "append", "type": or_any, "metavar": "NETWORK"}),
    Option("max_connections", "--max-connections", "at most N at a time; 0 means any number", None,
           {"type": count, "metavar": "N"}),
    Option("connect_timeout", "--connect-timeout", "give a target up after so long", 10.0,
           _SECONDS),
    Option("idle_timeout", "--idle-timeout",
           "end a silent connection after so long; 0 means never", 0.0, _SECONDS),
    Option("half_closed_timeout", "--half-closed-timeout",
           "the same once one side has finished", 300.0, _SECONDS),
    Option("udp_timeout", "--udp-timeout",
           "forget a UDP client after so long a silence on both sides", 60.0, _SECONDS),
    Option("keepalive", "--keepalive", "find out when a silent peer has vanished, as is usual",
           None, _constant(True)),
    Option("keepalive", "--no-keepalive", "do not", None, _constant(False)),
    Option("limit_up", "--limit-up",
           "pass on at most so many of the clients' bytes a second, all connections together; "
           "0 means no limit", None, {"type": count, "metavar": "BYTES"}),
    Option("limit_down", "--limit-down", "the same of the target's bytes", None,
           {"type": count, "metavar": "BYTES"}),
    Option("proxy_protocol", "--proxy-protocol",
           "tell the target each client's address by a PROXY protocol header; for UDP, v2 before "
           "each datagram", None, {"choices": ["off", "v1", "v2"]}),
    Option("source_address", "--source",
           "connect from this address of this computer; “any” leaves that to the system", None,
           {"type": or_any, "metavar": "ADDRESS"}),
)  # fmt: skip

LIST_OPTIONS = (
    Option("name", "--name", "what to call it", None, {"metavar": "TEXT"}),
    Option("group", "--group", "the group it stands in", None, {"metavar": "TEXT"}),
    Option("comment", "--comment", "a note of yours", None, {"metavar": "TEXT"}),
    Option("enabled", "--enabled", "switched on", None, _constant(True)),
    Option("enabled", "--disabled", "switched off", None, _constant(False)),
)
"""What only a mapping in the list has."""

FLAGS = {option.field: option.flag for option in reversed((*OPTIONS, *LIST_OPTIONS))}
"""What to name when something is wrong with a field."""


def add_options(parser: argparse.ArgumentParser, options: tuple[Option, ...]) -> None:
    """Let a command take these."""
    alternatives: dict[str, argparse._MutuallyExclusiveGroup] = {}
    fields = [option.field for option in options]
    for option in options:
        where: argparse._ActionsContainer = parser
        if fields.count(option.field) > 1:
            if option.field not in alternatives:
                alternatives[option.field] = parser.add_mutually_exclusive_group()
            where = alternatives[option.field]
        text = option.help if option.default is None else f"{option.help} ({option.default:g})"
        where.add_argument(
            option.flag, dest=option.field, default=argparse.SUPPRESS, help=text, **option.more
        )
