"""Client for API Gateway's `@connections`: posts frames to WebSocket connections and closes them.

`post` and `close` begin a request, `answers` drives all of them and gives back those that have ended; only
`answers` waits, no thread is needed.

At least once: when a channel that was used before dies before a byte of the answer has come, the request is
sent again on a fresh one. The first may have been delivered, so a member can get a frame twice, as after a
time-out that the caller tries again.
"""

import hashlib
import http.client
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote, urlsplit

import certifi

from shared.aws.channel import Exchange
from shared.aws.channels import Channels
from shared.aws.sigv4 import Credentials, Signer

ACCEPTED = (200, 204)  # of POST and of DELETE, API Gateway's "Use @connections commands"
USUAL_ID = re.compile(r"[A-Za-z0-9_-]+=*")


@dataclass(frozen=True, slots=True)
class Frame:
    """The body of one WebSocket frame, hashed once per message instead of once per connection.

    Attributes:
        digest: lower-case hex SHA-256 of `body`, as SigV4 wants it.
    """

    body: bytes
    digest: str

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Hash the body."""
        return cls(body, hashlib.sha256(body).hexdigest())


NOTHING = Frame.of(b"")


@dataclass(slots=True)
class Answer:
    """How one request ended.

    Attributes:
        tag: what the caller gave when it began the request.
        status: the HTTP status; None if there was no answer (time-out, reset, refused, not HTTP).
        reason: a few words for logs and metrics; empty on success.
    """

    tag: Any
    status: int | None
    reason: str


class PoolExhausted(Exception):
    """More requests were begun at once than the client has connections."""


class CallbackClient:
    """The `@connections` endpoint of one API stage, with its channels, TLS sessions and signing key.

    Make one per process: what it holds is worth keeping across warm invocations.

    Args:
        callback_url: `https://{api}.execute-api.{region}.amazonaws.com/{stage}`.
        credentials: such as botocore's `get_frozen_credentials`; called at most once a second.
        max_connections: how many requests can be in flight.
        clock: seconds since the epoch, for the signature.
        ca_file: the authorities that may vouch for the endpoint.
    """

    def __init__(
        self,
        callback_url: str,
        *,
        region: str,
        credentials: Callable[[], Credentials],
        max_connections: int,
        clock: Callable[[], float] = time.time,
        ca_file: str | None = None,
    ) -> None:
        address = urlsplit(callback_url)
        self._path = f"{address.path.rstrip('/')}/@connections/"
        self._canonical_path = quote(self._path)
        self._after_path = (
            f" HTTP/1.1\r\nHost: {address.netloc}\r\nUser-Agent: serverless-chat\r\nContent-Length: "
        )
        self._signer = Signer(
            host=address.netloc, region=region, service="execute-api", credentials=credentials, clock=clock
        )
        self._capacity = max_connections
        self._channels = Channels(callback_url, ca_file=ca_file or certifi.where())

    @property
    def capacity(self) -> int:
        """How many requests can be in flight."""
        return self._capacity

    @property
    def in_flight(self) -> int:
        """How many requests are begun and not yet answered."""
        return self._channels.in_flight

    def post(self, connection_id: str, frame: Frame, *, timeout_seconds: float, tag: object) -> None:
        """Begin to post `frame` to a connection.

        Raises:
            PoolExhausted: `max_connections` requests are in flight.
        """
        self._begin("POST", connection_id, frame, timeout_seconds, tag)

    def close(self, connection_id: str, *, timeout_seconds: float, tag: object) -> None:
        """Begin to close a connection; the client sees its WebSocket closed by the server.

        Raises:
            PoolExhausted: `max_connections` requests are in flight.
        """
        self._begin("DELETE", connection_id, NOTHING, timeout_seconds, tag)

    def answers(self, wait_seconds: float) -> list[Answer]:
        """Drive all requests until at least one has ended or `wait_seconds` are over; return those ended."""
        return [_answer(ended) for ended in self._channels.ended(wait_seconds)]

    def abandon(self) -> None:
        """Forget all requests in flight. Those that have left may still be delivered."""
        self._channels.abandon()

    def _begin(self, method: str, connection_id: str, frame: Frame, timeout: float, tag: object) -> None:
        if self.in_flight >= self._capacity:
            raise PoolExhausted(f"{self.in_flight} requests are in flight")
        wire_id = _percent_encoded(connection_id)
        # nothing is left but unreserved characters and `%`, so encoding once more means encoding `%`
        canonical_path = self._canonical_path + wire_id.replace("%", "%25")
        headers = "\r\n".join(self._signer.sign(method, canonical_path, frame.digest))
        head = f"{method} {self._path}{wire_id}{self._after_path}{len(frame.body)}\r\n{headers}\r\n\r\n"
        now = time.monotonic()
        self._channels.begin(Exchange(head.encode() + frame.body, now + timeout, tag), now)


def _answer(ended: Exchange) -> Answer:
    if ended.status is None:
        return Answer(ended.tag, None, ended.failure)
    reason = "" if ended.status in ACCEPTED else _error_name(ended.status, ended.body)
    return Answer(ended.tag, ended.status, reason)


def _percent_encoded(connection_id: str) -> str:
    if USUAL_ID.fullmatch(connection_id):  # a third of the time `quote` takes
        return connection_id.replace("=", "%3D")
    return quote(connection_id, safe="")


def _error_name(status: int, body: bytes) -> str:
    try:
        message = json.loads(body)["message"]
    except (ValueError, KeyError, TypeError):
        message = http.client.responses.get(status, "")
    return f"{status} {message}"
