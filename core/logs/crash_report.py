"""A report of a fault that can be handed on: what broke, where and in what, but nothing private."""

from __future__ import annotations

import getpass
import re
import socket
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.config.address import EVERY_ADDRESS, is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.config.mapping import Mapping

SHORTEST = 3
"""A name of two letters is in every other word, and says nothing."""


def crash_report(
    what: str, facts: str, traceback: str, mappings: Iterable[Mapping], when: datetime | None = None
) -> str:
    """Build the report, in English. `facts` are versions and the like.

    Left out are the home folder, who and on which computer, and all that the user has entered.
    """
    when = when or datetime.now().astimezone()
    text = f"{what}\n{when:%Y-%m-%d %H:%M:%S %z}\n\n{facts}\n\n{traceback.strip()}\n"
    return without(text, {**_about_here(), **dict(_of_the_user(mappings))})


def without(text: str, private: dict[str, str]) -> str:
    """Put what is public in the place of what is private; longest first, as one may hold others."""
    known = sorted((one for one in private if len(one) >= SHORTEST), key=len, reverse=True)
    if not known:
        return text
    # Not inside a longer word: a mapping called "run" must not make "running" unreadable.
    pattern = "|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in known)
    return re.sub(pattern, lambda found: private[found.group()], text)


def _about_here() -> dict[str, str]:
    found = {str(Path.home()): "~", socket.gethostname(): "<this computer>"}
    try:
        found[getpass.getuser()] = "<user>"
    except (KeyError, OSError):  # nobody has this number, as in some containers
        return found
    return found


def _of_the_user(mappings: Iterable[Mapping]) -> Iterator[tuple[str, str]]:
    for number, mapping in enumerate(mappings, 1):
        for text in (mapping.name, mapping.group, *mapping.comment.splitlines()):
            yield text, f"<mapping {number}>"
        hosts = (mapping.listen_host, mapping.source_address, *(t.host for t in mapping.targets))
        for host in (*hosts, *mapping.allow):
            if host and host != EVERY_ADDRESS and not is_loopback(host):
                yield host, f"<host of mapping {number}>"
