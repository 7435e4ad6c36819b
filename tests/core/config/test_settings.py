"""The settings on disk: a round trip, and nothing of anybody's is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from core.config.kept_file import ChangedOutsideError
from core.config.settings import LogLevel, Settings, SettingsFile, Theme, merge

if TYPE_CHECKING:
    from pathlib import Path

CHOSEN = Settings(
    start_hidden=True,
    language="zh_CN",
    theme=Theme.DARK,
    notifications=False,
    log_level=LogLevel.DETAILED,
    default_listen="*",
)


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "profile")


def names(file: SettingsFile) -> set[str]:
    return {path.name for path in file.folder.iterdir()}


def test_what_was_saved_is_read_again(file: SettingsFile) -> None:
    file.save(CHOSEN)
    assert file.read().value == CHOSEN
    assert json.loads(file.path.read_bytes())["theme"] == "dark"


def test_without_a_file_they_are_those_of_the_beginning(file: SettingsFile) -> None:
    found = file.read()
    assert (found.value, found.notices) == (Settings(), ())


@pytest.mark.parametrize(
    "damage",
    ["{", '{"theme": "pink"}', '{"colour": 1}', '{"default_listen": "a b"}', '{"version": 2}',
     '{"version": 0}'],
)  # fmt: skip
def test_what_cannot_be_used_is_set_aside_and_an_earlier_copy_taken(
    file: SettingsFile, damage: str
) -> None:
    file.save(CHOSEN)
    file.save(Settings())
    file.path.write_text(damage)
    found = file.read()
    assert found.value == CHOSEN
    assert "restored from settings.copy-1.json" in str(found.notices[-1])
    (aside,) = names(file) - {"settings.json", "settings.copy-1.json"}
    assert (file.folder / aside).read_text() == damage
    again = file.read()
    assert (again.value, again.notices) == (CHOSEN, ()), "told once, and whole from then on"


def test_damage_without_a_copy_is_told_and_kept(file: SettingsFile) -> None:
    file.folder.mkdir()
    file.path.write_text("{")
    found = file.read()
    assert found.value == Settings()
    assert [str(one) for one in found.notices][1:] == [
        "There is no earlier good copy; the settings are those of the beginning."
    ]
    assert len(names(file)) == 1


def test_a_change_by_another_program_is_not_replaced_before_it_is_taken_account_of(
    file: SettingsFile,
) -> None:
    file.save(Settings())
    file.read()
    file.path.write_text('{"theme": "light"}')
    with pytest.raises(ChangedOutsideError) as caught:
        file.save(CHOSEN)
    assert caught.value.outside.value == Settings(theme=Theme.LIGHT)
    assert file.path.read_text() == '{"theme": "light"}'
    file.save(CHOSEN, caught.value.outside)
    assert file.read().value == CHOSEN
    copy = (file.folder / "settings.copy-1.json").read_text()
    assert copy == '{"theme": "light"}'


def test_what_another_broke_while_we_ran_is_set_aside(file: SettingsFile) -> None:
    file.save(Settings())
    file.path.write_text("their notes")
    file.save(CHOSEN)
    assert file.read().value == CHOSEN
    (aside,) = names(file) - {"settings.json"}
    assert (file.folder / aside).read_text() == "their notes"


# -- two changes made one --------------------------------------------------------------------------

PLAIN = Settings()
DARK = Settings(theme=Theme.DARK)
DARK_HIDDEN = Settings(theme=Theme.DARK, start_hidden=True)
HIDDEN = Settings(start_hidden=True)
LIGHT = Settings(theme=Theme.LIGHT)


@pytest.mark.parametrize(
    ("versions", "ours", "theirs", "merged"),
    [
        ([PLAIN], PLAIN, DARK_HIDDEN, DARK_HIDDEN),
        ([DARK_HIDDEN], DARK_HIDDEN, PLAIN, PLAIN),
        ([PLAIN], DARK, HIDDEN, DARK_HIDDEN),  # we changed one thing, they another
        ([PLAIN], DARK, LIGHT, DARK),  # both the same: what a person just chose here
        ([], PLAIN, DARK, DARK),  # there was no file
        ([], HIDDEN, DARK, DARK_HIDDEN),
        ([PLAIN, DARK], DARK, HIDDEN, DARK_HIDDEN),  # from before our change
        ([PLAIN, DARK], DARK, PLAIN, PLAIN),  # an earlier version, brought back as a whole
        ([PLAIN, DARK], DARK, LIGHT, LIGHT),  # as near to both: from the newest
    ],
)
def test_two_changes_become_one(
    versions: list[Settings], ours: Settings, theirs: Settings, merged: Settings
) -> None:
    assert merge(versions, ours, theirs) == merged
