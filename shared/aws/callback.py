"""Client for API Gateway's `@connections`: posts frames to WebSocket connections and closes them.

libcurl's multi interface does the I/O: pool, TLS, time-outs, reconnects. `post` and `close` begin a request,
`answers` drives all of them and gives back those that have ended; only `answers` waits, no thread is needed.

At least once: when a kept-alive connection dies before a byte of the answer has come, libcurl sends the
request again on a fresh one. The first may have been delivered, so a member can get a frame twice, as after a
time-out that the caller tries again.
"""

import hashlib
import http.client
import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote, urlsplit

import certifi
import pycurl

from shared.aws.sigv4 import Credentials, Signer

CONNECT_TIMEOUT_SECONDS = 1.0
IDLE_SECONDS = 60  # a NAT gateway drops idle flows after 350 s without a word, so older ones are not trusted
UNWANTED_HEADERS = ["Accept:", "Content-Type:"]  # libcurl's defaults; the latter would call a frame a form
ACCEPTED = (200, 204)  # of POST and of DELETE, API Gateway's "Use @connections commands"
USUAL_ID = re.compile(r"[A-Za-z0-9_-]+=*")
TIMED_OUT = "timed out"
REASON_BYTES = 256  # of an error's body, enough to name it


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
    """The `@connections` endpoint of one API stage, with its connections, TLS sessions and signing key.

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
        path = f"{address.path.rstrip('/')}/@connections/"
        self._url = f"{address.scheme}://{address.netloc}{path}"
        self._canonical_path = quote(path)
        self._signer = Signer(
            host=address.netloc, region=region, service="execute-api", credentials=credentials, clock=clock
        )
        self._ca_file = ca_file or certifi.where()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, max_connections)
        self._idle = [self._new_channel() for _ in range(max_connections)]
        self._busy: dict[pycurl.Curl, _Channel] = {}

    @property
    def capacity(self) -> int:
        """How many requests can be in flight."""
        return len(self._busy) + len(self._idle)

    @property
    def in_flight(self) -> int:
        """How many requests are begun and not yet answered."""
        return len(self._busy)

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
        give_up = time.monotonic() + wait_seconds
        while True:
            self._multi.perform()
            answers = self._finished()
            wait = give_up - time.monotonic()
            if answers or wait <= 0:
                return answers
            if self._busy:
                libcurl_ms = self._multi.timeout()  # `select` would sleep through libcurl's own time-outs
                self._multi.select(wait if libcurl_ms < 0 else min(wait, libcurl_ms / 1000))
            else:
                time.sleep(wait)

    def abandon(self) -> None:
        """Forget all requests in flight. Those that have left may still be delivered."""
        for channel in list(self._busy.values()):
            self._replace(channel)

    def _begin(self, method: str, connection_id: str, frame: Frame, timeout: float, tag: object) -> None:
        if not self._idle:
            raise PoolExhausted(f"{len(self._busy)} requests are in flight")
        wire_id = _percent_encoded(connection_id)
        # nothing is left but unreserved characters and `%`, so encoding once more means encoding `%`
        canonical_path = self._canonical_path + wire_id.replace("%", "%25")
        headers = self._signer.sign(method, canonical_path, frame.digest)
        channel = self._idle.pop()
        channel.load(method, self._url + wire_id, headers, frame, timeout)
        channel.tag = tag
        self._busy[channel.curl] = channel
        self._multi.add_handle(channel.curl)

    def _finished(self) -> list[Answer]:
        answers: list[Answer] = []
        remaining = 1
        while remaining:
            remaining, completed, failed = self._multi.info_read()
            answers += [self._completed(self._busy[curl]) for curl in completed]
            for curl, code, message in failed:
                channel = self._busy[curl]
                answers.append(Answer(channel.tag, None, _failure(code, message)))
                self._replace(channel)
        return answers

    def _completed(self, channel: "_Channel") -> Answer:
        status = channel.curl.getinfo(pycurl.RESPONSE_CODE)
        reason = "" if status in ACCEPTED else _error_name(status, channel.body)
        answer = Answer(channel.tag, status, reason)
        self._multi.remove_handle(channel.curl)
        del self._busy[channel.curl]
        channel.tag = None
        self._idle.append(channel)
        return answer

    def _replace(self, channel: "_Channel") -> None:
        self._multi.remove_handle(channel.curl)
        del self._busy[channel.curl]
        channel.curl.close()
        self._idle.append(self._new_channel())

    def _new_channel(self) -> "_Channel":
        return _Channel(self._ca_file)


class _Channel:
    """One reusable easy handle and the request it carries."""

    def __init__(self, ca_file: str) -> None:
        self.tag: object = None
        self.body = bytearray()
        self._method = "POST"
        self._frame = NOTHING
        self._timeout_ms = 0
        self.curl = curl = pycurl.Curl()
        curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        curl.setopt(pycurl.CAINFO, os.fsencode(ca_file))  # pycurl takes text for ASCII
        curl.setopt(
            pycurl.PROXY, ""
        )  # neither the loopback edge nor a NAT is reached through a proxy of the environment
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.TCP_NODELAY, 1)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, int(CONNECT_TIMEOUT_SECONDS * 1000))
        curl.setopt(pycurl.MAXAGE_CONN, IDLE_SECONDS)
        curl.setopt(pycurl.USERAGENT, "serverless-chat")
        curl.setopt(pycurl.WRITEFUNCTION, self._read_body)
        curl.setopt(pycurl.POSTFIELDS, b"")

    def load(self, method: str, url: str, headers: list[str], frame: Frame, timeout_seconds: float) -> None:
        curl = self.curl
        if method != self._method:
            curl.setopt(pycurl.CUSTOMREQUEST, method)
            self._method = method
        if frame is not self._frame:
            curl.setopt(pycurl.POSTFIELDS, frame.body)
            self._frame = frame
        timeout_ms = max(1, int(timeout_seconds * 1000))  # libcurl takes 0 for "never"
        if timeout_ms != self._timeout_ms:
            curl.setopt(pycurl.TIMEOUT_MS, timeout_ms)
            self._timeout_ms = timeout_ms
        curl.setopt(pycurl.URL, url)
        curl.setopt(pycurl.HTTPHEADER, headers + UNWANTED_HEADERS)
        if self.body:
            self.body.clear()

    def _read_body(self, chunk: bytes) -> None:
        self.body += chunk[: REASON_BYTES - len(self.body)]


def _percent_encoded(connection_id: str) -> str:
    if USUAL_ID.fullmatch(connection_id):  # a third of the time `quote` takes
        return connection_id.replace("=", "%3D")
    return quote(connection_id, safe="")


def _error_name(status: int, body: bytearray) -> str:
    try:
        message = json.loads(body)["message"]
    except (ValueError, KeyError, TypeError):
        message = http.client.responses.get(status, "")
    return f"{status} {message}"


def _failure(code: int, message: str) -> str:
    match code:
        case pycurl.E_OPERATION_TIMEDOUT:
            return TIMED_OUT
        case pycurl.E_COULDNT_CONNECT:
            return "connection refused"
        case pycurl.E_RECV_ERROR | pycurl.E_SEND_ERROR | pycurl.E_GOT_NOTHING | pycurl.E_PARTIAL_FILE:
            return "connection reset"
        case _:
            return message or f"libcurl error {code}"
