"""Schemas: older files are migrated by small steps, and their last state is kept for good."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from core.config.kept_file import KeptFile, StoreError
from core.config.schema import Fault, Schema, as_json
from core.config.settings import SettingsFile
from core.config.store import Store
from core.config.totals import TotalsFile
from core.message import Message, message

if TYPE_CHECKING:
    from pathlib import Path


class Garden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the third schema of a file in this test holds."""

    version: int = 3
    flowers: tuple[str, ...] = ()
    wet: bool = False


def split_the_names(raw: dict[str, Any]) -> dict[str, Any]:
    """1 to 2: one text becomes a list."""
    return {"flowers": raw["flowers"].split(", ")}


def say_whether_it_is_wet(raw: dict[str, Any]) -> dict[str, Any]:
    """2 to 3: a new field."""
    return {**raw, "wet": "lily" in raw["flowers"]}


class GardenFile(KeptFile[Garden]):
    """A file that has seen two schemas before."""

    schema_version = 3
    migrations = {1: split_the_names, 2: say_whether_it_is_wet}  # noqa: RUF012

    def encode(self, value: Garden) -> bytes:
        return as_json(msgspec.json.encode(value))

    def decode(self, data: bytes) -> Garden:
        return msgspec.json.decode(data, type=Garden)

    def empty(self) -> Garden:
        return Garden()

    def restored_notice(self, copy: str) -> Message:
        return message("Restored from {copy}.", copy=copy)

    def empty_notice(self) -> Message:
        return message("Empty.")


FIRST = b'{"version": 1, "flowers": "rose, lily"}'
SECOND = b'{"version": 2, "flowers": ["rose"]}'


@pytest.fixture
def garden(tmp_path: Path) -> GardenFile:
    return GardenFile(tmp_path / "garden.json")


@pytest.mark.parametrize(
    ("old", "flowers", "wet"), [(FIRST, ("rose", "lily"), True), (SECOND, ("rose",), False)]
)
def test_an_older_file_is_read_through_every_step(
    garden: GardenFile, old: bytes, flowers: tuple[str, ...], wet: bool
) -> None:
    garden.path.write_bytes(old)
    found = garden.read()
    assert found.value == Garden(flowers=flowers, wet=wet)
    assert found.notices == ()
    assert garden.path.read_bytes() == old, "reading changes nothing"


def test_the_last_file_of_an_older_schema_is_kept_for_good(garden: GardenFile) -> None:
    garden.path.write_bytes(FIRST)
    garden.read()
    for number in range(garden.copies_kept + 3):
        garden.save(Garden(flowers=(str(number),)))
    assert json.loads(garden.path.read_bytes())["version"] == 3
    assert (garden.folder / "garden.schema-1.json").read_bytes() == FIRST


def test_a_copy_of_an_older_schema_is_good(garden: GardenFile) -> None:
    (garden.folder / "garden.copy-1.json").write_bytes(SECOND)
    garden.path.write_bytes(b"hello")
    assert garden.read().value.flowers == ("rose",)


@pytest.mark.parametrize(
    "data",
    [
        b'{"version": 0, "flowers": "rose"}',
        b'{"version": -1}',
        b'{"version": 1}',
        b'{"version": 1, "flowers": 7}',
        b'{"version": 2, "flowers": null}',
        b'{"version": 2, "flowers": [], "more": 1}',
        b'{"version": 1.5}',
    ],
)
def test_what_is_no_file_of_the_older_schema_is_damaged(garden: GardenFile, data: bytes) -> None:
    schema = Schema(3, garden.decode, garden.migrations)
    fault = schema.fault(data)
    assert fault is not None
    assert fault[0] is Fault.DAMAGED
    garden.path.write_bytes(data)
    assert garden.read().value == Garden()
    assert len(list(garden.folder.glob("garden.damaged-*"))) == 1


def test_a_newer_file_is_newer(garden: GardenFile) -> None:
    schema = Schema(3, garden.decode, garden.migrations)
    assert schema.fault(b'{"version": 4}') == (Fault.NEWER, "schema 4, this Portway knows 3")


@pytest.mark.parametrize("kind", [Store, SettingsFile, TotalsFile])
def test_every_step_there_ever_was_is_there(kind: type[KeptFile[Any]]) -> None:
    assert list(kind.migrations) == list(range(1, kind.schema_version))


def test_an_older_file_that_cannot_be_kept_is_not_replaced(
    garden: GardenFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    garden.path.write_bytes(FIRST)
    garden.read()

    def second_name(_path: Path, _data: bytes) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.config.disk.second_name", second_name)
    with pytest.raises(StoreError, match="No space left"):
        garden.save(Garden())
    assert garden.path.read_bytes() == FIRST
