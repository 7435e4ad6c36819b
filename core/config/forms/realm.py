"""The configuration of realm, as TOML or JSON; what Portway has nothing like is left out."""

from __future__ import annotations

import tomllib
from typing import Any

import msgspec

from core.config.address import AddressError, parse_listen, parse_target
from core.config.forms.reading import ExchangeError, Reading, plain_mapping, shown
from core.config.mapping import Policy, Protocol, ProxyProtocol, Target
from core.message import message


class _Network(msgspec.Struct, frozen=True):
    """What holds for all endpoints, or one; None where nothing is said."""

    no_tcp: bool | None = None
    use_udp: bool | None = None
    tcp_timeout: float | None = None
    udp_timeout: float | None = None
    tcp_keepalive: float | None = None
    send_proxy: bool | None = None
    send_proxy_version: int | None = None


class _Endpoint(msgspec.Struct, frozen=True):
    listen: str
    remote: str
    extra_remotes: tuple[str, ...] = ()
    balance: str = ""
    through: str = ""
    interface: str = ""
    listen_interface: str = ""
    listen_transport: str = ""
    remote_transport: str = ""
    network: _Network = _Network()


class _Config(msgspec.Struct, frozen=True):
    endpoints: tuple[_Endpoint, ...]
    network: _Network = _Network()


def read_toml(text: str) -> Reading:
    """Read realm's TOML; raises `ExchangeError`."""
    try:
        return read_values(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        fault = message("This looks like realm's TOML, but cannot be read: {why}.", why=str(error))
        raise ExchangeError(fault) from None


def read_values(values: object) -> Reading:
    """Read what TOML or JSON held; raises `ExchangeError`."""
    try:
        config = msgspec.convert(values, _Config)
    except msgspec.ValidationError as error:
        fault = message("This looks like realm's, but is not: {why}.", why=str(error))
        raise ExchangeError(fault) from None
    reading = Reading()
    for number, endpoint in enumerate(config.endpoints, 1):
        try:
            _take(number, endpoint, config.network, reading)
        except AddressError as error:
            text = "Endpoint {number}, “{line}”: {why}"
            line = shown(endpoint.listen)
            raise ExchangeError(
                message(text, number=number, line=line, why=error.message)
            ) from None
    return reading


def _take(number: int, endpoint: _Endpoint, network: _Network, reading: Reading) -> None:
    transports = endpoint.listen_transport or endpoint.remote_transport
    if transports:
        text = "Left out endpoint {number}, “{line}”: Portway does not encrypt ({what})."
        reading.notices.append(
            message(text, number=number, line=shown(endpoint.listen), what=shown(transports))
        )
        return
    own = msgspec.structs.asdict(endpoint.network)
    general = msgspec.structs.asdict(network)
    values = {name: value if value is not None else general[name] for name, value in own.items()}
    fields = _fields(values)
    more = [parse_target(one) for one in endpoint.extra_remotes]
    if more:
        fields["more_targets"] = tuple(Target(one.host, one.ports) for one in more)
        if endpoint.balance.partition(":")[0].strip() not in ("", "off"):
            fields["policy"] = Policy.ROUND_ROBIN
    listen = parse_listen(endpoint.listen)
    if endpoint.listen_interface:
        listen = parse_listen(f"{endpoint.listen_interface}:{listen.ports}")
    through = _address(endpoint.through)
    if through not in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        fields["source_address"] = through
    if endpoint.interface:
        text = "Endpoint {number}: Portway chooses no interface ({name}) to connect by."
        reading.notices.append(message(text, number=number, name=shown(endpoint.interface)))
    protocol = Protocol.TCP
    if values["use_udp"]:
        protocol = Protocol.UDP if values["no_tcp"] else Protocol.BOTH
    if fields.get("proxy_protocol") is ProxyProtocol.V1 and protocol is not Protocol.TCP:
        fields["proxy_protocol"] = ProxyProtocol.V2
    reading.take(plain_mapping(listen, parse_target(endpoint.remote), protocol, **fields))


def _fields(values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if values["tcp_timeout"]:
        found["connect_timeout"] = float(values["tcp_timeout"])
    if values["udp_timeout"]:
        found["udp_timeout"] = float(values["udp_timeout"])
    if values["tcp_keepalive"] == 0:
        found["keepalive"] = False
    if values["send_proxy"]:
        first = values["send_proxy_version"] == 1
        found["proxy_protocol"] = ProxyProtocol.V1 if first else ProxyProtocol.V2
    return found


def _address(text: str) -> str:
    """An address that may carry a port."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
