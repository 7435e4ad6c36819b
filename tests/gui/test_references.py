"""Qt's bindings must not eat references: PySide6 6.12.0 did under Python 3.11, and then aborted."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal

CALLS = 200


class Emitter(QObject):
    """Something with a signal."""

    emitted = Signal(object)


@pytest.mark.parametrize("constant", [None, True, False])
def test_calling_qt_leaves_the_references_to_constants_alone(constant: object) -> None:
    emitter = Emitter()
    before = sys.getrefcount(constant)
    for _ in range(CALLS):
        emitter.setObjectName("x")
        emitter.emitted.emit(constant)
        emitter.signalsBlocked()
    assert sys.getrefcount(constant) > before - CALLS / 2
