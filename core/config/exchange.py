"""Mappings as text that people hand around: any form is recognised here, and read by its module.

Accepts, or raises `ExchangeError` and nothing else. It reads no files and changes nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from core.config.forms.csv_text import is_csv, read_csv
from core.config.forms.haproxy import read_haproxy
from core.config.forms.haproxy_lines import is_haproxy
from core.config.forms.lines import read_lines
from core.config.forms.reading import ExchangeError, Reading
from core.config.forms.realm import read_toml, read_values
from core.config.mapping import Mapping, mapping_line, new_id, problems
from core.config.store import Profile, decode_profile, encode_profile
from core.message import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["ExchangeError", "decode", "read", "read_mappings", "write_json", "write_lines"]

LONGEST_TEXT = 2_000_000
MOST_MAPPINGS = 10_000

_REALM = re.compile(r"(?m)^[ \t]*\[\[[ \t]*endpoints[ \t]*\]\]")
_OBJECT = re.compile(r"\s*[{[]")
_ADDRESS = re.compile(r"\s*\[[0-9a-fA-F:.%\w]*\]:")
"""An IPv6 address in brackets, where JSON might begin."""


def write_lines(mappings: Iterable[Mapping]) -> str:
    """One line a mapping: ``tcp 127.0.0.1:8080 -> example.org:80  # Name``."""
    return "\n".join(_line(mapping) for mapping in mappings)


def _line(mapping: Mapping) -> str:
    name = " ".join(mapping.name.split())
    return f"{mapping_line(mapping)}  # {name}" if name else mapping_line(mapping)


def write_json(mappings: Sequence[Mapping]) -> bytes:
    """Everything about them, as the profile's file holds it."""
    return encode_profile(Profile(mappings=tuple(mappings)))


def read_mappings(text: str) -> tuple[Mapping, ...]:
    """Read any of the forms, with new ids; raises `ExchangeError`."""
    return tuple(read(text).mappings)


def read(text: str) -> Reading:
    """Read any of the forms, with new ids, and tell what was left out; raises `ExchangeError`.

    JSON as Portway or realm writes it, realm's TOML, HAProxy's configuration, CSV; else line by
    line: our own form, ``LISTEN TARGET``, ``host:port``, commands of ssh and socat,
    ``LocalForward`` of ssh_config(5), rinetd's four columns, and netsh's, shown or added. Empty
    lines and comments are skipped.
    """
    if len(text) > LONGEST_TEXT:
        raise ExchangeError(message("This text is too long to be a list of mappings."))
    try:
        reading = _read(text)
    except RecursionError:  # nothing but brackets
        raise ExchangeError(message("This text is not a list of mappings.")) from None
    if not reading.mappings:
        if reading.notices:
            text_ = "There is no mapping in this text. {notice}"
            raise ExchangeError(message(text_, notice=reading.notices[0]))
        raise ExchangeError(message("There is no mapping in this text."))
    if len(reading.mappings) > MOST_MAPPINGS:
        text_ = "This text holds {count} mappings; {most} at once are possible."
        count = len(reading.mappings)
        raise ExchangeError(message(text_, count=count, most=MOST_MAPPINGS))
    reading.mappings = [msgspec.structs.replace(one, id=new_id()) for one in reading.mappings]
    return reading


def _read(text: str) -> Reading:
    if _REALM.search(text):
        return read_toml(text)
    if _OBJECT.match(text) and not _ADDRESS.match(text):
        return _read_json(text)
    if is_csv(text):
        return read_csv(text)
    if is_haproxy(text):
        return read_haproxy(text)
    return read_lines(text)


def _read_json(text: str) -> Reading:
    """A profile; its mappings alone, in a list or one a line; or realm's."""
    try:
        data = text.strip().encode()
        values = _decode_lines(data) if _is_lines(text) else msgspec.json.decode(data)
        if isinstance(values, dict) and "endpoints" in values:
            return read_values(values)
        if isinstance(values, list):
            values = {"mappings": values}
        mappings = decode_profile(msgspec.json.encode(values)).mappings
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        fault = message("This text looks like JSON, but not like mappings: {why}.", why=str(error))
        raise ExchangeError(fault) from None
    for number, mapping in enumerate(mappings, 1):
        for problem in problems(mapping):
            what = "Mapping {number}: {why}"
            raise ExchangeError(message(what, number=number, why=problem.text))
    return Reading(list(mappings))


def _decode_lines(data: bytes) -> object:
    values = msgspec.json.Decoder().decode_lines(data)
    alone = values[0] if len(values) == 1 else None
    # One line may as well be a whole profile, or realm's.
    return alone if isinstance(alone, dict) and "listen_ports" not in alone else values


def _is_lines(text: str) -> bool:
    """Whether each line is an object of its own, as `portway list --json` prints them."""
    lines = text.split("\n")
    return all(line.strip()[:1] + line.strip()[-1:] in ("{}", "") for line in lines)


def decode(data: bytes) -> str | None:
    """A file's text; None if it is none."""
    # Windows' own tools write UTF-16 where their output is sent into a file.
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        return None
