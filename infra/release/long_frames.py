"""What API Gateway does with a frame over 32 KB towards a client: its quota page leaves it open.

The answer decides whether `FRAME_LIMIT_BYTES` may be raised. It is printed, and fails no release.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from infra.release.outputs import Stack
from infra.release.smoke import way_to
from services.canary.conversation import joined

if TYPE_CHECKING:
    from types_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from types_boto3_dynamodb import DynamoDBClient

PUSHED_KB = (33, 100)
ANSWER_SECONDS = 10
LOOKS, LOOK_SECONDS = 10, 0.5  # the index of connections lags behind a handshake

Post = Callable[[str, bytes], Awaitable[None]]


async def push_long_frames(
    stack: Stack, token: str, find: Callable[[], str | None], post: Post, report: Callable[[str], None]
) -> None:
    """Push each size to a connection of its own, and report what came of it.

    Args:
        stack: where the API is.
        token: of a user who has no other connection.
        find: returns the user's connection, None while the index does not know it.
        post: `PostToConnection`.
        report: takes one line about each size.
    """
    for kilobytes in PUSHED_KB:
        async with joined(way_to(stack, token), "smoke-long-frames") as connection:
            report(f"a frame of {kilobytes} KB to a client: {await _push(connection, kilobytes, find, post)}")


async def _push(
    connection: ClientConnection, kilobytes: int, find: Callable[[], str | None], post: Post
) -> str:
    identifier = await _found(find)
    if identifier is None:
        return "not tried, the connection is not in the index"
    frame = json.dumps({"type": "longFrame", "data": "x" * (kilobytes * 1024)}).encode()
    try:
        await post(identifier, frame)
        async with asyncio.timeout(ANSWER_SECONDS):
            async for text in connection:
                if len(text) == len(frame):
                    return "arrives"
        return f"closes the connection, code {connection.close_code}"
    except ClientError as error:
        return f"refused, {error.response['Error']['Code']}"
    except ConnectionClosed as closed:
        return f"closes the connection, code {closed.rcvd.code if closed.rcvd else 'unknown'}"
    except TimeoutError:
        return f"nothing arrives within {ANSWER_SECONDS} s"


async def _found(find: Callable[[], str | None]) -> str | None:
    for _ in range(LOOKS):
        if identifier := await asyncio.to_thread(find):
            return identifier
        await asyncio.sleep(LOOK_SECONDS)
    return None


def connection_of(dynamodb: DynamoDBClient, stack: Stack, user_id: str) -> str | None:
    """Return the newest connection of a user, None if the index knows none."""
    found = dynamodb.query(
        TableName=stack.tables["connections"],
        IndexName="userId-index",
        KeyConditionExpression="userId = :user",
        ExpressionAttributeValues={":user": {"S": user_id}},
    )["Items"]
    return found[-1]["connectionId"]["S"] if found else None


def poster(gateway: ApiGatewayManagementApiClient) -> Post:
    """Return `PostToConnection` for code that must not block."""

    async def post(connection_id: str, data: bytes) -> None:
        await asyncio.to_thread(gateway.post_to_connection, ConnectionId=connection_id, Data=data)

    return post
