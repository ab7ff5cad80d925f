"""A history that nobody had to type."""

import time
from typing import TYPE_CHECKING, Any

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from shared.protocol.message import Message, sort_key
from shared.stores.dynamodb import marshal
from shared.uuid7 import uuid7

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import WriteRequestTypeDef


def seed_history(stack: StackFile, room: str, count: int, *, apart_ms: int = 1_000) -> list[str]:
    """Stores "message 0 " to "message <count - 1> ", so far apart, the last one just now.

    Returns:
        Their sort keys.
    """
    dynamodb = local_clients(stack.aws_endpoint_url, stack.region).dynamodb
    start = int(time.time() * 1000) - count * apart_ms
    items = [_seeded(room, number, start + number * apart_ms) for number in range(count)]
    for at in range(0, count, 25):  # BatchWriteItem takes 25
        puts: list[WriteRequestTypeDef] = [{"PutRequest": {"Item": item}} for item in items[at : at + 25]]
        answer = dynamodb.batch_write_item(RequestItems={stack.tables["messages"]: puts})
        assert not answer["UnprocessedItems"]
    return [item["sortKey"]["S"] for item in items]


def _seeded(room: str, number: int, at: int) -> dict[str, Any]:
    key = str(uuid7(at, number.to_bytes(10, "big")))
    message = Message(
        room_id=room,
        sort_key=sort_key(at, key),
        message_id=key,
        user_id="seed",
        username="Seed",
        content=f"message {number} ",
        created_at=at,
    )
    return marshal(message.model_dump(by_alias=True))
