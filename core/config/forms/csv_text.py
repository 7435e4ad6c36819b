"""CSV with a line of titles: what spreadsheets give and take; read in several spellings."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from core.config.address import AddressError, PortRange, check_host, parse_listen, parse_target
from core.config.forms.reading import ExchangeError, Reading, at_line
from core.config.mapping import Mapping, Policy, Protocol, ProxyProtocol, Target
from core.message import message

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS = tuple(name for name in Mapping.__struct_fields__ if name != "id")
"""What we write, in this order."""
_OTHER_SPELLINGS = {
    "on": "enabled", "active": "enabled", "proto": "protocol", "type": "protocol",
    "source": "source_address", "description": "comment", "remark": "comment", "note": "comment",
    "title": "name", "listen_port": "listen_ports", "target_port": "target_ports",
    "listen_address": "listen_host", "target_address": "target_host", "remote": "target",
    "local": "listen", "connect_address": "target_host", "connect_port": "target_ports",
}  # fmt: skip
_BOTH_IN_ONE = ("listen", "target")
_YES = frozenset({"1", "true", "yes", "on", "x"})
_NO = frozenset({"0", "false", "no", "off", ""})
_NUMBERS = frozenset({"max_connections", "limit_up", "limit_down"})
_SECONDS = frozenset({"connect_timeout", "idle_timeout", "half_closed_timeout", "udp_timeout"})
_KINDS = {"protocol": Protocol, "policy": Policy, "proxy_protocol": ProxyProtocol}
_DELIMITERS = ",;\t"


def write_csv(mappings: Iterable[Mapping]) -> str:
    """A line of titles and a line for each mapping."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for mapping in mappings:
        writer.writerow([_cell(mapping, name) for name in COLUMNS])
    return text.getvalue()


def _cell(mapping: Mapping, name: str) -> str:
    if name == "more_targets":
        return " ".join(map(str, mapping.targets[1:]))
    value = getattr(mapping, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(value)
    return f"{value:g}" if isinstance(value, float) and value < 1e6 else str(value)


def is_csv(text: str) -> bool:
    """Whether the first line is one of our titles."""
    return _delimiter(text) is not None


def _delimiter(text: str) -> str | None:
    first = text.lstrip().partition("\n")[0].strip()
    for delimiter in _DELIMITERS:
        titles = {_column(title) for title in first.replace('"', "").split(delimiter)}
        if titles & {"listen", "listen_ports"} and titles & {"target", "target_host"}:
            return delimiter
    return None


def _column(title: str) -> str:
    plain = "_".join(title.strip().lower().replace("-", " ").replace("_", " ").split())
    return _OTHER_SPELLINGS.get(plain, plain)


def read_csv(text: str) -> Reading:
    """Read it; raises `ExchangeError`."""
    reading = Reading()
    rows = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=_delimiter(text) or ",")
    try:
        titles = [_column(title) for title in next(rows)]
        unknown = [one for one in titles if one not in (*COLUMNS, *_BOTH_IN_ONE, "id", "")]
        for one in unknown:
            reading.notices.append(message("Left out the column “{name}”.", name=one))
        for row in rows:
            line = rows.line_num
            values = dict(zip(titles, map(str.strip, row), strict=False))
            if not any(values.values()):
                continue
            try:
                reading.take(_read_row(values))
            except AddressError as error:
                raise at_line(line, ",".join(row), error.message) from None
    except csv.Error as error:
        fault = message("This looks like CSV, but cannot be read: {why}.", why=str(error))
        raise ExchangeError(fault) from None
    return reading


def _read_row(values: dict[str, str]) -> Mapping:
    fields: dict[str, Any] = {}
    if values.get("listen"):
        listen = parse_listen(values["listen"])
        fields |= {"listen_host": listen.host, "listen_ports": listen.ports}
    if values.get("target"):
        target = parse_target(values["target"])
        fields |= {"target_host": target.host, "target_ports": target.ports}
    for name, text in values.items():
        if name in COLUMNS and text:
            fields[name] = _value(name, text)
    if "listen_ports" not in fields:
        raise AddressError(message("The port is missing; write a number such as 8080."))
    if fields["listen_ports"].first == 0:
        raise AddressError(message("Ports go from 1 to 65535; {ports} is outside.", ports="0"))
    fields.setdefault("target_ports", fields["listen_ports"])
    if "target_host" not in fields:
        raise AddressError(message("The host is missing; write a name or an address."))
    return Mapping(**fields)


def _value(name: str, text: str) -> Any:
    if name.endswith("_ports"):
        return PortRange.parse(text)
    if name in ("listen_host", "target_host"):
        return check_host(text)
    if name == "more_targets":
        ends = [parse_target(one) for one in text.replace(",", " ").split()]
        return tuple(Target(one.host, one.ports) for one in ends)
    if name == "allow":
        return tuple(text.replace(",", " ").split())
    if name in ("enabled", "keepalive"):
        if text.lower() not in _YES | _NO:
            raise AddressError(message("“{text}” is neither yes nor no.", text=text))
        return text.lower() in _YES
    try:
        if name in _KINDS:
            plain = text.lower().replace(" ", "")
            return _KINDS[name]({"tcp+udp": "both", "tcp/udp": "both"}.get(plain, plain))
        if name in _NUMBERS:
            return int(text)
        if name in _SECONDS:
            return float(text)
    except ValueError:
        what = "“{text}” is no value for {column}."
        raise AddressError(message(what, text=text, column=name)) from None
    return text
