"""The smoke test after a deployment: a message is acknowledged, delivered to a second member, and stored."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from infra.release.outputs import Cognito, Stack

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

PATIENCE_SECONDS = 60  # a cold start of every function on the way, and room to spare
ATTEMPTS, ATTEMPT_SECONDS = 6, 8  # the index of members lags behind a join: a send may miss who just came

Frame = dict[str, Any]


class SmokeError(Exception):
    """The deployed system does not do its job; the message says at which step."""


@contextmanager
def passing_user(identity: CognitoIdentityProviderClient, cognito: Cognito) -> Iterator[str]:
    """Yield the ID token of a user who exists for the length of the block."""
    username = f"smoke-{secrets.token_hex(6)}"
    password = f"Aa1-{secrets.token_urlsafe(24)}"
    identity.admin_create_user(
        UserPoolId=cognito.user_pool_id,
        Username=username,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": f"{username}@example.com"}],
    )
    try:
        identity.admin_set_user_password(
            UserPoolId=cognito.user_pool_id, Username=username, Password=password, Permanent=True
        )
        answer = identity.admin_initiate_auth(
            UserPoolId=cognito.user_pool_id,
            ClientId=cognito.client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )
        yield answer["AuthenticationResult"]["IdToken"]
    finally:
        identity.admin_delete_user(UserPoolId=cognito.user_pool_id, Username=username)


def subject_of(token: str) -> str:
    """Return the user id of a token that Cognito has just given us."""
    claims = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])


async def chat_once(stack: Stack, token: str, report: Callable[[str], None]) -> None:
    """Send one message in a room of its own and find it everywhere.

    Raises:
        SmokeError: names the step that failed or took longer than `PATIENCE_SECONDS`.
    """
    room = f"smoke-{secrets.token_hex(6)}"
    step = "connect"
    try:
        async with (
            asyncio.timeout(PATIENCE_SECONDS),
            joined(stack, token, room) as member,
            joined(stack, token, room) as sender,
        ):
            report("connected twice")
            step = "answer to sendMessage or delivery to the other connection"
            sent, delivered = await _delivered(sender, member, token, room, report)
            if delivered not in sent:
                raise SmokeError("the other connection got another message")
            report("delivered to the other connection")
            step = "history"
            await _send(sender, "getMessages", token, {"roomId": room})
            history = await _next_frame(sender, "messageHistory")
            if [message["messageId"] for message in history["data"]] != sent:
                raise SmokeError("history does not hold what was sent")
            report("found in history")
    except TimeoutError:
        raise SmokeError(f"{step}: nothing within {PATIENCE_SECONDS} s") from None
    except (OSError, WebSocketException) as error:
        raise SmokeError(f"{step}: {error}") from error


async def _delivered(
    sender: ClientConnection, member: ClientConnection, token: str, room: str, report: Callable[[str], None]
) -> tuple[list[str], str]:
    """Send until the other connection gets a message; return the ids of what was sent and of what it got."""
    sent: list[str] = []
    for attempt in range(ATTEMPTS):
        content = f"smoke test {secrets.token_hex(6)}"
        await _send(sender, "sendMessage", token, {"roomId": room, "content": content})
        sent.append((await _next_frame(sender, "newMessage"))["data"]["messageId"])
        report(f"message {sent[-1]} acknowledged")
        try:
            got = await asyncio.wait_for(_next_frame(member, "newMessage"), ATTEMPT_SECONDS)
            return sent, got["data"]["messageId"]
        except TimeoutError:
            report(f"attempt {attempt + 1} was not delivered; sending again")
    raise SmokeError(f"the other connection got none of {ATTEMPTS} messages")


def joined(stack: Stack, token: str, room: str) -> connect:
    """Return a connection to a room, as the front end opens it."""
    return connect(
        f"{stack.websocket_url}?roomId={room}",
        subprotocols=[Subprotocol("chat.v2"), Subprotocol(f"bearer.{token}")],
        origin=Origin(stack.frontend_url),
        open_timeout=PATIENCE_SECONDS,
    )


async def _send(connection: ClientConnection, action: str, token: str, data: Frame) -> None:
    await connection.send(json.dumps({"action": action, "requestId": action, "token": token, "data": data}))


async def _next_frame(connection: ClientConnection, kind: str) -> Frame:
    async for text in connection:
        frame: Frame = json.loads(text) if text else {}
        if frame.get("type") == "error":
            raise SmokeError(f"refused: {frame['data']['code']}: {frame['data']['message']}")
        if frame.get("type") == kind:
            return frame
        if "message" in frame:  # API Gateway's own error frame
            raise SmokeError(f"API Gateway: {frame['message']}")
    raise SmokeError(f"the connection was closed while waiting for {kind}")
