"""Lambda proxy events with the fields API Gateway sends for WebSocket APIs.

Sources: API Gateway developer guide, "Set up a WebSocket API integration request"; the recorded events of
aws-lambda-rust-runtime (`example-apigw-websocket-request*.json`), which also show that `extendedRequestId`
equals `requestId` and which headers a DISCONNECT carries.
"""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from infra.edge.settings import EdgeSettings

Event = dict[str, Any]
HOP_BY_HOP_HEADERS = frozenset({"connection", "upgrade"})


@dataclass(frozen=True, slots=True)
class Client:
    """Who is at the other end of a connection; `connected_at` is in epoch milliseconds."""

    connection_id: str
    connected_at: int
    source_ip: str
    user_agent: str | None

    @property
    def identity(self) -> dict[str, str]:
        """`requestContext.identity` of every event."""
        agent = {} if self.user_agent is None else {"userAgent": self.user_agent}
        return {"sourceIp": self.source_ip, **agent}


def new_id() -> str:
    """Return an id of the form AWS gives connections, requests and messages: 11 random bytes, base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(11)).decode()


def connect_event(
    settings: EdgeSettings,
    client: Client,
    headers: Iterable[tuple[str, str]],
    query: str,
    *,
    request_id: str,
    now: int,
) -> Event:
    """Return the event of `$connect`; `headers` and `query` are the handshake's, `now` is epoch ms.

    Of a repeated header or parameter the last value counts, the `multiValue` form has them all. The query
    fields are left out if there is no query.
    """
    forwarded = [
        ("X-Amzn-Trace-Id", f"Root=1-{now // 1000:08x}-{secrets.token_hex(12)}"),
        ("X-Forwarded-For", client.source_ip),
        ("X-Forwarded-Proto", "http"),
    ]
    kept = [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP_HEADERS] + forwarded
    parameters = parse_qsl(query, keep_blank_values=True)
    return {
        "headers": dict(kept),
        "multiValueHeaders": _grouped(kept),
        **(
            {
                "queryStringParameters": dict(parameters),
                "multiValueQueryStringParameters": _grouped(parameters),
            }
            if parameters
            else {}
        ),
        "requestContext": _context(settings, client, "$connect", "CONNECT", request_id=request_id, now=now),
        "isBase64Encoded": False,
    }


def message_event(
    settings: EdgeSettings, client: Client, route_key: str, body: str, *, request_id: str, now: int
) -> Event:
    """Return the event of one text message; `now` is in epoch milliseconds."""
    context = _context(settings, client, route_key, "MESSAGE", request_id=request_id, now=now)
    return {
        "requestContext": {**context, "messageId": new_id()},
        "body": body,
        "isBase64Encoded": False,
    }


def disconnect_event(
    settings: EdgeSettings, client: Client, code: int, reason: str, *, request_id: str, now: int
) -> Event:
    """Return the event of `$disconnect`; `code` is the WebSocket close code, `now` is epoch ms."""
    headers = [("Host", settings.domain_name), ("x-api-key", ""), ("X-Forwarded-For", ""), ("x-restapi", "")]
    context = _context(settings, client, "$disconnect", "DISCONNECT", request_id=request_id, now=now)
    return {
        "headers": dict(headers),
        "multiValueHeaders": _grouped(headers),
        "requestContext": {**context, "disconnectStatusCode": code, "disconnectReason": reason},
        "isBase64Encoded": False,
    }


def _context(
    settings: EdgeSettings, client: Client, route_key: str, event_type: str, *, request_id: str, now: int
) -> Event:
    return {
        "routeKey": route_key,
        "eventType": event_type,
        "extendedRequestId": request_id,
        "requestTime": datetime.fromtimestamp(now / 1000, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "messageDirection": "IN",
        "stage": settings.stage,
        "connectedAt": client.connected_at,
        "requestTimeEpoch": now,
        "identity": client.identity,
        "requestId": request_id,
        "domainName": settings.domain_name,
        "connectionId": client.connection_id,
        "apiId": settings.api_id,
    }


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped
