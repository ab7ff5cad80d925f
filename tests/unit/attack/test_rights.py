"""The table of rights (docs/protocol/rights.md) through the functions: every action by everybody it names."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from shared.auth.identity import Identity
from shared.rights import RoomAction
from shared.rooms import RoomKind
from shared.stores.connections import Connections
from tests.support.rights_frames import ELSEWHERE, FRAMES, answer, expected, frame_of
from tests.support.rights_table import SHOWN
from tests.unit.attack.conftest import OPEN_ENDED, Strike
from tests.unit.examples import connection
from tests.unit.known import make_known
from tests.unit.tokens import token

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

TARGET = "target"


def ask(strike: Strike, user: str, action: str, **data: Any) -> Any:
    frame = {"action": action, "requestId": "r1", "token": token(sub=user, nickname=user), "data": data}
    return strike(json.dumps(frame), f"{user}=")


def a_room(strike: Strike, kind: RoomKind) -> str:
    """A room with somebody of every standing, named after it, and a member to act on."""
    if kind == "direct":
        return str(ask(strike, "member", "startDirect", userId=TARGET)["data"]["roomId"])
    name = {"roomId": "kitchen"} if kind == "public" else {}
    room_id = str(ask(strike, "owner", "createRoom", kind=kind, title="R", **name)["data"]["roomId"])
    for user in ("member", "moderator", "muted member", "banned", TARGET):
        assert ask(strike, "owner", "inviteMember", roomId=room_id, userId=user)["type"] == "ack"
    for user, action, more in (
        ("moderator", "setRole", {"role": "moderator"}),
        ("muted member", "muteMember", {"seconds": 3_600}),
        ("banned", "banMember", {"seconds": 3_600}),
    ):
        assert ask(strike, "owner", action, roomId=room_id, userId=user, **more)["type"] == "ack"
    return room_id


def test_every_action_of_the_table_has_its_frame() -> None:
    assert set(FRAMES) | ELSEWHERE == set(RoomAction)


@pytest.mark.parametrize(
    ("kind", "users"),
    [("public", list(SHOWN)), ("private", list(SHOWN)), ("direct", ["none", "member"])],
)
def test_everybody_may_do_what_the_table_says_and_nothing_else(
    kind: RoomKind,
    users: list[str],
    strike: Strike,
    connections: Connections,
    dynamodb: "DynamoDBClient",
) -> None:
    make_known(dynamodb, *SHOWN, TARGET)
    for user in users:
        connections.put(connection(f"{user}=", identity=Identity(user, user), ttl=OPEN_ENDED))
    room_id = a_room(strike, kind)

    answered: dict[tuple[str, str], str] = {}
    for action in FRAMES:
        name, data = frame_of(action, room_id, TARGET)
        for user in users:
            answered[action.value, user] = answer(ask(strike, user, name, **data))
            if action is RoomAction.REMOVE and kind != "direct":
                ask(strike, "owner", "inviteMember", roomId=room_id, userId=TARGET)

    assert answered == {
        (action.value, user): expected(action, kind, SHOWN[user]) for action in FRAMES for user in users
    }
