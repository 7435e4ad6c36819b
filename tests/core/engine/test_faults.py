"""What must not happen when two things go wrong at once: small stories, told turn by turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.engine.status import State
from tests.core.engine.relaying import mapping_to
from tests.core.engine.stepping import Stepping
from tests.support import connect

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stepping]:
    with Stepping(monkeypatch) as engine:
        yield engine
        assert engine.faults == []


def test_a_client_that_leaves_in_the_moment_of_the_deadline_blames_no_target(
    engine: Stepping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tick that notices it and the deadline of the dialing are due in one turn."""
    mapping = mapping_to(1, target_host="name.test", connect_timeout=1.0)
    with connect(engine.listen(mapping)):
        runner = engine.runner(mapping)
        monkeypatch.setattr(engine.services.resolver, "resolve", lambda host, answered: None)
        engine.until(lambda: bool(runner.sessions))
        (receiver,) = runner.sessions.values()
        engine.loop.after(0.5, lambda: receiver.end_session(reset=True))
        engine.now += 1.0
        engine.turn()
    assert engine.status(mapping).state == State.LISTENING
