"""One short conversation: a message is acknowledged, delivered to a second connection, and stored.

The smoke test after a release and the canary hold the same one.
"""

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

ATTEMPTS, ATTEMPT_SECONDS = 6, 8  # the index of members lags behind a join: a send may miss who just came

Frame = dict[str, Any]
Report = Callable[[str], None]


class ConversationError(Exception):
    """The chat does not do its job; the message says at which step."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a user gets there.

    Attributes:
        url: of the WebSocket API, with its stage.
        origin: of the page, as a browser sends it.
        token: the user's ID token.
        patience: seconds in which a conversation has to be over.
    """

    url: str
    origin: str
    token: str
    patience: float


async def converse(way: Way, room: str, report: Report) -> str:
    """Send one message in a room of its own and find it everywhere.

    Args:
        way: how to get there.
        room: a room that nobody else is in.
        report: takes one line about each step.

    Returns:
        The id of the message that was delivered.

    Raises:
        ConversationError: names the step that failed or took longer than `way.patience`.
    """
    step = "connect"
    try:
        async with (
            asyncio.timeout(way.patience),
            joined(way, room) as member,
            joined(way, room) as sender,
        ):
            report("connected twice")
            step = "answer to sendMessage or delivery to the other connection"
            sent, delivered = await _delivered(sender, member, way, room, report)
            if delivered not in sent:
                raise ConversationError("the other connection got another message")
            report("delivered to the other connection")
            step = "history"
            await _send(sender, "getMessages", way, {"roomId": room})
            history = await _next_frame(sender, "messageHistory")
            if [message["messageId"] for message in history["data"]] != sent:
                raise ConversationError("history does not hold what was sent")
            report("found in history")
            return delivered
    except TimeoutError:
        raise ConversationError(f"{step}: nothing within {way.patience:g} s") from None
    except (OSError, WebSocketException) as error:
        raise ConversationError(f"{step}: {error}") from error


def joined(way: Way, room: str) -> connect:
    """Return a connection to a room, as the front end opens it."""
    return connect(
        f"{way.url}?roomId={room}",
        subprotocols=[Subprotocol("chat.v2"), Subprotocol(f"bearer.{way.token}")],
        origin=Origin(way.origin),
        open_timeout=way.patience,
    )


async def _delivered(
    sender: ClientConnection, member: ClientConnection, way: Way, room: str, report: Report
) -> tuple[list[str], str]:
    """Send until the other connection gets a message; return the ids of what was sent and of what it got."""
    sent: list[str] = []
    for attempt in range(ATTEMPTS):
        content = f"a message of a test, {secrets.token_hex(6)}"
        await _send(sender, "sendMessage", way, {"roomId": room, "content": content})
        sent.append((await _next_frame(sender, "newMessage"))["data"]["messageId"])
        report(f"message {sent[-1]} acknowledged")
        try:
            got = await asyncio.wait_for(_next_frame(member, "newMessage"), ATTEMPT_SECONDS)
            return sent, got["data"]["messageId"]
        except TimeoutError:
            report(f"attempt {attempt + 1} was not delivered; sending again")
    raise ConversationError(f"the other connection got none of {ATTEMPTS} messages")


async def _send(connection: ClientConnection, action: str, way: Way, data: Frame) -> None:
    await connection.send(
        json.dumps({"action": action, "requestId": action, "token": way.token, "data": data})
    )


async def _next_frame(connection: ClientConnection, kind: str) -> Frame:
    async for text in connection:
        frame: Frame = json.loads(text) if text else {}
        if frame.get("type") == "error":
            raise ConversationError(f"refused: {frame['data']['code']}: {frame['data']['message']}")
        if frame.get("type") == kind:
            return frame
        if "message" in frame:  # API Gateway's own error frame
            raise ConversationError(f"API Gateway: {frame['message']}")
    raise ConversationError(f"the connection was closed while waiting for {kind}")
