"""`--self-test`: a person, or a build, learns in words and by the status whether Portway works."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from core.cli import self_test
from core.cli.demo import serve_page
from core.cli.self_test import SelfTest
from core.compiled import PLAIN
from tests.core.cli.program import NO_SCREEN, REPOSITORY, run
from tests.support import PATIENCE, listen

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADLESS = {"QT_QPA_PLATFORM": "offscreen"}


def test_without_a_window_it_relays_a_page_and_says_so() -> None:
    done = run("--self-test")
    assert done.child.returncode == 0, done.err
    program, window, relay, verdict = done.out
    assert program.startswith("ok      program: Portway ")
    assert window == "ok      window: not tested, not part of this program"
    assert relay.startswith("ok      relay: a page of ")
    assert verdict == "Portway works."


def test_the_engine_is_called_compiled_only_if_all_of_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"core.engine.m{number}" for number in range(3)]
    modules = [ModuleType(name) for name in names]
    monkeypatch.setattr(self_test, "HOT", tuple(f"core/engine/m{n}.py" for n in range(2)))
    monkeypatch.setattr(self_test, "IN_C", ("core/engine/m2.c",))
    for name, module in zip(names, modules, strict=True):
        monkeypatch.setitem(sys.modules, name, module)
    said = []
    for ending in (".so", ".pyd", ".py"):
        for module in modules:
            module.__file__ = f"{module.__name__}.so"
        modules[2].__file__ = f"m2{ending}"
        said.append(self_test._engine_form())
    modules[0].__file__ = modules[1].__file__ = "m.pyc"
    said.append(self_test._engine_form())
    assert said == [
        "compiled, 3 modules", "compiled, 3 modules", "compiled in part, 2 of 3", "in plain Python",
    ]  # fmt: skip


def test_an_engine_of_which_nothing_is_compiled_works_and_is_called_so() -> None:
    """Some of its modules, in C alone, are then not there at all."""
    done = run("--self-test", environment={PLAIN: "1"})
    assert done.child.returncode == 0, done.err
    assert ", engine in plain Python, " in done.out[0]
    assert done.out[-1] == "Portway works."


def test_with_a_screen_it_shows_the_window_with_that_mapping() -> None:
    done = run("--self-test", module="gui", environment=HEADLESS)
    assert done.child.returncode == 0, done.err
    subjects = [line.split(":")[0] for line in done.out]
    assert subjects == ["ok      program", "ok      window", "ok      relay", "Portway works."]
    assert "shown on offscreen" in done.out[1]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there, there is always a screen")
def test_without_a_screen_it_tests_what_is_left() -> None:
    done = run("--self-test", module="gui", environment=NO_SCREEN)
    assert done.child.returncode == 0, done.err
    assert "ok      window: not tested, no screen here" in done.out


@pytest.mark.parametrize("front", ["core", "gui"])
def test_a_listener_that_cannot_be_had_is_a_failure(
    front: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address to listen at replaced by one of documentation, which is no computer's."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    code = (
        "import sys; import core.cli.self_test as t; t.LOOPBACK = '192.0.2.1'; "
        f"from {'core.cli.main' if front == 'core' else 'gui.__main__'} import main; "
        "sys.exit(main(['--self-test']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True,
        encoding="utf-8", timeout=3 * PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("FAILED"))
    assert line.startswith("FAILED  relay: ")
    assert "192.0.2.1" in line
    assert done.stdout.endswith("Portway does not work here.\n")


def test_silence_behind_the_mapping_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    with listen() as closed:
        port = closed.getsockname()[1]
    with serve_page() as page:
        test = SelfTest(page)
        test.relay(port)
    assert test.failed
    assert f"FAILED  relay: no answer through 127.0.0.1:{port}" in capsys.readouterr().out


class _Other(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"another page")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Keep quiet."""


@pytest.fixture
def other_page() -> Iterator[int]:
    with http.server.HTTPServer(("127.0.0.1", 0), _Other) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_another_page_behind_the_mapping_is_a_failure(
    other_page: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve_page() as page:
        test = SelfTest(page)
        test.relay(other_page)
    assert test.failed
    assert "gave another page than its target" in capsys.readouterr().out
