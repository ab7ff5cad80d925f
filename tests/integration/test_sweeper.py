"""Stored, but not published: the sweeper publishes it, and nothing that was published."""

import time
from uuid import uuid4

from shared.protocol.message import Message, Notice, sort_key
from shared.stores.dynamodb import marshal
from shared.stores.entries import item_of
from tests.integration.fault_scenes import everyone_has, members
from tests.integration.faulty_stack import FaultyStack
from tests.support.eventually import eventually


async def test_what_died_between_put_and_publish_arrives_and_what_did_not_comes_once(
    faults: FaultyStack, room: str
) -> None:
    async with members(faults, room, "alice", "bob") as (alice, bob):
        said = await alice.say("published", room)
        now = int(time.time() * 1000)
        message_id = str(uuid4())
        lost = Message(
            room_id=room, sort_key=sort_key(now, message_id), message_id=message_id, user_id="alice",
            username="Alice", content="stored alone", created_at=now,
        )  # fmt: skip
        noted_id = str(uuid4())
        noted = Notice(
            room_id=room, sort_key=sort_key(now, noted_id), message_id=noted_id, user_id="alice",
            created_at=now, event="joined", about="carol",
        )  # fmt: skip
        table = faults.stack.tables["messages"]
        for each in (lost, noted):
            faults.client("dynamodb").put_item(TableName=table, Item=marshal(item_of(each)))

        await everyone_has([said, lost.model_dump(by_alias=True)], room, [alice, bob])
        await eventually(faults.idle)
        assert [frame["data"]["about"] for frame in bob.frames if frame["type"] == "notice"] == ["carol"]
        assert sorted(bob.contents(room)) == ["published", "stored alone"]
