"""Walks the way a client's bytes take and says at each step whether it is open, and what helps.

The way: listener, port owner, network, firewall, name, addresses, connection, first bytes. A
generator for a thread of its own: it yields `Begun` before and `Step` after each step, and ends
soon after `stop` is set. It opens connections to the target and through the listener itself.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from core.config.address import PortRange, format_address
from core.diagnose.first_bytes import first_bytes
from core.diagnose.outside import firewall, reachable
from core.diagnose.patience import CancelledError
from core.diagnose.probe import LookedUp, Tried, probe_target
from core.diagnose.remedies import Change, Remedy, remedy, use_free_ports
from core.diagnose.steps import Begun, Step, Verdict
from core.engine.resolver import is_literal
from core.engine.status import State, TroubleKind
from core.message import message
from core.system.listening import holders, listening

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

    from core.config.mapping import Mapping
    from core.engine.status import Status
    from core.system.listening import Listening

LISTENER = message("Listener")
OWNER = message("Owner of the port")
FIRST_BYTES = message("First bytes through the listener")

OF_THE_TARGET = frozenset(
    {
        TroubleKind.NAME_NOT_FOUND,
        TroubleKind.TARGET_REFUSED,
        TroubleKind.TARGET_TIMED_OUT,
        TroubleKind.TARGET_UNREACHABLE,
    }
)


def diagnose(
    mapping: Mapping,
    status: Status,
    others: Sequence[Mapping],
    stop: threading.Event,
    ours: int | None = None,
) -> Iterator[Begun | Step]:
    """Walk the whole way; `status` is what the engine says of the mapping.

    `ours` is the process that the engine runs in: this one, where nothing is said.
    """
    try:
        yield from _walk(mapping, status, others, stop, os.getpid() if ours is None else ours)
    except CancelledError:
        return


def _walk(
    mapping: Mapping, status: Status, others: Sequence[Mapping], stop: threading.Event, ours: int
) -> Iterator[Begun | Step]:
    yield Begun(LISTENER)
    yield _listener(mapping, status, others)
    yield Begun(OWNER)
    held: dict[str, tuple[Listening, ...]] = {}
    for kind in mapping.protocols:
        held[kind] = listening(kind)
        yield _owner(mapping, kind, held[kind], status, others, ours)
        _go_on(stop)
    yield from reachable(mapping)
    yield from firewall(mapping)
    _go_on(stop)
    reached = False
    beside = [
        one for one in others if one.enabled and one.id != mapping.id and _has(one, held, ours)
    ]
    for target in mapping.targets:
        yield Begun(message("Target {target}", target=str(target)))
        for found in probe_target(target, mapping, stop, beside):
            step = _name(found, mapping) if isinstance(found, LookedUp) else _tried(found, mapping)
            reached |= isinstance(found, Tried) and found.trouble is None
            yield step
    yield Begun(FIRST_BYTES)
    yield first_bytes(FIRST_BYTES, mapping, status, stop, reached=reached)


def _has(mapping: Mapping, held: dict[str, tuple[Listening, ...]], ours: int) -> bool:
    """Whether this one does listen: what is switched on may still wait for its port."""
    return any(
        found.pid == ours
        for kind in mapping.protocols
        for found in holders(held.get(kind, ()), mapping.listen_host, mapping.listen_ports)
    )


def _go_on(stop: threading.Event) -> None:
    if stop.is_set():
        raise CancelledError


# -- the listener -----------------------------------------------------------------------------


def _listener(mapping: Mapping, status: Status, others: Sequence[Mapping]) -> Step:
    trouble = status.trouble
    if trouble is not None and trouble.kind in OF_THE_TARGET and status.listening:
        trouble = None  # that is a later step's
    where = ", ".join(format_address(*place) for place in status.listening)
    if status.state is State.OFF:
        text = message("This mapping is switched off; it does not listen.")
        if not mapping.enabled:
            help_ = Remedy(message("Switch it on."))
        else:
            help_ = Remedy(message("Wait a moment and diagnose it again."))
        return Step(LISTENER, Verdict.FAILED, text, help_)
    if trouble is not None:
        verdict = Verdict.UNSURE if status.listening else Verdict.FAILED
        return Step(LISTENER, verdict, trouble.reason, remedy(trouble, mapping, others))
    if not status.listening and status.state is State.STARTING:
        text = message("It does not listen yet: it is starting.")
        help_ = Remedy(message("Wait a moment and diagnose it again."))
        return Step(LISTENER, Verdict.UNSURE, text, help_)
    text = message("Portway listens on {addresses}.", addresses=where or str(mapping.listen))
    return Step(LISTENER, Verdict.OK, text)


def _owner(
    mapping: Mapping,
    kind: str,
    held: tuple[Listening, ...],
    status: Status,
    others: Sequence[Mapping],
    ours: int,
) -> Step:
    """Who holds the ports, all of a range, by one look at what listens."""
    ports = mapping.listen_ports
    if not ports.first:  # any free one: the one that the engine got
        ports = PortRange.single(status.listening[0][1] if status.listening else 0)
    found = holders(held, mapping.listen_host, ports)
    port = f"{kind.upper()} {ports}"
    if not found:
        if status.listening:
            text = message("This system does not tell who holds {port}.", port=port)
            return Step(OWNER, Verdict.SKIPPED, text)
        return Step(OWNER, Verdict.OK, message("{port} is free.", port=port))
    our_ports = {one.port for one in found if one.pid == ours}
    # Of a port that we hold, another may hold the same number on another address.
    others_hold = [one for one in found if one.port not in our_ports]
    if not others_hold:
        return Step(OWNER, Verdict.OK, message("Portway itself holds {port}.", port=port))
    one = others_hold[0]
    taken = len({one.port for one in others_hold})
    values = {
        "port": f"{kind.upper()} {one.port}",
        "name": one.name or message("a program"),
        "pid": one.pid,
        "count": taken,
    }
    if not one.pid:
        text = message(
            "A program of another user, which this system does not name, holds {port}.", **values
        )
    elif taken > 1:
        text = message(
            "Other programs hold {count} of these ports; the first is {port}, of {name}.", **values
        )
    else:
        text = message("{name} (process {pid}) holds {port}.", **values)
    help_ = Remedy(
        message("End that program, or choose another port."), (), use_free_ports(mapping, others)
    )
    return Step(OWNER, Verdict.FAILED, text, help_)


# -- the target -------------------------------------------------------------------------------


def _name(found: LookedUp, mapping: Mapping) -> Step:
    title = message("Name of {target}", target=str(found.target))
    if found.trouble is not None:
        help_ = remedy(found.trouble, mapping)
        return Step(title, Verdict.FAILED, found.words, help_)
    literal = is_literal(found.target.host)
    return Step(title, Verdict.SKIPPED if literal else Verdict.OK, found.words)


def _tried(found: Tried, mapping: Mapping) -> Step:
    title = message("Connection to {address}", address=found.address)
    if found.trouble is not None:
        help_ = _only_for_the_first(remedy(found.trouble, mapping), found, mapping)
        return Step(title, Verdict.FAILED, found.words, help_)
    verdict = Verdict.OK if found.answered else Verdict.UNSURE
    return Step(title, verdict, found.words)


def _only_for_the_first(help_: Remedy, found: Tried, mapping: Mapping) -> Remedy:
    """Changes name the first target's fields; they are no help for another one."""
    changes: tuple[Change, ...] = help_.changes if found.target == mapping.target else ()
    return Remedy(help_.text, help_.commands, changes)
