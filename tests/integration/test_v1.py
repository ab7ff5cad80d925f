"""A client that speaks nothing but the reference's protocol sees no change."""

from infra.local.stack_file import StackFile
from tests.support.chat_client import ChatClient, Frame

MESSAGE_FIELDS = {"roomId", "sortKey", "messageId", "userId", "username", "content", "createdAt"}


async def test_the_life_of_a_v1_client(mock_stack: StackFile) -> None:
    async with (
        await ChatClient.v1(mock_stack, "dora") as dora,
        await ChatClient.v1(mock_stack, "emil") as emil,
    ):
        assert dora.socket.subprotocol is None
        await dora.send_frame("getMessages", {"roomId": "global", "limit": 50})
        await dora.until(lambda: bool(dora.frames))
        assert set(dora.frames[0]) == {"type", "data"}
        assert dora.frames[0]["type"] == "messageHistory"

        await dora.send_frame("sendMessage", {"content": " Hello from 2024 "})
        await dora.until_said("Hello from 2024")
        await emil.until_said("Hello from 2024")

        mine, theirs = dora.frames[-1], emil.frames[-1]
        assert mine == theirs
        assert set(mine) == {"type", "data"}
        assert set(mine["data"]) == MESSAGE_FIELDS
        assert (mine["data"]["userId"], mine["data"]["username"]) == ("dora", "Dora")


async def test_what_is_pushed_to_other_devices_of_its_user_is_not_pushed_to_a_v1_client(
    mock_stack: StackFile, room: str
) -> None:
    async with (
        await ChatClient.v1(mock_stack, "dora") as dora,
        await ChatClient.v2(mock_stack, "dora", room=room) as phone,
        await ChatClient.v2(mock_stack, "emil", room=room) as emil,
    ):
        await phone.request("startDirect", {"userId": "emil"})
        await emil.until(lambda: "membership" in emil.types)
        await emil.request("createRoom", {"roomId": room, "title": "Kitchen"})
        for action, more in (("inviteMember", {}), ("muteMember", {"seconds": 60})):
            assert (await emil.request(action, {"roomId": room, "userId": "dora", **more}))["type"] == "ack"
        await phone.until(lambda: "membership" in phone.types)
        said = await emil.say("read this", room)
        await phone.request("markRead", {"roomId": room, "sortKey": said["sortKey"]})
        await emil.say("last")
        await dora.until_said("last")

        assert dora.types == {"newMessage"}


async def test_without_a_name_one_is_anonymous(mock_stack: StackFile) -> None:
    async with await ChatClient.v1(mock_stack, "") as nameless:
        await nameless.send_frame("sendMessage", {"content": "who am I"})
        await nameless.until_said("who am I")

        said = nameless.messages()[-1]
        assert (said["userId"], said["username"]) == ("anonymous", "Anonymous")


async def test_whatever_a_v1_client_sends_it_gets_no_other_frame(mock_stack: StackFile) -> None:
    frames: list[Frame | str] = [
        "not json",
        "",
        "[]",
        '{"data": {}}',
        {"action": 5},
        {"action": "dance"},
        {"action": "ping"},
        {"action": "sendMessage"},
        {"action": "sendMessage", "data": {"content": "   "}},
        {"action": "sendMessage", "data": {"content": 7}},
        {"action": "sendMessage", "data": {"content": "x" * 4001}},
        {"action": "sendMessage", "data": {"content": "x", "roomId": "no spaces"}},
        {"action": "getMessages", "data": {"limit": "all"}},
        {"action": "joinRoom", "data": {"roomId": "global"}},
        {"action": "joinRoom", "data": {}},
    ]
    async with (
        await ChatClient.v1(mock_stack, "dora") as dora,
        await ChatClient.v2(mock_stack, "emil") as emil,
    ):
        for frame in frames:
            if isinstance(frame, str):
                await dora.send_raw(frame)
            else:
                await dora.send_frame(frame["action"], frame.get("data"))
        await dora.until_silences(len(frames))
        for number in range(3):
            await emil.say(f"burst {number}")
        await dora.until_said("burst 0", "burst 1", "burst 2")

        assert dora.types == {"newMessage"}
        assert dora.silences == len(frames)
