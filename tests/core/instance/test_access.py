"""A profile for a command: whoever holds it is asked, else its file is changed under the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.config.changes import Add, ChangeRefusedError, Remove, Replace, SetAll, Switch, apply
from core.config.store import Profile, Store
from core.engine.status import State
from core.instance.access import open_profile
from core.instance.claim import claim_for_serving, claim_for_window
from core.instance.lock import Kind, ProfileInUseError, ProfileLock, holder_of
from core.instance.messages import Done, Make, MappingStatus, Reply, Request, Status
from tests.core.config.mappings import mapping, ports

if TYPE_CHECKING:
    from pathlib import Path

WEB, MAIL = mapping(id="web", name="Web"), mapping(id="mail", name="Mail")
BOTH = (WEB, MAIL)


def saved(folder: Path) -> list[str]:
    return [one.name for one in Store(folder).load().profile.mappings]


def test_without_anybody_there_the_file_is_read_and_changed(tmp_path: Path) -> None:
    Store(tmp_path).save(Profile(mappings=(WEB,)))
    with open_profile(tmp_path) as profile:
        assert profile.live is None
        assert profile.mappings() == (WEB,)
        profile.change(Add((MAIL,)))
        assert profile.mappings() == BOTH
        assert saved(tmp_path) == ["Web", "Mail"]
        profile.change(Remove(("web",)))
    assert saved(tmp_path) == ["Mail"]


def test_while_it_is_the_file_nobody_can_begin_to_hold_the_profile(tmp_path: Path) -> None:
    with open_profile(tmp_path):
        holder = holder_of(tmp_path)
        assert holder is not None
        assert holder.kind is Kind.COMMAND
        assert not ProfileLock(tmp_path).take()
        with (
            pytest.raises(ProfileInUseError, match="A command of Portway"),
            open_profile(tmp_path, 0.1),
        ):
            pass
    claim_for_serving(tmp_path).release()


def test_looking_makes_no_folder_and_changing_does(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    with open_profile(folder) as profile:
        assert profile.mappings() == ()
        assert not folder.exists()
        profile.change(Add((WEB,)))
        assert not ProfileLock(folder).take()
    assert saved(folder) == ["Web"]
    claim_for_serving(folder).release()


def test_one_that_lives_is_asked_and_the_file_left_alone(tmp_path: Path) -> None:
    Store(tmp_path).save(Profile(mappings=(WEB,)))
    window = claim_for_window(tmp_path)
    assert window is not None
    made: list[Request] = []

    def answer(request: Request) -> Reply:
        if isinstance(request, Make):
            made.append(request)
            return Done()
        row = MappingStatus(mapping=MAIL, state=State.OFF)
        return Status(about=window.about, taken=1.0, rows=(row,))

    window.serve(answer)
    with open_profile(tmp_path) as profile:
        assert profile.live is not None
        assert profile.mappings() == (MAIL,)
        profile.change(Switch(("mail",), on=False))
    assert made == [Make(Switch(("mail",), on=False))]
    assert saved(tmp_path) == ["Web"]
    window.release()


def test_a_damaged_file_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "mappings.json").write_text("hello")
    with open_profile(tmp_path) as profile:
        assert profile.mappings() == ()
        assert "could not be used" in str(profile.notices[0])


# -- what a change does ---------------------------------------------------------------------------


def test_each_change_does_what_it_says() -> None:
    edited = mapping(id="web", name="Edited")
    new = mapping(id="new", name="New")
    assert apply(Add((new,)), BOTH) == (*BOTH, new)
    assert apply(Replace((edited,)), BOTH) == (edited, MAIL)
    assert apply(Remove(("web",)), BOTH) == (MAIL,)
    assert [one.enabled for one in apply(Switch(("mail",), on=False), BOTH)] == [True, False]
    assert apply(SetAll((new,)), BOTH) == (new,)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (Add((WEB,)), "the same id"),
        (SetAll((WEB, WEB)), "the same id"),
        (Replace((mapping(id="gone"),)), "no mapping gone any more"),
        (Remove(("web", "gone")), "no mapping gone any more"),
        (Switch(("gone",), on=True), "no mapping gone any more"),
        (Add((mapping(name="Bad", target_ports=ports(0)),)), "“Bad” cannot be used: .*port 0"),
        (Replace((mapping(id="web", target_host="a b"),)), "cannot be used"),
        (SetAll((mapping(listen_host="*x*"),)), "cannot be used"),
    ],
)
def test_what_cannot_be_is_refused_in_words(change: Add, why: str) -> None:
    with pytest.raises(ChangeRefusedError, match=why):
        apply(change, BOTH)
