"""Messages that are changed, on the whole stack: who is told, what history and v1 clients see."""

from infra.local.stack_file import StackFile
from tests.support.chat_client import ChatClient, Frame

THUMB = "\U0001f44d"


def told(client: ChatClient) -> list[tuple[str, str]]:
    """The changes that a client was pushed or answered: kind, and text or emoji."""
    changes: list[Frame] = []
    for frame in client.frames:
        if frame["type"] in {"change", "changes"}:
            data = frame["data"]
            changes += data if isinstance(data, list) else [data]
    return [(each["kind"], each.get("content") or each.get("emoji", "")) for each in changes]


async def test_the_life_of_a_message(mock_stack: StackFile) -> None:
    room = "global"
    async with (
        await ChatClient.v2(mock_stack, "alice", room=room) as alice,
        await ChatClient.v2(mock_stack, "bob", room=room) as bob,
        await ChatClient.v1(mock_stack, "dora") as dora,
    ):
        said = await alice.say("Helo", room)
        place: Frame = {"roomId": room, "sortKey": said["sortKey"]}
        answer = await bob.say("What?", room, replyTo=said["sortKey"])
        await alice.until_said("What?", room=room)
        assert answer["replyTo"] == said["sortKey"]

        edit = await alice.request("editMessage", {**place, "content": "Hello"})
        assert (edit["type"], edit["data"]["content"]) == ("change", "Hello")
        assert (await bob.request("react", {**place, "emoji": THUMB, "on": True}))["type"] == "change"
        both = [("edit", "Hello"), ("reaction", THUMB)]
        await alice.until(lambda: sorted(told(alice)) == both)
        await bob.until(lambda: sorted(told(bob)) == both)

        (now,) = [each for each in await bob.history(room) if each["sortKey"] == said["sortKey"]]
        assert (now["content"], now["reactions"]) == (
            "Hello",
            [{"emoji": THUMB, "users": [{"userId": "bob", "username": "Bob"}]}],
        )
        newest: Frame = {"roomId": room, "limit": 100, "after": answer["sortKey"]}
        page = await bob.request("getMessages", newest)
        assert [each["sortKey"] for each in page["changed"]] == [said["sortKey"]]
        assert page["changes"][0] == edit["data"]["sortKey"]

        # Somebody else may not; its author may, and nothing is left.
        refused = await bob.request("deleteMessage", place)
        assert refused["data"]["code"] == "FORBIDDEN"
        assert (await alice.request("deleteMessage", place))["type"] == "change"
        await bob.until(lambda: ("deletion", "") in told(bob))

        await dora.send_frame("getMessages", {"roomId": room, "limit": 50})
        await dora.until(lambda: "messageHistory" in dora.types)
        history = next(frame["data"] for frame in dora.frames if frame["type"] == "messageHistory")
        assert said["sortKey"] not in [each["sortKey"] for each in history]
        assert history[-1]["content"] == "What?"
        await dora.until_said("Helo", "What?")
        assert dora.types == {"newMessage", "messageHistory"}


async def test_what_moderators_do_with_the_messages_of_others(mock_stack: StackFile, room: str) -> None:
    async with (
        await ChatClient.v2(mock_stack, "alice") as alice,
        await ChatClient.v2(mock_stack, "bob", room=room) as bob,
    ):
        made = await alice.request("createRoom", {"kind": "public", "roomId": room, "title": "Kitchen"})
        assert made["type"] == "room"
        await alice.request("joinRoom", {"roomId": room})
        said = await bob.say("Helo", room)
        place: Frame = {"roomId": room, "sortKey": said["sortKey"]}
        await bob.request("editMessage", {**place, "content": "Hello"})

        assert (await bob.request("listVersions", place))["data"]["code"] == "FORBIDDEN"
        assert (await alice.request("listVersions", place))["data"]["texts"] == ["Helo"]
        assert (await bob.request("pinMessage", {**place, "on": True}))["data"]["code"] == "FORBIDDEN"
        assert (await alice.request("pinMessage", {**place, "on": True}))["type"] == "change"
        await bob.until(lambda: ("pin", "") in told(bob))
        pinned = await bob.request("listPins", {"roomId": room})
        assert [each["content"] for each in pinned["data"]] == ["Hello"]

        assert (await alice.request("deleteMessage", place))["type"] == "change"
        assert (await bob.request("listPins", {"roomId": room}))["data"] == []
        assert (await alice.request("listVersions", place))["data"]["texts"] == []


async def test_what_happens_in_a_room_is_told_and_stays_and_v1_hears_nothing_of_it(
    mock_stack: StackFile, room: str
) -> None:
    async with (
        await ChatClient.v2(mock_stack, "alice") as alice,
        await ChatClient.v2(mock_stack, "bob", room=room) as bob,
        await ChatClient.v1(mock_stack, "dora") as dora,
    ):
        await dora.send_frame("joinRoom", {"roomId": room})
        await alice.request("createRoom", {"kind": "public", "roomId": room, "title": "Kitchen"})
        await alice.request("updateRoom", {"roomId": room, "title": "Kitchen", "topic": "Lunch"})
        ban: Frame = {"roomId": room, "userId": "emil", "seconds": 60}
        for _ in range(2):
            assert (await alice.request("banMember", ban))["type"] == "ack"
        await bob.say("Lunch?", room)

        def heard() -> list[tuple[str, str, str | None]]:
            told = [frame["data"] for frame in bob.frames if frame["type"] == "notice"]
            return [(each["event"], each["userId"], each.get("about")) for each in told]

        done = [("created", "alice", None), ("topicSet", "alice", None), ("banned", "alice", "emil")]
        await bob.until(lambda: sorted(heard()) == sorted(done))
        page = await bob.request("getMessages", {"roomId": room, "limit": 50})
        assert [(each["event"], each["userId"], each.get("about")) for each in page["notices"]] == done
        assert page["changes"] == [each["sortKey"] for each in page["notices"]]
        assert "Lunch" not in str(page["notices"])

        await dora.until_said("Lunch?", room=room)
        await dora.send_frame("getMessages", {"roomId": room, "limit": 50})
        await dora.until(lambda: "messageHistory" in dora.types)
        history = next(frame for frame in dora.frames if frame["type"] == "messageHistory")
        assert [each["content"] for each in history["data"]] == ["Lunch?"]
        assert set(history) == {"type", "data"}
        assert dora.types == {"newMessage", "messageHistory"}
