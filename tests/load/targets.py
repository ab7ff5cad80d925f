"""Where a swarm may go: to this machine, or to addresses that someone has listed as theirs."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

# Beyond this a swarm on AWS costs money that one notices.
ASK_BEYOND_CONNECTIONS = 1_000
LAST_PORT = 65_535


class ForeignTarget(Exception):
    """The address is neither loopback nor listed as one's own, or nobody agreed to so large a swarm."""


class InvalidAddress(Exception):
    """The text is no `host:port`."""


def address_of(text: str) -> tuple[str, int]:
    """Host and port.

    Raises:
        InvalidAddress: see there.
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > LAST_PORT:
        raise InvalidAddress(f"{text} is not host:port")
    return host, int(port)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where tokens come from; `password` is that of every user in `usernames`. `endpoint` is None for AWS."""

    endpoint: str | None
    region: str
    user_pool_id: str
    client_id: str
    usernames: tuple[str, ...]
    password: str


@dataclass(frozen=True, slots=True)
class Target:
    """A WebSocket address, and how to sign in there; None in mock mode."""

    url: str
    sign_in: SignIn | None = None

    @property
    def is_loopback(self) -> bool:
        host = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def is_billed(target: Target) -> bool:
    """Return whether a swarm there costs money: neither on this machine nor at a private address."""
    try:
        address = ipaddress.ip_address(urlsplit(target.url).hostname or "")
    except ValueError:
        return not target.is_loopback
    return not address.is_private


def handshake_of(
    target: Target, room: str, name: str, token: str | None, *, v1: bool
) -> tuple[str, list[str]]:
    """Return the address and the sub-protocols with which a member connects to its room."""
    query = {"roomId": room}
    if token is None:
        query |= {"userId": name, "username": name}
    elif v1:
        query["token"] = token
    offered = [] if v1 else ["chat.v2"] + ([f"bearer.{token}"] if token else [])
    return f"{target.url}?{urlencode(query)}", offered


def refuse_foreign(target: Target, connections: int, own_targets: Path, agree: Callable[[str], bool]) -> None:
    """Return if the swarm may go there.

    Args:
        own_targets: a file with one host name a line, those that are one's own.
        agree: asks the question given; whether the answer is yes.

    Raises:
        ForeignTarget: it may not.
    """
    parts = urlsplit(target.url)
    if parts.scheme not in {"ws", "wss"} or not parts.hostname:
        raise ForeignTarget(f"{target.url} is no WebSocket address (ws:// or wss://)")
    if target.is_loopback:
        return
    listed = own_targets.read_text(encoding="utf-8").split() if own_targets.exists() else []
    if parts.hostname not in listed:
        raise ForeignTarget(f"{parts.hostname} is not this machine and not listed in {own_targets}")
    if connections > ASK_BEYOND_CONNECTIONS and not agree(
        f"Open {connections} connections to {parts.hostname}? AWS bills for them."
    ):
        raise ForeignTarget(f"nobody agreed to {connections} connections to {parts.hostname}")
