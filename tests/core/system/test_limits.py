"""How many descriptors the process may open; tried in children, for the limit stays changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
CHILD = """
import resource
from core.system.limits import raise_descriptor_limit
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
raise_descriptor_limit()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(("soft", "hard"), [(64, 256), (100, 100), (1024, 4096)])
def test_the_soft_limit_becomes_the_hard_one(soft: int, hard: int) -> None:
    said = subprocess.run(
        [sys.executable, "-c", CHILD.format(soft=soft, hard=hard)],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=30, check=True,
    ).stdout  # fmt: skip
    assert said.split() == [str(hard), str(hard)]


def test_raising_it_is_harmless_where_it_cannot_be_raised() -> None:
    refusing = """
import sys
if sys.platform != "win32":
    import resource
    def refuse(*_): raise ValueError("not allowed to raise maximum limit")
    resource.setrlimit = refuse
from core.system.limits import raise_descriptor_limit
raise_descriptor_limit()
"""
    subprocess.run([sys.executable, "-c", refusing], cwd=REPOSITORY, timeout=30, check=True)
