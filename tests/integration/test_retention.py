"""A room's older messages go on the whole stack, by the function's own role; the newer ones stay."""

import time

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from shared.protocol.message import Message, sort_key
from shared.stores.dynamodb import marshal
from shared.stores.entries import item_of
from shared.uuid7 import uuid7
from tests.support.chat_client import ChatClient
from tests.support.invoke import invoke

DAY_MS = 24 * 60 * 60 * 1000


async def test_what_a_room_keeps_no_longer_goes_and_the_rest_stays(stack: StackFile) -> None:
    clients = local_clients(stack.aws_endpoint_url, stack.region)
    async with await ChatClient.v2(stack, "alice") as alice:
        made = await alice.request("createRoom", {"kind": "private", "title": "Short memory"})
        room = made["data"]["roomId"]
        at = int(time.time() * 1000) - 2 * DAY_MS
        identifier = str(uuid7(at, bytes(10)))
        old = Message(
            room_id=room,
            sort_key=sort_key(at, identifier),
            message_id=identifier,
            user_id="somebody",
            username="Somebody",
            content="long ago",
            created_at=at,
        )
        clients.dynamodb.put_item(TableName=stack.tables["messages"], Item=marshal(item_of(old)))
        await alice.request("sendMessage", {"content": "just now", "roomId": room})
        wanted = {"roomId": room, "title": "Short memory", "retentionDays": 1}
        assert (await alice.request("updateRoom", wanted))["data"]["retentionDays"] == 1

        invoke(stack, "apply-retention")

        history = await alice.request("getMessages", {"roomId": room})
        assert [each["content"] for each in history["data"]] == ["just now"]
