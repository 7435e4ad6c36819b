"""Saving while another program has our files open: on Windows they cannot be renamed then."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from core.config import disk
from core.config.store import Profile, Store, StoreError
from tests.core.config.mappings import mapping

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["mappings.json", "mappings.copy-1.json"])
def test_a_file_that_is_being_read_is_waited_for(tmp_path: Path, name: str) -> None:
    saved = Store(tmp_path)
    saved.save(Profile(mappings=(mapping(), mapping())))
    saved.save(Profile())
    changed = Profile(mappings=(mapping(),))
    reader = (tmp_path / name).open("rb")
    closing = threading.Timer(0.1, reader.close)
    closing.start()
    saved.save(changed)
    closing.join()
    assert saved.load().profile == changed


@pytest.mark.skipif(os.name == "posix", reason="an open file can be replaced here")
def test_a_file_that_stays_open_is_an_error_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "BUSY_SECONDS", 0.1)
    saved = Store(tmp_path)
    saved.save(Profile())
    before = sorted(tmp_path.iterdir())
    with (tmp_path / "mappings.json").open("rb"), pytest.raises(StoreError, match="Cannot save"):
        saved.save(Profile(mappings=(mapping(),)))
    assert saved.load().profile == Profile()
    assert {path.suffix for path in tmp_path.iterdir()} == {path.suffix for path in before}
    saved.save(Profile(mappings=(mapping(),)))
    assert len(saved.load().profile.mappings) == 1
