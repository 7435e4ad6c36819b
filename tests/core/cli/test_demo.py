"""`demo` without a screen, as the real program: a page of Portway's own behind a mapping."""

from __future__ import annotations

import os
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest

from core.cli.demo import PORT
from tests.core.cli.program import NO_SCREEN, Program
from tests.support import connect, listen, reset


@pytest.fixture
def port_of_the_demo() -> int:
    """The one fixed port there is; a test cannot have it while another program does."""
    try:
        listen(port=PORT).close()
    except OSError:
        pytest.skip(f"port {PORT}, which the demo promises, is taken on this machine")
    return PORT


def _leftovers() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob("portway-demo-*"))


def test_the_page_answers_through_the_mapping(port_of_the_demo: int) -> None:
    url = f"http://127.0.0.1:{port_of_the_demo}/"
    with Program("demo") as demo:
        demo.said(r"listening tcp 127\.0\.0\.1:8080 -> 127\.0\.0\.1:\d+")
        demo.said(f"open {url} in a browser; Ctrl-C ends")
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert "It works." in answer.read().decode()
        assert demo.end() == 0
        assert demo.err == []


def test_with_json_the_url_is_an_object_too(port_of_the_demo: int) -> None:
    with Program("demo", "--json") as demo:
        demo.said(r'.*"page".*')
        assert [line["event"] for line in demo.objects] == ["listening", "page"]
        assert demo.objects[1]["url"] == f"http://127.0.0.1:{port_of_the_demo}/"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there, there is always a screen")
def test_the_desktop_program_says_that_there_is_no_screen(port_of_the_demo: int) -> None:
    before = _leftovers()
    with Program("demo", module="gui", environment=NO_SCREEN) as demo:
        demo.said("portway: no screen here, so no window; serving without one.", error=True)
        demo.said(f"open http://127.0.0.1:{port_of_the_demo}/ in a browser; Ctrl-C ends")
        assert demo.end() == 0
    assert _leftovers() == before


def test_a_browser_that_drops_its_connection_is_no_news(port_of_the_demo: int) -> None:
    with Program("demo") as demo:
        demo.said("open .*")
        for said in (b"", b"GET / HT", b"GET / HTTP/1.1\r\n\r\n"):
            client = connect(port_of_the_demo)
            client.sendall(said)
            reset(client)
        urllib.request.urlopen(f"http://127.0.0.1:{port_of_the_demo}/", timeout=10).close()
        assert demo.end() == 0
        assert demo.err == []


def test_where_the_port_is_taken_it_says_by_whom(port_of_the_demo: int) -> None:
    with listen(port=port_of_the_demo), Program("demo") as demo:
        assert demo.status() == 1
        assert demo.out == []
        (line,) = demo.err
        assert line.startswith(f"portway: Demo page: 127.0.0.1:{PORT} is in use by ")
        assert str(os.getpid()) in line
