"""API Gateway's WebSocket events, and how a frame is answered by route response."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared.observability import Event, Handler, Observability
from shared.protocol.frames import Frame, parse_frame, request_id_of
from shared.protocol.refusals import Refusal, Unavailable
from shared.protocol.replies import Reply, encode, error
from shared.refusing import tell
from shared.tolerance import Tolerance

Answer = dict[str, Any]
Act = Callable[[Frame, str], Reply | None]
"""From a frame and its connection id to the reply, or None for silence. Raises a Refusal."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """What `$connect` gets: lower-case headers, and the query."""

    connection_id: str
    headers: dict[str, str]
    query: dict[str, str]
    connected_at: int


def connection_id_of(event: Event) -> str:
    """Return the id of the connection that an event is about."""
    identifier: str = event["requestContext"]["connectionId"]
    return identifier


def handshake_of(event: Event) -> Handshake:
    """Return the handshake in a `$connect` event. `connected_at` is epoch ms."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    query = event.get("queryStringParameters") or {}
    return Handshake(connection_id_of(event), headers, query, event["requestContext"]["connectedAt"])


def answering(act: Act, observe: Observability, tolerance: Tolerance) -> Handler:
    """Make a handler that answers each frame with the reply of `act`, or with why it is refused.

    `tolerance` ends with connections that are refused again and again.
    It never fails: whatever goes wrong becomes an error frame, sent only to a frame with a request id, since
    a v1 client takes no other frames than its own two.
    """

    def handle(event: Event, _context: Any) -> Answer:
        connection_id = connection_id_of(event)
        body = event.get("body") or ""
        request_id = request_id_of(body)
        observe.logger.append_keys(connectionId=connection_id, requestId=request_id)
        try:
            reply = act(parse_frame(body), connection_id)
            observe.went_well("frame answered", route=event["requestContext"]["routeKey"])
        except Refusal as refusal:
            reply = _refused(refusal, request_id, observe)
            _lose(tolerance, connection_id, refusal, observe)
        except Exception as failure:
            observe.failed("frame failed", failure)
            reply = _refused(Unavailable("something went wrong"), request_id, observe)
        return _shaped(reply, request_id)

    return observe.observed(handle)


def _refused(refusal: Refusal, request_id: str | None, observe: Observability) -> Reply | None:
    observe.count_by("FramesRefused", "code", refusal.code.value)
    tell("frame refused", refusal, observe)
    return error(refusal) if request_id else None


def _lose(tolerance: Tolerance, connection_id: str, refusal: Refusal, observe: Observability) -> None:
    try:
        if tolerance.refused(connection_id, refusal):
            observe.count("HostileConnectionsClosed")
            observe.logger.warning("connection closed", code=refusal.code.value)
    except OSError as failure:  # gone already, or @connections is: the next frames say so again
        observe.logger.warning("connection not closed", error=type(failure).__name__)


def _shaped(reply: Reply | None, request_id: str | None) -> Answer:
    if reply is None:
        return {"statusCode": 200}
    if request_id:
        reply = {"type": reply["type"], "requestId": request_id, **reply}
    return {"statusCode": 200, "body": encode(reply).decode()}
