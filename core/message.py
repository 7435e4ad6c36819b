"""A sentence for a person, kept apart from its values so that any front can translate it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Message:
    """An English template such as ``"Port {port} is in use."`` and the values to fill in.

    The template is the key for translation. `str()` gives the English sentence.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


def message(template: str, /, **values: object) -> Message:
    """Build a `Message`; the template must name every value as ``{name}``."""
    return Message(template, values)


class PortwayError(Exception):
    """Something a person should be told; `message` is the sentence, ready for translation."""

    def __init__(self, text: Message) -> None:
        super().__init__(text)
        self.message = text

    def __str__(self) -> str:
        return str(self.message)


def one_line(text: str) -> str:
    """Show line breaks and other control characters of what a person typed by their codes."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
