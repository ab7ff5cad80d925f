"""Rooms keep apart, and connections come and go."""

import asyncio
from typing import TYPE_CHECKING

import boto3
import pytest

from infra.local.stack_file import StackFile
from tests.support.chat_client import PATIENCE_SECONDS, ChatClient

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def dynamodb(stack: StackFile) -> "DynamoDBClient":
    return boto3.client(
        "dynamodb",
        endpoint_url=stack.aws_endpoint_url,
        region_name=stack.region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


async def test_a_message_reaches_the_members_of_its_room_alone(stack: StackFile, room: str) -> None:
    async with (
        await ChatClient.v2(stack, "alice", room=room) as alice,
        await ChatClient.v2(stack, "bob", room=room) as bob,
        await ChatClient.v2(stack, "carol", room=f"{room}-2") as carol,
    ):
        await alice.say("for this room", room)
        await bob.until_said("for this room", room=room)
        # Carol hears what is said later in hers, so what was said before elsewhere would be here.
        await carol.request("joinRoom", {"roomId": f"{room}-3"})
        await bob.request("joinRoom", {"roomId": f"{room}-2"})
        await bob.say("for that room", f"{room}-2")
        await carol.until_said("for that room", room=f"{room}-2")

        assert carol.messages(room) == []


async def test_one_hears_a_room_between_joining_and_leaving(stack: StackFile, room: str) -> None:
    async with (
        await ChatClient.v2(stack, "alice", room=room) as alice,
        await ChatClient.v2(stack, "bob", room=f"{room}-home") as bob,
        await ChatClient.v2(stack, "carol", room=room) as carol,
    ):
        await alice.say("before", room)
        await carol.until_said("before", room=room)
        assert (await bob.request("joinRoom", {"roomId": room}))["type"] == "ack"
        await alice.say("during", room)
        await bob.until_said("during", room=room)
        assert (await bob.request("leaveRoom", {"roomId": room}))["type"] == "ack"
        await alice.say("after", room)
        await carol.until_said("before", "during", "after", room=room)
        await bob.say("still here", f"{room}-home")

        assert bob.contents(room) == ["during"]


async def test_who_left_every_room_can_join_again(stack: StackFile, room: str) -> None:
    async with await ChatClient.v2(stack, "alice", room=room) as alice:
        assert (await alice.request("leaveRoom", {"roomId": room}))["type"] == "ack"
        assert (await alice.request("joinRoom", {"roomId": room}))["type"] == "ack"


async def test_a_closed_connection_leaves_nothing_behind(
    stack: StackFile, room: str, dynamodb: "DynamoDBClient"
) -> None:
    def members() -> int:
        answer = dynamodb.query(
            TableName=stack.tables["connections"],
            IndexName="roomId-index",
            KeyConditionExpression="roomId = :room",
            ExpressionAttributeValues={":room": {"S": room}},
        )
        return answer["Count"]

    async with await ChatClient.v2(stack, "alice", room=f"{room}-home") as alice:
        await alice.request("joinRoom", {"roomId": room})
        assert members() == 1

    async with asyncio.timeout(PATIENCE_SECONDS):
        while members():
            await asyncio.sleep(0.05)
