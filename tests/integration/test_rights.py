"""The table of rights (docs/protocol/rights.md), driven over the wire: every action by everybody it names.

In each run tests/unit/attack/test_rights.py drives it through the functions.
"""

import uuid
from contextlib import AsyncExitStack

import pytest

from infra.local.stack_file import StackFile
from shared.rights import RoomAction
from shared.rooms import RoomKind
from tests.support.chat_client import ChatClient
from tests.support.rights_frames import FRAMES, answer, expected, frame_of
from tests.support.rights_table import SHOWN


async def a_room(owner: ChatClient, kind: RoomKind, names: dict[str, str], target: str) -> str:
    """A room with somebody of every standing, and a member to act on."""
    name = {"roomId": unique("rights")} if kind == "public" else {}
    made = await owner.request("createRoom", {"kind": kind, "title": "Rights", **name})
    room_id = str(made["data"]["roomId"])
    for user in (*(names[each] for each in ("member", "moderator", "muted member", "banned")), target):
        await done(owner, "inviteMember", roomId=room_id, userId=user)
    await done(owner, "setRole", roomId=room_id, userId=names["moderator"], role="moderator")
    await done(owner, "muteMember", roomId=room_id, userId=names["muted member"], seconds=3_600)
    await done(owner, "banMember", roomId=room_id, userId=names["banned"], seconds=3_600)
    return room_id


@pytest.mark.nightly
@pytest.mark.parametrize("kind", ["public", "private"])
async def test_everybody_may_do_what_the_table_says_and_nothing_else(
    mock_stack: StackFile, kind: RoomKind
) -> None:
    names, target = {shown: unique(shown) for shown in SHOWN}, unique("target")
    answered: dict[tuple[str, str], str] = {}
    async with AsyncExitStack() as open_clients:
        users = {
            shown: await open_clients.enter_async_context(await ChatClient.v2(mock_stack, name))
            for shown, name in names.items()
        }
        await open_clients.enter_async_context(await ChatClient.v2(mock_stack, target))
        room_id = await a_room(users["owner"], kind, names, target)
        for action in FRAMES:
            frame, data = frame_of(action, room_id, target)
            for shown, user in users.items():
                answered[action.value, shown] = answer(await user.request(frame, data))
                if action is RoomAction.REMOVE:
                    await done(users["owner"], "inviteMember", roomId=room_id, userId=target)

    assert answered == {
        (action.value, shown): expected(action, kind, standing)
        for action in FRAMES
        for shown, standing in SHOWN.items()
    }


async def done(client: ChatClient, action: str, **data: object) -> None:
    reply = await client.request(action, data)
    assert reply["type"] == "ack", reply


def unique(name: str) -> str:
    return f"{name.replace(' ', '-')}-{uuid.uuid4().hex[:8]}"
