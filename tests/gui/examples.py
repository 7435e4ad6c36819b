"""Mappings and troubles that the tests of the front end talk about."""

from __future__ import annotations

from typing import Any

from core.config.address import PortRange
from core.config.mapping import Mapping
from core.engine.status import PortOwner, State, Status, Trouble, TroubleKind
from core.message import message


def mapping(name: str, listen: int | str = 8080, target: int | str = 80, **more: Any) -> Mapping:
    """A mapping whose id is its name."""
    return Mapping(
        **{
            "id": name,
            "name": name,
            "listen_ports": PortRange.parse(str(listen)),
            "target_host": "example.org",
            "target_ports": PortRange.parse(str(target)),
            **more,
        }
    )


PORT_IN_USE = Status(
    State.WAITING,
    Trouble(
        TroubleKind.PORT_IN_USE,
        "127.0.0.1:8080",
        message("{address} is in use by {name} (process {pid}).", address="127.0.0.1:8080",
                name="nginx", pid=812),
        message("End that program or choose another port."),
        PortOwner(812, "nginx"),
    ),
)  # fmt: skip
