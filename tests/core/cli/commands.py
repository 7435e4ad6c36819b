"""Running a command of the command line in this process, on a profile of the test's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


@dataclass(frozen=True)
class Ended:
    """What a command printed, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The lines of standard output as JSON objects."""
        return [json.loads(line) for line in self.out.splitlines()]


def make_portway(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """A function that runs a command on this profile."""

    def portway(*words: str) -> Ended:
        capsys.readouterr()
        try:
            status = main(["--profile", str(folder), *words])
        except SystemExit as end:
            status = int(end.code or 0)
        return Ended(status, *capsys.readouterr())

    return portway
