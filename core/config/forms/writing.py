"""What the writers of other programs' configurations share: the text, and what it cannot say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.message import Message, message

if TYPE_CHECKING:
    from core.config.mapping import Mapping


@dataclass(slots=True)
class Writing:
    """A configuration, and what was left out of it."""

    lines: list[str] = field(default_factory=list)
    notices: list[Message] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self.lines) + "\n"

    def leave_out(self, mapping: Mapping, what: Message) -> None:
        """Tell what this form cannot say."""
        text = message("{name}: {what}", name=mapping.title, what=what)
        self.notices.append(text)
        self.lines.append(f"# {as_comment(str(text))}")


def as_comment(text: str) -> str:
    """On one line, whatever a person typed."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def as_word(number: int, mapping: Mapping) -> str:
    """A name that these programs take, and that no other mapping has."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", mapping.name).strip("-").lower()[:40]
    return f"portway-{number}-{plain}" if plain else f"portway-{number}"
