"""A conversation ends well if its message is acknowledged, delivered and stored; else it names the step."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from services.canary.conversation import ConversationError, Way, converse

Answers = Callable[[dict[str, Any]], list[dict[str, Any]]]
SAID = {"type": "newMessage", "data": {"messageId": "m1", "content": "x"}}
HELD = {"type": "messageHistory", "data": [SAID["data"]]}


@asynccontextmanager
async def chat(*, to_sender: Answers, to_member: Answers = lambda _: []) -> AsyncIterator[Way]:
    """A server that answers frames as told; the first connection is the member, the second the sender."""
    connections: list[ServerConnection] = []

    async def talk(connection: ServerConnection) -> None:
        connections.append(connection)
        async for text in connection:
            frame = json.loads(text)
            for receiver, answers in ((connection, to_sender), (connections[0], to_member)):
                for answer in answers(frame):
                    await receiver.send(json.dumps(answer))

    async with serve(talk, "127.0.0.1", 0, subprotocols=[Subprotocol("chat.v2")]) as server:
        port = server.sockets[0].getsockname()[1]
        yield Way(f"ws://127.0.0.1:{port}", "http://page", "token", patience=0.5)


def answering(**replies: dict[str, Any]) -> Answers:
    return lambda frame: [replies[frame["action"]]] if frame["action"] in replies else []


async def test_a_message_that_is_acknowledged_delivered_and_stored_is_a_conversation() -> None:
    steps: list[str] = []

    async with chat(
        to_sender=answering(sendMessage=SAID, getMessages=HELD), to_member=answering(sendMessage=SAID)
    ) as way:
        delivered = await converse(way, "room", steps.append)

    assert delivered == "m1"
    assert steps[-1] == "found in history"


@pytest.mark.parametrize(
    ("to_sender", "to_member", "said"),
    [
        ({}, {}, "answer to sendMessage or delivery"),
        ({"sendMessage": SAID}, {}, "answer to sendMessage or delivery"),
        (
            {"sendMessage": SAID},
            {"sendMessage": {"type": "newMessage", "data": {"messageId": "another"}}},
            "another message",
        ),
        (
            {"sendMessage": SAID, "getMessages": {"type": "messageHistory", "data": []}},
            {"sendMessage": SAID},
            "history does not hold",
        ),
        (
            {"sendMessage": {"type": "error", "data": {"code": "INTERNAL", "message": "no"}}},
            {},
            "refused: INTERNAL",
        ),
        ({"sendMessage": {"message": "Internal server error"}}, {}, "API Gateway: Internal server error"),
    ],
)
async def test_what_does_not_happen_is_named(
    to_sender: dict[str, Any], to_member: dict[str, Any], said: str
) -> None:
    async with chat(to_sender=answering(**to_sender), to_member=answering(**to_member)) as way:
        with pytest.raises(ConversationError, match=said):
            await converse(way, "room", lambda _: None)


async def test_nobody_there_is_an_outage_at_the_first_step() -> None:
    way = Way("ws://127.0.0.1:9", "http://page", "token", patience=0.5)  # port 9: discard, served by nobody

    with pytest.raises(ConversationError, match=r"^connect: "):
        await converse(way, "room", lambda _: None)
