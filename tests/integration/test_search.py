"""From the stream to the index to the answer, on the whole stack, beside the sweeper."""

import asyncio

from infra.local.stack_file import StackFile
from tests.support.chat_client import ChatClient, Frame
from tests.support.eventually import PATIENCE_SECONDS

LOOK_EVERY_SECONDS = 0.5  # as often as the limit on searches allows


async def contents(client: ChatClient, query: str, room: str) -> list[str]:
    """What a client finds in several rooms, that one and a public one."""
    reply = await client.request("searchMessages", {"query": query, "roomIds": ["global", room]})
    return [each["content"] for each in reply["data"]["messages"]]


async def test_a_message_is_found_as_it_is_now_and_by_members_alone(mock_stack: StackFile, room: str) -> None:
    async with (
        await ChatClient.v2(mock_stack, "alice") as alice,
        await ChatClient.v2(mock_stack, "eve") as eve,
    ):
        made = await alice.request("createRoom", {"kind": "private", "title": "Kitchen"})
        private = made["data"]["roomId"]
        await alice.request("joinRoom", {"roomId": private})
        secret = await alice.say(f"Teapot {room}", private)

        async def finds(query: str, *found: str) -> None:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while await contents(alice, query, private) != list(found):
                    await asyncio.sleep(LOOK_EVERY_SECONDS)

        await finds(f"{room} tea", secret["content"])
        refused = await eve.request("searchMessages", {"query": room, "roomId": private})
        assert refused["data"]["code"] == "FORBIDDEN"
        assert await contents(eve, room, private) == []

        place: Frame = {"roomId": private, "sortKey": secret["sortKey"]}
        await alice.request("editMessage", {**place, "content": f"Coffee {room}"})
        await finds(f"{room} tea")
        await finds(f"{room} coffee", f"Coffee {room}")
        await alice.request("deleteMessage", place)
        await finds(room)
