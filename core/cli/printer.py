"""The lines that commands print: what listens to standard output, trouble to standard error."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, TextIO

from core.cli.lines import print_line
from core.config.address import format_address
from core.config.mapping import mapping_line
from core.config.store import Profile, encode_profile
from core.message import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.config.mapping import Mapping, Protocol
    from core.engine.status import PortOwner, Status, Trouble
    from core.message import PortwayError


class Printer:
    """One line for each thing worth knowing, as text or as a JSON object, flushed at once."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def listening(self, mapping: Mapping, status: Status, protocols: Iterable[Protocol]) -> None:
        """A mapping accepts clients of these protocols now."""
        ports = str(mapping.listen_ports)
        if mapping.listen_ports.first == 0:
            ports = str(status.listening[0][1])
        host = mapping.listen_host
        listen = f"[{host}]:{ports}" if ":" in host else f"{host}:{ports}"
        target = str(mapping.target)
        bound = [format_address(*address) for address in status.listening]
        for protocol in protocols:
            if self._as_json:
                about = {**_about(mapping), "protocol": protocol.value, "listen": listen}
                _object(sys.stdout, "listening", {**about, "target": target, "bound": bound})
            else:
                print_line(sys.stdout, f"listening {protocol} {listen} -> {target}")

    def changed(self, event: str, mapping: Mapping) -> None:
        """Something was done to a mapping of the list; `event` is one word for it."""
        if self._as_json:
            _object(sys.stdout, event, {"mapping": mapping_values(mapping)})
        else:
            name = f"  # {mapping.name}" if mapping.name else ""
            print_line(sys.stdout, one_line(f"{event} {mapping_line(mapping)}{name}"))

    def document(self, values: object) -> None:
        """One object a line, or one for all: an answer to be read by a program."""
        print_line(sys.stdout, json.dumps(values))

    def finding(self, mapping: Mapping, trouble: Trouble, more: int = 0) -> None:
        """What was asked for: a thing that would not work. `more` ports fail like this one."""
        if self._as_json:
            about = {**_about(mapping), **trouble_values(trouble), "more_ports": more}
            _object(sys.stdout, "problem", about)
            return
        others = f" ({more} more ports likewise.)" if more else ""
        name = f"{mapping.title}: " if mapping.name else ""
        print_line(sys.stdout, one_line(f"{name}{trouble}{others}"))

    def page(self, url: str) -> None:
        """There is something to look at."""
        if self._as_json:
            _object(sys.stdout, "page", {"url": url})
        else:
            print_line(sys.stdout, f"open {url} in a browser; Ctrl-C ends")

    def trouble(self, mapping: Mapping, trouble: Trouble) -> None:
        """A mapping does not listen, or only a part of it."""
        if self._as_json:
            _object(sys.stderr, "error", {**_about(mapping), **trouble_values(trouble)})
        else:
            sentence = str(trouble)
            said = not mapping.name and mapping.title in sentence  # its address, not twice
            about = "" if said else f"{mapping.title}: "
            self._error(about + sentence)

    def connections_failed(
        self, mapping: Mapping, client: str, trouble: Trouble, count: int
    ) -> None:
        """Clients were turned away."""
        if self._as_json:
            about = {**_about(mapping), "client": client, "count": count}
            _object(sys.stderr, "connection-failed", {**about, **trouble_values(trouble)})
        elif count == 1:
            self._error(f"{mapping.title}: {client} was turned away: {trouble}")
        else:
            self._error(f"{mapping.title}: {count} clients were turned away: {trouble}")

    def fault(self, report: str) -> None:
        """Something in Portway itself went wrong, and was contained."""
        if self._as_json:
            _object(sys.stderr, "fault", {"report": report})
        else:
            print_line(sys.stderr, f"portway: a fault in Portway itself, contained:\n{report}")

    def notice(self, text: str) -> None:
        """Something one should know, though the command goes on."""
        if self._as_json:
            _object(sys.stderr, "notice", {"text": text})
        else:
            self._error(text)

    def failed(self, error: PortwayError) -> None:
        """The command ends here, and why."""
        if self._as_json:
            _object(sys.stderr, "failed", {"reason": str(error)})
        else:
            self._error(str(error))

    @staticmethod
    def _error(text: str) -> None:
        print_line(sys.stderr, one_line(f"portway: {text}"))


def _about(mapping: Mapping) -> dict[str, object]:
    return {"id": mapping.id, "name": mapping.name}


def _object(stream: TextIO | None, event: str, values: dict[str, object]) -> None:
    print_line(stream, json.dumps({"event": event, **values}))


def mapping_values(mapping: Mapping) -> dict[str, object]:
    """A mapping as mappings.json holds it."""
    (values,) = json.loads(encode_profile(Profile(mappings=(mapping,))))["mappings"]
    assert isinstance(values, dict)
    return values


def trouble_values(trouble: Trouble) -> dict[str, object]:
    """A trouble for a program to read."""
    return {
        "kind": trouble.kind.value,
        "address": trouble.address,
        "reason": str(trouble.reason),
        "remedy": str(trouble.remedy),
        "owner": owner_values(trouble.owner),
    }


def owner_values(owner: PortOwner | None) -> dict[str, object] | None:
    """Who holds a port, for a program to read."""
    return {"pid": owner.pid, "name": owner.name} if owner is not None else None
