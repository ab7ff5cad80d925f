"""From a text to whom it mentions, by the stream, on the whole stack: as it is now, where one may read."""

import asyncio

from infra.local.stack_file import StackFile
from tests.support.chat_client import ChatClient, Frame
from tests.support.eventually import PATIENCE_SECONDS

LOOK_EVERY_SECONDS = 0.3


async def handle_of(client: ChatClient, user_id: str) -> str:
    reply = await client.request("getProfiles", {"userIds": [user_id]})
    return str(reply["data"]["profiles"][0]["handle"])


async def is_mentioned_by(client: ChatClient, *contents: str, room: str) -> None:
    """Waits until these are the texts of a room that mention a client, newest first."""

    async def listed() -> list[str]:
        reply = await client.request("listMentions", {})
        return [each["content"] for each in reply["data"]["messages"] if each["roomId"] == room]

    async with asyncio.timeout(PATIENCE_SECONDS):
        while await listed() != list(contents):
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def lists_as_added(client: ChatClient, added: dict[str, int]) -> None:
    """Waits until the index has seen that edits added these mentions."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await client.request("listMentions", {}))["data"]["added"] != added:
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def test_who_is_mentioned_reads_it_as_it_is_now_while_they_may(mock_stack: StackFile) -> None:
    async with (
        await ChatClient.v2(mock_stack, "alice") as alice,
        await ChatClient.v2(mock_stack, "bob") as bob,
        await ChatClient.v2(mock_stack, "eve") as eve,
    ):
        made = await alice.request("createRoom", {"kind": "private", "title": "Kitchen"})
        room = str(made["data"]["roomId"])
        await alice.request("inviteMember", {"roomId": room, "userId": "bob"})
        for client in (alice, bob):
            await client.request("joinRoom", {"roomId": room})
        to_bob, to_eve = f"@{await handle_of(alice, 'bob')}", f"@{await handle_of(alice, 'eve')}"

        first = await alice.say(f"{to_bob} and {to_eve}", room)
        called = await alice.say("@here!", room, mentionsHere=True)
        assert called["mentionsHere"] is True
        await is_mentioned_by(bob, "@here!", first["content"], room=room)
        await is_mentioned_by(eve, room=room)

        place: Frame = {"roomId": room, "sortKey": first["sortKey"]}
        await alice.request("editMessage", {**place, "content": "nobody"})
        await is_mentioned_by(bob, "@here!", room=room)
        edited = await alice.request("editMessage", {**place, "content": to_bob})
        await is_mentioned_by(bob, "@here!", to_bob, room=room)
        await lists_as_added(bob, {first["sortKey"]: edited["data"]["createdAt"]})
        await alice.request("removeMember", {"roomId": room, "userId": "bob"})
        await is_mentioned_by(bob, room=room)


async def test_here_by_somebody_who_may_not_is_a_word(mock_stack: StackFile, room: str) -> None:
    async with await ChatClient.v2(mock_stack, "alice", room=room) as alice:
        said = await alice.say("@here", room, mentionsHere=True)

        assert (said["content"], "mentionsHere" in said) == ("@here", False)
