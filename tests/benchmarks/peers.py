"""The relays that can be measured and the smallest fair configuration of each; runs none of them.

Fair means: one process or thread that relays, as Portway has; each program's own defaults, but for
limits and time-outs that would end the measurement, and no logs.
"""

import dataclasses
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core import compiled

Kind = Literal["direct", "floor", "portway", "peer", "extra"]
Command = Sequence[str | Path]


@dataclass(frozen=True)
class Wiring:
    """Where a relay is to listen and connect (ports on 127.0.0.1), and its private folder."""

    listen: int
    target: int
    connections: int
    directory: Path
    udp: bool = False
    """Whether it is to forward datagrams instead of connections."""
    once: bool = False
    """Whether each client will say one thing only."""


@dataclass(frozen=True)
class Relay:
    """One row of the tables: a name and how to start it; `processes` counts its workers, too."""

    name: str
    kind: Kind
    command: Callable[[Wiring], Command]
    version: str = ""
    processes: int = 1
    udp: bool = True
    """Whether it can forward datagrams."""


class Unavailable(Exception):  # noqa: N818 - a state of this machine, not a fault
    """This relay cannot be measured here, and why."""


def _output(*command: str) -> str:
    """Return what a program says of itself, on whichever stream."""
    if shutil.which(command[0]) is None:
        raise Unavailable("not installed")
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    return done.stdout + done.stderr


def _version(text: str) -> str:
    found = re.search(r"\d+\.\d+(\.\d+)?", text)
    return found.group() if found else ""


def direct() -> Relay:
    """Use no relay at all: the generator talks to its own target."""
    return Relay("direct", "direct", lambda wiring: [])


def floor(executable: Path, for_datagrams: Path) -> Relay:
    """Run the C floor, as compiled, or that for datagrams."""

    def command(w: Wiring) -> Command:
        return [for_datagrams if w.udp else executable, str(w.listen), str(w.target)]

    return Relay("floor", "floor", command)


def portway(program: Sequence[str] = ()) -> Relay:
    """Run Portway from this working tree, or another build of it given by its command line."""
    start = list(program) or [sys.executable, "-m", "core"]

    def command(w: Wiring) -> Command:
        places = f"127.0.0.1:{w.listen}", f"127.0.0.1:{w.target}"
        return [*start, "forward", *["--udp"] * w.udp, *places]

    return Relay("portway", "portway", command)


def portway_plain() -> Relay:
    """Run this working tree as plain Python, where `portway` is its compiled engine."""
    if not compiled.folder().is_dir():
        raise Unavailable("the engine is not compiled: `portway` is plain Python itself")
    start = ["env", f"{compiled.PLAIN}=1", sys.executable, "-m", "core"]
    return dataclasses.replace(portway(start), name="plain", kind="extra")


def extra(text: str) -> Relay:
    """Run any other program: `NAME=COMMAND LINE` with {listen} and {target} for the ports."""
    name, _, line = text.partition("=")
    if not name or "{listen}" not in line or "{target}" not in line:
        raise ValueError("expected NAME=COMMAND with {listen} and {target} for the ports")
    words = shlex.split(line)

    def command(w: Wiring) -> Command:
        ports = {"{listen}": str(w.listen), "{target}": str(w.target)}
        return [re.sub(r"\{listen\}|\{target\}", lambda m: ports[m[0]], word) for word in words]

    return Relay(name, "extra", command, udp=False)


def haproxy() -> Relay:
    """Configure HAProxy with one thread; splice-auto is its own way of relaying without copies.

    Left to itself it reserves a pipe for every fourth connection, and will not start with 10,000
    where files are limited; the bulk streams need 16.
    """
    version = _version(_output("haproxy", "-v"))

    def command(w: Wiring) -> Command:
        config = w.directory / "haproxy.cfg"
        config.write_text(
            f"""\
global
    nbthread 1
    maxconn {w.connections}
    maxpipes 64
defaults
    mode tcp
    option splice-auto
    timeout connect 5s
    timeout client 1h
    timeout server 1h
listen benchmark
    bind 127.0.0.1:{w.listen} backlog 4096
    maxconn {w.connections}
    server target 127.0.0.1:{w.target}
"""
        )
        return ["haproxy", "-db", "-f", config]

    return Relay("haproxy", "peer", command, version, udp=False)


def nginx() -> Relay:
    """Configure nginx's stream module with one worker; its master process is counted as well.

    For UDP it gets the buffer that Portway asks for. It cannot make room, so that where clients
    say one thing only, it is told that one answer ends a session.
    """
    build = _output("nginx", "-V")
    modules = re.search(r"--modules-path=(\S+)", build)
    load = ""
    if "--with-stream=dynamic" in build:
        module = Path(modules.group(1) if modules else "modules") / "ngx_stream_module.so"
        if module.is_absolute() and not module.exists():
            raise Unavailable("its stream module is not installed")
        load = f"load_module {module};"
    elif "--with-stream" not in build.split():
        raise Unavailable("built without its stream module")

    def command(w: Wiring) -> Command:
        listen = f"127.0.0.1:{w.listen} " + ("udp rcvbuf=1m" if w.udp else "backlog=4096")
        responses = "proxy_responses 1;" if w.once else ""
        config = w.directory / "nginx.conf"
        config.write_text(
            f"""\
{load}
daemon off;
worker_processes 1;
pid {w.directory}/nginx.pid;
error_log stderr crit;
events {{
    worker_connections {2 * w.connections + 64};
}}
stream {{
    server {{
        listen {listen};
        proxy_pass 127.0.0.1:{w.target};
        proxy_timeout 1h;
        {responses}
    }}
}}
"""
        )
        return ["nginx", "-e", "stderr", "-p", w.directory, "-c", config]

    return Relay("nginx", "peer", command, _version(build), processes=2)


def rinetd() -> Relay:
    """Configure rinetd, which has nothing to tune."""
    version = _version(_output("rinetd", "-v"))

    def command(w: Wiring) -> Command:
        config = w.directory / "rinetd.conf"
        config.write_text(
            f"pidlogfile {w.directory}/rinetd.pid\n127.0.0.1 {w.listen} 127.0.0.1 {w.target}\n"
        )
        return ["rinetd", "-f", "-c", config]

    return Relay("rinetd", "peer", command, version, udp=False)


PEERS: dict[str, Callable[[], Relay]] = {
    "plain": portway_plain,
    "haproxy": haproxy,
    "nginx": nginx,
    "rinetd": rinetd,
}
NAMES = ("direct", "floor", "portway", *PEERS)
