"""Lines that nobody reads, or that cannot be written as they are, never end the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.core.cli.program import REPOSITORY, Program
from tests.support import (
    PATIENCE,
    accept,
    connect,
    eventually,
    free_port,
    is_turned_away,
    listen,
    port_of,
)

if TYPE_CHECKING:
    import socket

posix = pytest.mark.skipif(os.name == "nt", reason="needs signals and POSIX pipes")


def _to(target: socket.socket) -> str:
    return f"127.0.0.1:{port_of(target)}"


def _answers(port: int) -> bool:
    try:
        connect(port).close()
    except ConnectionRefusedError:
        return False
    return True


@posix
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_when_the_reader_of_the_lines_has_gone_it_goes_on(options: list[str]) -> None:
    # `portway forward … | head -1`
    ports = [free_port() for _ in range(3)]
    with listen() as target:
        forwards = [word for port in ports for word in ("-L", f"{port}:{_to(target)}")]
        command = [sys.executable, "-m", "core", "forward", *options, *forwards]
        reading, writing = os.pipe()
        os.close(reading)
        try:
            child = subprocess.Popen(
                command, cwd=REPOSITORY, stdout=writing, stderr=subprocess.PIPE
            )
        finally:
            os.close(writing)
        try:
            assert eventually(lambda: all(map(_answers, ports)))
            with connect(ports[2]):
                for _ in range(4):
                    accept(target).close()
            child.terminate()
            _, said = child.communicate(timeout=PATIENCE)
            assert said == b""
            assert child.returncode == 0
        finally:
            child.kill()
            child.communicate()


@posix
def test_when_nobody_reads_the_errors_it_goes_on() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    refusing = free_port()
    try:
        child = subprocess.Popen(
            [sys.executable, "-m", "core", "forward", "0", f"127.0.0.1:{refusing}"],
            cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=writing,
        )  # fmt: skip
    finally:
        os.close(writing)
    try:
        assert child.stdout is not None
        port = int(child.stdout.readline().split()[2].rpartition(b":")[2])
        for _ in range(2):
            assert is_turned_away(port)
        with listen(port=refusing) as target, connect(port), accept(target):
            pass
        child.terminate()
        assert child.wait(PATIENCE) == 0
    finally:
        child.kill()
        child.communicate()


@posix
@pytest.mark.parametrize("words", [["--help"], ["--version"], ["forward", "--help"]])
def test_help_that_nobody_reads_is_no_error(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "core", *words],
            cwd=REPOSITORY, stdout=writing, stderr=subprocess.PIPE, timeout=PATIENCE, check=False,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert ended.stderr == b""
    assert ended.returncode == 0


@posix
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_a_full_disk_under_the_log_does_not_end_the_forwards() -> None:
    port = free_port()
    with listen() as target, open("/dev/full", "wb") as full:  # noqa: PTH123
        child = subprocess.Popen(
            [sys.executable, "-m", "core", "forward", "--drain", "0", str(port), _to(target)],
            cwd=REPOSITORY, stdout=full, stderr=full,
        )  # fmt: skip
        try:
            assert eventually(lambda: _answers(port))
            child.terminate()
            assert child.wait(PATIENCE) == 0
        finally:
            child.kill()
            child.wait()


def test_a_terminal_without_the_letters_gets_them_spelled() -> None:
    poor = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    with Program("forward", "0", "bücher.example:80", environment=poor) as relay:
        relay.said(r"listening tcp 127\.0\.0\.1:\d+ -> b\\xfccher\.example:80")


@pytest.mark.skipif(
    os.name == "posix", reason="elsewhere the locale says which letters a pipe takes"
)
def test_a_pipe_of_windows_gets_utf_8() -> None:
    with Program("forward", "0", "bücher.example:80") as relay:
        relay.said(r"listening tcp 127\.0\.0\.1:\d+ -> bücher\.example:80")


def test_json_is_json_on_every_terminal() -> None:
    poor = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    with Program("forward", "--json", "0", "bücher.example:80", environment=poor) as relay:
        relay.said(r"\{.*\}")
        assert json.loads(relay.out[0])["target"] == "bücher.example:80"


def test_a_line_is_there_as_soon_as_it_is_true() -> None:
    # The reader gets it through a pipe, where unflushed output would wait for the end.
    with Program("forward", "0", "127.0.0.1:9") as relay:
        assert is_turned_away(relay.port())
        assert relay.child.poll() is None
