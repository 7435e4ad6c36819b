"""`portway --self-test`: Portway proves on this computer that it works, in words and exit status.

The installers' builds run it on what they packed, and whoever has trouble may run it as well.
"""

from __future__ import annotations

import http.client
import importlib
import platform
import queue
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.demo import serve_page
from core.cli.lines import print_line
from core.compiled import HOT, IN_C
from core.config.address import PortRange
from core.config.mapping import Mapping
from core.config.store import Profile, Store
from core.engine.commands import SetMappings, Shutdown
from core.engine.engine import Engine
from core.engine.events import StateChanged, Stopped
from core.engine.status import State
from core.system.screen import has_screen
from core.version import version

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.cli.main import DesktopRequest
    from core.engine.events import Event

PATIENCE = 20.0
"""Seconds for each step. A cold disk and a virus scanner may make the first start take many."""
LOOPBACK = "127.0.0.1"


class SelfTest:
    """What is tested, with words for each finding; a front with a window adds its own."""

    def __init__(self, page_port: int) -> None:
        """Relay to a page on this port of the loopback."""
        self._page_port = page_port
        self.failed = False
        self.mapping = Mapping(
            name="Self-test",
            listen_host=LOOPBACK,
            listen_ports=PortRange.single(0),  # whatever is free
            target_host=LOOPBACK,
            target_ports=PortRange.single(page_port),
        )

    def say(self, subject: str, text: str, *, good: bool = True) -> None:
        """Print one finding."""
        self.failed = self.failed or not good
        print_line(sys.stdout, f"{'ok' if good else 'FAILED':7} {subject}: {text}")

    def relay(self, port: int) -> None:
        """Ask the page through the mapping, which listens on this port, and directly. Blocks."""
        try:
            began = time.perf_counter()
            through = _fetch(port)
            took = (time.perf_counter() - began) * 1000
            direct = _fetch(self._page_port)
        except (OSError, http.client.HTTPException) as error:
            self.say("relay", f"no answer through {LOOPBACK}:{port}: {error!r}", good=False)
            return
        if through == direct:
            what = f"a page of {len(through)} bytes came through {LOOPBACK}:{port}"
            self.say("relay", f"{what} in {took:.1f} ms")
        else:
            self.say("relay", f"{LOOPBACK}:{port} gave another page than its target", good=False)


def self_test(desktop: Callable[[DesktopRequest], int] | None) -> int:
    """Test, with a window where there is a screen; 0 if all is well, else 1."""
    from core.cli.main import FAILED, OK, DesktopRequest

    with serve_page() as page_port, tempfile.TemporaryDirectory(prefix="portway-test-") as folder:
        test = SelfTest(page_port)
        test.say("program", _about())
        if desktop is not None and has_screen():
            Store(Path(folder)).save(Profile(mappings=(test.mapping,)))
            status = desktop(DesktopRequest(Path(folder), self_test=test))
            test.failed = test.failed or status != OK
        else:
            why = "no screen here" if desktop is not None else "not part of this program"
            test.say("window", f"not tested, {why}")
            _relay_without_window(test)
    print_line(sys.stdout, "Portway does not work here." if test.failed else "Portway works.")
    return FAILED if test.failed else OK


def _about() -> str:
    form = "installed" if getattr(sys, "frozen", False) else "from source"
    return (
        f"Portway {version()}, {form}, engine {_engine_form()}, "
        f"Python {platform.python_version()}, {platform.platform()}"
    )


def _engine_form() -> str:
    """In which form the modules that may be compiled are really there: all, none or some."""
    names = [Path(module).with_suffix("").as_posix().replace("/", ".") for module in (*HOT, *IN_C)]
    compiled = sum(map(_is_compiled, names))
    if compiled == len(names):
        return f"compiled, {compiled} modules"
    return f"compiled in part, {compiled} of {len(names)}" if compiled else "in plain Python"


def _is_compiled(name: str) -> bool:
    try:
        file = importlib.import_module(name).__file__ or ""
    except ImportError:  # one that is in C alone, and that the engine does without
        return False
    return not file.endswith((".py", ".pyc"))


def _relay_without_window(test: SelfTest) -> None:
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    engine = Engine(events.put)
    engine.start()
    engine.submit(SetMappings((test.mapping,)))
    try:
        while True:
            event = events.get(timeout=PATIENCE)
            if isinstance(event, Stopped):
                test.say("relay", f"the engine stopped: {event.report}", good=False)
                return
            if isinstance(event, StateChanged) and event.status.trouble is not None:
                test.say("relay", str(event.status.trouble), good=False)
                return
            if isinstance(event, StateChanged) and event.status.state == State.LISTENING:
                break
        test.relay(event.status.listening[0][1])
    except queue.Empty:
        test.say("relay", f"nothing listened within {PATIENCE:g} seconds", good=False)
    finally:
        engine.submit(Shutdown())
        if not engine.join(PATIENCE):
            test.say("end", "the engine did not end", good=False)


def _fetch(port: int) -> bytes:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read()
    finally:
        connection.close()
