"""Private rooms over the wire, on the whole stack: who may do what, and how soon a right is gone."""

from typing import Any

from infra.local.stack_file import StackFile
from tests.support.chat_client import ChatClient


async def code_of(client: ChatClient, action: str, **data: Any) -> str:
    """What a request is answered by: the code of an error, or the type of the reply."""
    reply = await client.request(action, data)
    return str(reply["data"]["code"] if reply["type"] == "error" else reply["type"])


async def user_id_of(client: ChatClient) -> str:
    said = await client.request("sendMessage", {"content": "who am I", "roomId": f"self-{client.name}"})
    return str(said["data"]["userId"])


async def a_room_of(owner: ChatClient, *guests: ChatClient) -> str:
    """A private room that all of them are in and hear."""
    room_id = str(
        (await owner.request("createRoom", {"kind": "private", "title": "Plans"}))["data"]["roomId"]
    )
    for guest in guests:
        code = (await owner.request("createInvite", {"roomId": room_id}))["data"]["code"]
        assert await code_of(guest, "acceptInvite", code=code) == "room"
    for client in (owner, *guests):
        assert await code_of(client, "joinRoom", roomId=room_id) == "ack"
    return room_id


async def test_a_private_room_is_closed_to_whoever_was_not_let_in(stack: StackFile) -> None:
    async with await ChatClient.v2(stack, "alice") as alice, await ChatClient.v2(stack, "bob") as bob:
        room_id = await a_room_of(alice)

        refused = {
            action: await code_of(bob, action, roomId=room_id, **more)
            for action, more in {
                "joinRoom": {},
                "getMessages": {},
                "getMembers": {},
                "typing": {},
                "listMembers": {},
                "createInvite": {},
                "sendMessage": {"content": "let me in"},
                "updateRoom": {"title": "Mine"},
            }.items()
        }

        assert refused == dict.fromkeys(refused, "FORBIDDEN")
        listed = (await bob.request("listRooms", {}))["data"]["rooms"]
        assert room_id not in [room["roomId"] for room in listed]


async def test_members_talk_and_who_is_banned_hears_nothing_more(stack: StackFile) -> None:
    async with (
        await ChatClient.v2(stack, "alice") as alice,
        await ChatClient.v2(stack, "bob") as bob,
        await ChatClient.v2(stack, "carol") as carol,
    ):
        room_id = await a_room_of(alice, bob, carol)
        await alice.say("welcome", room_id)
        await bob.until_said("welcome", room=room_id)

        banned = {"roomId": room_id, "userId": await user_id_of(bob), "seconds": 600}
        assert await code_of(alice, "banMember", **banned) == "ack"
        await alice.say("without bob", room_id)
        await carol.until_said("welcome", "without bob", room=room_id)

        assert await code_of(bob, "sendMessage", roomId=room_id, content="am I here") == "BANNED"
        assert await code_of(bob, "getMessages", roomId=room_id) == "BANNED"
        assert bob.contents(room_id) == ["welcome"]


async def test_who_is_muted_reads_on_and_writes_again_when_it_is_over(stack: StackFile) -> None:
    async with await ChatClient.v2(stack, "alice") as alice, await ChatClient.v2(stack, "bob") as bob:
        room_id = await a_room_of(alice, bob)
        target = {"roomId": room_id, "userId": await user_id_of(bob)}

        assert await code_of(alice, "muteMember", **target, seconds=600) == "ack"
        assert await code_of(bob, "sendMessage", roomId=room_id, content="hm") == "MUTED"
        await alice.say("listen", room_id)
        await bob.until_said("listen", room=room_id)
        assert await code_of(alice, "muteMember", **target, seconds=0) == "ack"
        assert await code_of(bob, "sendMessage", roomId=room_id, content="thanks") == "newMessage"


async def test_two_talk_where_nobody_else_listens(stack: StackFile) -> None:
    async with (
        await ChatClient.v2(stack, "alice") as alice,
        await ChatClient.v2(stack, "bob") as bob,
        await ChatClient.v2(stack, "carol") as carol,
    ):
        started = await alice.request("startDirect", {"userId": await user_id_of(bob)})
        room_id = str(started["data"]["roomId"])
        for client in (alice, bob):
            assert await code_of(client, "joinRoom", roomId=room_id) == "ack"

        await alice.say("between us", room_id)

        await bob.until_said("between us", room=room_id)
        assert await code_of(carol, "joinRoom", roomId=room_id) == "FORBIDDEN"
        assert await code_of(carol, "getMessages", roomId=room_id) == "FORBIDDEN"
