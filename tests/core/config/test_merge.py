"""Merging by mapping: what only one side changed is taken, what both changed is a conflict."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config.mapping import Mapping
from core.config.merge import merge
from tests.core.config.mappings import mapping

Mappings = tuple[Mapping, ...]


def lists(text: str) -> Mappings:
    """`a1 b2` is mapping a in its state 1, then b in its state 2."""
    return tuple(mapping(id=word[0], name=word) for word in text.split())


def text(mappings: Mappings) -> str:
    return " ".join(one.name for one in mappings)


@pytest.mark.parametrize(
    ("before", "ours", "theirs", "merged"),
    [
        ("a1 b1", "a1 b1", "a1 b1", "a1 b1"),
        ("a1 b1", "a2 b1", "a1 b2", "a2 b2"),
        ("a1 b1", "a1 b1", "a2", "a2"),
        ("a1 b1", "b1", "a1 b2", "b2"),
        ("a1 b1", "a1 b1 c1", "a1 b1 d1", "a1 b1 d1 c1"),
        ("a1 b1", "c1 a1 b1", "a1 d1 b1", "c1 a1 d1 b1"),
        ("a1 b1", "a2 b1", "a2 b1", "a2 b1"),
        ("a1 b1", "b1", "b1", "b1"),
        ("a1 b1 c1", "a1 b1 c1", "c1 b1 a1", "c1 b1 a1"),
        ("a1 b1 c1", "a1 b2 c1 d1", "c1 b1 a1", "c1 d1 b2 a1"),
        ("a1 b1 c1", "c1 b1 a1", "a1 b1 c2", "c2 b1 a1"),
        ("a1", "a1", "", ""),
        ("", "a1", "b1", "b1 a1"),
    ],
)
def test_what_one_side_changed_is_taken(before: str, ours: str, theirs: str, merged: str) -> None:
    found = merge([lists(before)], lists(ours), lists(theirs))
    assert found.conflicts == ()
    assert text(found.ours) == text(found.theirs) == merged


@pytest.mark.parametrize(
    ("before", "ours", "theirs", "with_ours", "with_theirs", "conflicts"),
    [
        ("a1 b1", "a2 b1", "a3 b2", "a2 b2", "a3 b2", ("a2",)),
        ("a1 b1", "b1", "a2 b1", "b1", "a2 b1", ("a2",)),
        ("a1 b1", "a2 b1", "b1", "a2 b1", "b1", ("a2",)),
        ("", "a1", "a2", "a1", "a2", ("a1",)),
    ],
)
def test_what_both_changed_is_a_conflict(
    before: str, ours: str, theirs: str, with_ours: str, with_theirs: str, conflicts: tuple[str]
) -> None:
    found = merge([lists(before)], lists(ours), lists(theirs))
    assert found.conflicts == conflicts
    assert text(found.ours) == with_ours
    assert text(found.theirs) == with_theirs


def test_an_editor_that_began_before_our_last_change_does_not_take_it_back_unasked() -> None:
    versions = [lists("a1 b1"), lists("a2 b1"), lists("a2 b1 c1")]
    ours = versions[-1]
    found = merge(versions, ours, lists("a1 b2"))
    assert found.conflicts == ("a2", "c1")
    assert text(found.ours) == "a2 b2 c1"
    assert text(found.theirs) == "a1 b2"


def test_an_earlier_version_that_somebody_restored_is_taken_as_it_is() -> None:
    versions = [lists("a1 b1"), lists("a2 b1"), lists("a2 b1 c1")]
    found = merge(versions, versions[-1], versions[0])
    assert found.conflicts == ()
    assert text(found.theirs) == text(found.ours) == "a1 b1"


def test_without_any_version_all_is_kept() -> None:
    found = merge([], lists("a1 b1"), lists("b1 c1"))
    assert text(found.ours) == "a1 b1 c1"


STATES = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 3), max_size=6).map(
    lambda chosen: lists(" ".join(f"{one}{state}" for one, state in chosen.items()))
)


@given(STATES, STATES, STATES)
def test_nothing_that_one_side_alone_changed_is_lost(
    before: Mappings, ours: Mappings, theirs: Mappings
) -> None:
    found = merge([before], ours, theirs)
    was, our, their = ({one.id: one for one in side} for side in (before, ours, theirs))
    for side in (found.ours, found.theirs):
        now = {one.id: one for one in side}
        assert len(now) == len(side), "nothing twice"
        for one in "abcdef":
            values = was.get(one), our.get(one), their.get(one)
            if values[0] == values[1]:
                assert now.get(one) == values[2]
            elif values[0] == values[2]:
                assert now.get(one) == values[1]
            else:
                assert now.get(one) in values[1:]
    if not found.conflicts:
        assert found.ours == found.theirs


@given(STATES, STATES)
def test_where_we_changed_nothing_theirs_is_the_list(before: Mappings, theirs: Mappings) -> None:
    found = merge([before], before, theirs)
    assert found.conflicts == ()
    assert set(found.theirs) == set(theirs)
    old = {was.id for was in before}
    for mappings in (found.ours, found.theirs):
        assert [one for one in mappings if one.id in old] == [
            one for one in theirs if one.id in old
        ]


def test_ten_thousand_are_merged_at_once() -> None:
    many = tuple(mapping(id=str(number), name=str(number)) for number in range(10_000))
    edited = tuple(msgspec.structs.replace(one, name="x") for one in many[::2])
    versions = [many[: 9_000 + number] for number in range(20)]
    found = merge([*versions, many], many, edited)
    assert text(found.theirs).count("x") == 5_000
