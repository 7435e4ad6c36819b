"""What mappings carried in all their lives: counted on through restarts, undone deletes, damage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.config.totals import NONE, Counting, Total, Totals, TotalsFile
from core.engine.snapshot import MappingNumbers, Snapshot

if TYPE_CHECKING:
    from pathlib import Path


def snapshot(**carried: tuple[int, int, int]) -> Snapshot:
    """Up, down and connections of each mapping."""
    return Snapshot(
        0.0,
        {
            name: MappingNumbers(bytes_up=up, bytes_down=down, accepted=accepted)
            for name, (up, down, accepted) in carried.items()
        },
    )


def test_the_engines_counters_are_added_to_what_was_before() -> None:
    counting = Counting(Totals(mappings={"web": Total(up=10, down=20, connections=3)}))
    counting.take(snapshot(web=(1, 2, 1), mail=(5, 6, 1)))
    counting.take(snapshot(web=(4, 2, 2), mail=(5, 6, 1)))
    assert counting.ever("web") == Total(up=14, down=22, connections=5)
    assert counting.ever("mail") == Total(up=5, down=6, connections=1)
    assert counting.ever("other") == NONE


def test_a_mapping_that_came_back_by_an_undo_counts_on() -> None:
    counting = Counting(Totals(mappings={"web": Total(up=100)}))
    counting.take(snapshot(web=(50, 0, 5)))
    counting.take(snapshot())
    assert counting.ever("web").up == 150
    counting.take(snapshot(web=(1, 0, 1)))
    counting.take(snapshot(web=(2, 0, 2)))
    assert counting.ever("web") == Total(up=152, connections=7)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_any_counter_that_fell_tells_that_counting_began_anew(which: int) -> None:
    counting = Counting(Totals())
    for count in (9, 4):
        carried = [0, 0, 0]
        carried[which] = count
        counting.take(snapshot(web=(carried[0], carried[1], carried[2])))
    total = counting.ever("web")
    assert total.up + total.down + total.connections == 13


def test_it_tells_whether_there_is_anything_to_save() -> None:
    counting = Counting(Totals())
    news = []
    for up in (0, 1, 1, 2):
        counting.changed = False
        counting.take(snapshot(web=(up, 0, up)))
        news.append(counting.changed)
    assert news == [False, True, False, True]


def test_saved_are_the_mappings_of_the_list_that_carried_anything() -> None:
    counting = Counting(Totals(mappings={"deleted": Total(up=1), "off": Total(up=2)}))
    counting.take(snapshot(web=(1, 2, 1)))
    assert set(counting.totals(["off", "web", "new"]).mappings) == {"off", "web"}


def test_a_restart_goes_on_from_the_file(tmp_path: Path) -> None:
    first = Counting(Totals())
    first.take(snapshot(web=(3, 4, 1)))
    TotalsFile(tmp_path).save(first.totals(["web"]))
    second = Counting(TotalsFile(tmp_path).read().value)
    second.take(snapshot(web=(30, 40, 2)))
    assert second.ever("web") == Total(up=33, down=44, connections=3)


@pytest.mark.parametrize(
    "damage", ["[]", '{"mappings": {"web": {"up": -1}}}', '{"version": 9}', '{"version": 0}']
)
def test_a_damaged_file_is_set_aside_and_the_copy_taken(tmp_path: Path, damage: str) -> None:
    file = TotalsFile(tmp_path)
    file.save(Totals(mappings={"web": Total(up=1)}))
    file.save(Totals(mappings={"web": Total(up=2)}))
    file.path.write_text(damage)
    found = file.read()
    assert found.value.mappings["web"].up == 1
    assert len(found.notices) == 2
    assert file.empty_notice().template.startswith("There is no")
    (aside,) = {path.name for path in tmp_path.iterdir()} - {"totals.json", "totals.copy-1.json"}
    assert (tmp_path / aside).read_text() == damage
    assert file.read().notices == ()
