"""A command line of its own for each test of a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.core.cli.commands import make_portway

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.core.cli.commands import Ended


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A profile that nobody has used."""
    return tmp_path / "profile"


@pytest.fixture
def portway(profile: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Runs a command on it."""
    return make_portway(profile, capsys)
