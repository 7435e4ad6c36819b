"""Completion in a real shell: commands, options, and the names of mappings; and nothing at rest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.core.cli.program import REPOSITORY, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.core.cli.commands import Ended

    Portway = Callable[..., Ended]

BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(BASH is None or os.name == "nt", reason="there is no bash here")


@pytest.fixture
def offered(tmp_path: Path, portway: Portway) -> Callable[[str], list[str]]:
    """What bash offers after a line."""
    program = tmp_path / "bin" / "portway"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncd {REPOSITORY} && exec {sys.executable} -m core "$@"\n')
    program.chmod(0o755)
    code = portway("completion", "bash").out

    def ask(line: str) -> list[str]:
        words = line.split(" ")
        quoted = " ".join(f"'{word}'" for word in words)
        script = (
            f"{code}\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; COMP_LINE='{line}'; "
            f"COMP_POINT={len(line)}; COMP_TYPE=9; _python_argcomplete portway '' ''; "
            'printf "%s\\n" "${COMPREPLY[@]}"'
        )
        path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
        ended = subprocess.run(
            [str(BASH), "--norc", "-c", script], capture_output=True, encoding="utf-8",
            env={**os.environ, "PATH": path}, timeout=60, check=True,
        )  # fmt: skip
        return [word.strip() for word in ended.stdout.splitlines() if word.strip()]

    return ask


def test_commands_are_completed(offered: Callable[[str], list[str]]) -> None:
    assert offered("portway en") == ["enable"]
    assert {"add", "import", "status"} <= set(offered("portway "))


def test_options_are_completed(offered: Callable[[str], list[str]]) -> None:
    assert offered("portway add --proxy") == ["--proxy-protocol"]
    assert offered("portway export --format ha") == ["haproxy"]


def test_names_of_the_profile_are_completed(
    offered: Callable[[str], list[str]], portway: Portway, profile: Path
) -> None:
    portway("add", "--name", "Website", "8080", "h:80")
    portway("add", "9090", "h:80")
    assert offered(f"portway --profile {profile} enable We") == ["Website"]
    (profile / "mappings.json").write_text("{")
    assert offered(f"portway --profile {profile} enable We") == []
    assert [path.name for path in profile.glob("*damaged*")] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_every_shell_gets_its_code(portway: Portway, shell: str) -> None:
    ended = portway("completion", shell)
    assert (ended.status, ended.err) == (0, "")
    assert "portway" in ended.out


def test_nobody_else_pays_for_it(profile: Path) -> None:
    program = run("--profile", str(profile), "list", environment={"PYTHONPROFILEIMPORTTIME": "1"})
    loaded = {line.rpartition("|")[2].strip() for line in program.err}
    assert "core.cli.completion" in loaded
    assert not any(name.startswith("argcomplete") for name in loaded)
