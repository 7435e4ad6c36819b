"""`portway forward`: ad-hoc forwards from the command line; nothing is saved."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from core.cli.lines import print_line
from core.cli.printer import Printer
from core.cli.serve import serve
from core.config.mapping import Mapping, Protocol, ProxyProtocol, problems
from core.message import one_line

if TYPE_CHECKING:
    from core.cli.parser import CommandLine
    from core.config.address import Endpoint

OPTIONS = {
    "allow": "--allow",
    "max_connections": "--max-connections",
    "connect_timeout": "--connect-timeout",
    "udp_timeout": "--udp-timeout",
    "proxy_protocol": "--proxy-protocol",
    "source_address": "--source",
}
"""What sets a field whose problems only `problems` finds."""


def forward(line: CommandLine) -> int:
    """Serve the forwards named by the words; 2 when they do not make sense together."""
    pairs = list(line.ssh)
    if line.listen is not None and line.target is not None:
        pairs.append((line.listen, line.target))
    elif line.listen is not None:
        return _refuse(f"{line.listen} has no TARGET; give one such as 192.168.1.5:80")
    if not pairs:
        return _refuse("say what to forward: LISTEN TARGET, or -L PORT:HOST:PORT")
    mappings = [_mapping(line, listen, target) for listen, target in pairs]
    for mapping in mappings:
        for problem in problems(mapping):
            where = OPTIONS.get(problem.field, f"{mapping.title} -> {mapping.target}")
            return _refuse(f"{where}: {problem.text}")
    return serve(mappings, Printer(as_json=line.json), drain=line.drain)


def _mapping(line: CommandLine, listen: Endpoint, target: Endpoint) -> Mapping:
    return Mapping(
        protocol=Protocol(line.protocol),
        listen_host=listen.host,
        listen_ports=listen.ports,
        target_host=target.host,
        target_ports=target.ports,
        allow=tuple(line.allow),
        max_connections=line.max_connections,
        connect_timeout=line.connect_timeout,
        idle_timeout=line.idle_timeout,
        half_closed_timeout=line.half_closed_timeout,
        udp_timeout=line.udp_timeout,
        source_address=line.source,
        limit_up=line.limit_up,
        limit_down=line.limit_down,
        proxy_protocol=ProxyProtocol(line.proxy_protocol),
    )


def _refuse(text: str) -> int:
    print_line(sys.stderr, one_line(f"portway forward: {text} (see portway forward --help)"))
    return 2
