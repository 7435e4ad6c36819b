"""`portway demo`: a throw-away profile with one mapping, to a page that Portway serves itself."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any

from core.cli.main import DesktopRequest
from core.cli.printer import Printer
from core.cli.serve import serve
from core.config.address import PortRange
from core.config.mapping import Mapping
from core.config.store import Profile, Store
from core.system.screen import has_screen
from core.version import version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.cli.words import CommandLine

PORT = 8080
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Portway demo</title>
<style>
  body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto;
         padding: 0 1.5rem; color-scheme: light dark; }}
  code {{ padding: .1em .4em; border: 1px solid #8886; border-radius: .3em; }}
</style>
<h1>It works.</h1>
<p>You asked <code>127.0.0.1:{listen}</code>. Portway {version} took your connection there and
carried it to this page, which lives at <code>127.0.0.1:{page}</code>.</p>
<p>Switch the mapping off in the window and load this page again: nobody answers. Switch it on,
and you are back.</p>
</html>
"""


def demo(line: CommandLine, desktop: Callable[[DesktopRequest], int] | None) -> int:
    """Open the window on the demo profile, or serve it headless where there is no screen."""
    printer = Printer(as_json=line.json)
    with serve_page() as page_port, tempfile.TemporaryDirectory(prefix="portway-demo-") as folder:
        mapping = Mapping(
            name="Demo page",
            listen_ports=PortRange.single(PORT),
            target_host="127.0.0.1",
            target_ports=PortRange.single(page_port),
        )
        if desktop is not None and has_screen():
            profile = Path(folder)
            Store(profile).save(Profile(mappings=(mapping,)))
            return desktop(DesktopRequest(profile, demo=True))
        if desktop is not None:
            printer.notice("no screen here, so no window; serving without one.")
        url = f"http://127.0.0.1:{PORT}/"
        return serve([mapping], printer, drain=line.drain, ready=lambda: printer.page(url))


@contextlib.contextmanager
def serve_page() -> Iterator[int]:
    """Serve the page on a free port of the loopback; gives the port."""
    server = _Server(("127.0.0.1", 0), _Handler)
    port = server.server_port
    thread = threading.Thread(target=server.serve_forever, name="portway-demo", daemon=True)
    thread.start()
    try:
        yield port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    allow_reuse_address = os.name == "posix"  # on Windows it would give the port away

    def server_bind(self) -> None:
        """Bind without asking a name server who we are, which the base does and may take long."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers drop connections as they like; that is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server_version = f"Portway/{version()}"

    def do_GET(self) -> None:
        assert isinstance(self.server, ThreadingHTTPServer)
        port = self.server.server_port
        body = PAGE.format(listen=PORT, version=version(), page=port).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Keep the terminal for Portway's own lines."""
