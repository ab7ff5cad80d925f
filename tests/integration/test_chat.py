"""Two people, a room, and the whole way of a message."""

import asyncio
import uuid

from infra.local.stack_file import StackFile
from tests.support.chat_client import ChatClient, as_others_see, client_message_id


async def test_a_message_reaches_the_other_and_comes_back_to_its_sender_once(
    stack: StackFile, room: str
) -> None:
    async with (
        await ChatClient.v2(stack, "alice", room=room) as alice,
        await ChatClient.v2(stack, "bob", room=room) as bob,
    ):
        said = await alice.say("Hello, Bob", room)
        await bob.until_said("Hello, Bob", room=room)
        await bob.say("Hello, Alice", room)
        await alice.until_said("Hello, Alice", room=room)

        assert alice.contents(room) == bob.contents(room) == ["Hello, Bob", "Hello, Alice"]
        assert said["username"] == "Alice"
        assert await bob.history(room) == alice.merged(room)


async def test_the_senders_second_tab_gets_the_message_and_its_first_does_not_get_it_twice(
    stack: StackFile, room: str
) -> None:
    async with (
        await ChatClient.v2(stack, "alice", room=room) as first,
        await ChatClient.v2(stack, "alice", room=room) as second,
        await ChatClient.v2(stack, "bob", room=room) as bob,
    ):
        await first.say("one", room)
        await second.until_said("one", room=room)
        # What is said later by another has come to both, so a second copy of the first would be here too.
        await bob.say("two", room)
        await first.until_said("two", room=room)
        await second.until_said("two", room=room)

        assert first.contents(room) == second.contents(room) == ["one", "two"]


async def test_a_repeated_send_is_one_message_and_answered_twice(stack: StackFile, room: str) -> None:
    async with await ChatClient.v2(stack, "alice", room=room) as alice:
        identifier = client_message_id()

        data = {"content": "Hello", "roomId": room, "clientMessageId": identifier}
        first = (await alice.request("sendMessage", data))["data"]
        again = (await alice.request("sendMessage", data | {"clientMessageId": identifier.upper()}))["data"]

        assert first == again
        assert first["clientMessageId"] == identifier
        assert await alice.history(room) == [as_others_see(first)]


async def test_an_id_stands_for_what_was_sent_with_it_first(stack: StackFile, room: str) -> None:
    async with await ChatClient.v2(stack, "alice", room=room) as alice:
        identifier = client_message_id()
        first = await alice.say("Hello", room, clientMessageId=identifier)

        assert await alice.say("Something else", f"{room}-2", clientMessageId=identifier) == first
        assert await alice.history(f"{room}-2") == []


async def test_sends_of_one_user_at_once_with_one_id_are_one_message(stack: StackFile, room: str) -> None:
    async with await ChatClient.v2(stack, "alice", room=room) as alice:
        identifier = client_message_id()
        data = {"content": "Hello", "roomId": room, "clientMessageId": identifier}
        replies = await asyncio.gather(*(alice.request("sendMessage", data) for _ in range(8)))

        said = [as_others_see(reply["data"]) for reply in replies if reply["type"] == "newMessage"]
        refused = [reply["data"]["code"] for reply in replies if reply["type"] == "error"]
        assert said == await alice.history(room) * len(said) != []
        assert set(refused) <= {"RATE_LIMITED"}


async def test_what_was_acknowledged_is_in_history_at_once(stack: StackFile, room: str) -> None:
    async with await ChatClient.v2(stack, "alice", room=room) as alice:
        for number in range(5):
            said = await alice.say(f"message {number}", room)
            assert (await alice.history(room))[-1] == said


async def test_history_pages_lead_both_ways(stack: StackFile, room: str) -> None:
    async with await ChatClient.v2(stack, "alice", room=room) as alice:
        said = [await alice.say(f"message {number}", room) for number in range(5)]

        newest = await alice.request("getMessages", {"roomId": room, "limit": 2})
        older = await alice.request(
            "getMessages", {"roomId": room, "limit": 2, "before": newest["nextCursor"]}
        )
        after = await alice.request("getMessages", {"roomId": room, "limit": 2, "after": said[0]["sortKey"]})

        assert (newest["roomId"], newest["data"]) == (room, said[3:])
        assert older["data"] == said[1:3]
        assert after["data"] == said[1:3]
        assert after["nextCursor"] == said[2]["sortKey"]


async def test_one_reads_ones_own_messages_and_nobody_elses(stack: StackFile, room: str) -> None:
    async with (
        await ChatClient.v2(stack, "alice", room=room) as alice,
        await ChatClient.v2(stack, "carol", room=room) as carol,
    ):
        said = await carol.say("mine", room)
        own = await carol.request("getMessages", {"userId": said["userId"], "limit": 100})
        refused = await alice.request("getMessages", {"userId": said["userId"]})

        assert said in own["data"]
        assert {each["userId"] for each in own["data"]} == {said["userId"]}
        assert refused["data"]["code"] == "FORBIDDEN"


async def test_two_users_may_choose_the_same_id_and_neither_is_told_the_others(
    stack: StackFile, room: str
) -> None:
    async with (
        await ChatClient.v2(stack, "alice", room=room) as alice,
        await ChatClient.v2(stack, "bob", room=room) as bob,
    ):
        identifier = client_message_id()
        await alice.say("mine", room, clientMessageId=identifier)
        await bob.say("mine too", room, clientMessageId=identifier)
        await bob.until_said("mine", room=room)

        history = (await bob.request("getMessages", {"roomId": room}))["data"]
        assert [each["content"] for each in history] == ["mine", "mine too"]
        assert ["clientMessageId" in each for each in history] == [False, True]
        pushed = [frame["data"] for frame in bob.frames if frame["type"] == "newMessage"]
        told = {each["content"]: "clientMessageId" in each for each in pushed}
        assert told == {"mine": False, "mine too": True}


async def test_text_survives_as_it_is(stack: StackFile, room: str) -> None:
    text = "ü 😀 \u202e <b>&amp;</b> \\n \u2028 " + "x" * 3900
    async with (
        await ChatClient.v2(stack, "alice", room=room) as alice,
        await ChatClient.v2(stack, "bob", room=room) as bob,
    ):
        await alice.say(text, room)
        await bob.until_said(text, room=room)


async def test_request_ids_come_back(stack: StackFile) -> None:
    async with await ChatClient.v2(stack, "alice") as alice:
        request_id = uuid.uuid4().hex
        await alice.send_frame("ping", requestId=request_id)
        await alice.until(lambda: bool(alice.frames))

        (frame,) = alice.frames
        assert (frame["type"], frame["requestId"], frame["data"]["action"]) == ("ack", request_id, "ping")


async def test_a_client_learns_by_ping_whether_it_has_all(stack: StackFile, room: str) -> None:
    async with await ChatClient.v2(stack, "alice", room=room) as alice:
        await alice.say("Hello", room)
        now = (await alice.request("ping"))["data"]["now"]
        minute = 60_000
        until = now // minute * minute - minute
        nothing = {"from": until - 4 * minute, "until": until, "count": 0, "xor": "0" * 16}
        too_early = nothing | {"until": until + 2 * minute}
        rooms = {room: nothing, f"{room}-2": nothing | {"count": 1}, f"{room}-3": too_early}

        compared = (await alice.request("ping", {"rooms": rooms}))["data"]

        assert compared["differs"] == [f"{room}-2"]
        assert compared["unsettled"] == [f"{room}-3"]
