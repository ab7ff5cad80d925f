"""Every frame of the protocol may be sent again where its answer is lost: the same state, a like answer."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from infra.topology.model import Topology
from shared.auth.identity import Identity
from shared.stores.connections import Connections
from shared.stores.dynamodb import unmarshal
from tests.unit.attack.conftest import OPEN_ENDED, Strike
from tests.unit.examples import connection, identifier
from tests.unit.known import make_known
from tests.unit.tokens import token

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

ASKING, OTHER = "olga", "sam"
ELSEWHERE = {
    "deleteAccount",  # nobody is there to be answered twice: test_revoked_at_the_door.py
}
# How often and when something was done is no part of what was asked for.
OF_LIMITS = ("SpentUntil",)
OF_REPETITIONS = ("claimedAt", "publishedAt")


def asked(room: str, said: str, code: str) -> dict[str, dict[str, Any]]:
    """The frames of somebody who owns a room and said something there, in an order in which all are done."""
    here, message = {"roomId": room}, {"roomId": room, "sortKey": said}
    member = here | {"userId": "mara"}
    own = [{"clientMessageId": str(identifier(number))} for number in range(6)]
    return {
        "joinRoom": here,
        "authenticate": {},
        "sendMessage": here | {"content": "@sam, hello"} | own[0],
        "editMessage": message | {"content": "Good evening"} | own[1],
        "react": message | {"emoji": "\U0001f44d", "on": True} | own[2],
        "pinMessage": message | {"on": True} | own[3],
        "getMessages": here,
        "listPins": here,
        "listVersions": message,
        "listMentions": {},
        "searchMessages": here | {"query": "hello"},
        "typing": here,
        "getMembers": here,
        "ping": {},
        "createRoom": {"kind": "private", "title": "Plans", "clientRoomId": str(identifier(7))},
        "updateRoom": here | {"title": "Other plans", "topic": "Now", "retentionDays": 7},
        "startDirect": {"userId": "sam"},
        "listRooms": {},
        "myRooms": {},
        "listMembers": here,
        "markRead": message,
        "setNotify": here | {"notify": "none"},
        "setChoices": here | {"favourite": True, "markedUnread": True},
        "reportMessage": message | {"reason": "rude"},
        "createInvite": here | {"clientInviteId": str(identifier(8))},
        "acceptInvite": {"code": code},
        "inviteMember": member,
        "setRole": member | {"role": "moderator"},
        "muteMember": member | {"seconds": 60},
        "banMember": member | {"seconds": 60},
        "unban": member,
        "removeMember": member,
        "blockUser": {"userId": "mara"},
        "listBlocked": {},
        "unblockUser": {"userId": "mara"},
        "setProfile": {"handle": "olga.2", "status": "away"},
        "getProfiles": {"userIds": ["sam"], "handles": ["olga.2"]},
        "deleteMessage": message | own[4],
        "leaveRoom": here,
    }


@pytest.fixture
def rows(dynamodb: "DynamoDBClient") -> Callable[[], dict[str, list[dict[str, Any]]]]:
    """What is in all tables, but for what limits and repetitions count."""

    def rows() -> dict[str, list[dict[str, Any]]]:
        return {
            table: [
                {
                    name: value
                    for name, value in sorted(unmarshal(item).items())
                    if not name.endswith(OF_LIMITS) and name not in OF_REPETITIONS
                }
                for item in dynamodb.scan(TableName=table)["Items"]
            ]
            for table in dynamodb.list_tables()["TableNames"]
        }

    return rows


def test_what_is_asked_for_twice_is_done_once_and_answered_alike(
    strike: Strike,
    topology: Topology,
    connections: Connections,
    dynamodb: "DynamoDBClient",
    *,
    rows: Callable[[], dict[str, list[dict[str, Any]]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def ask(user: str, action: str, **data: Any) -> Any:
        frame = {"action": action, "requestId": "r1", "token": tokens[user], "data": data}
        return strike(json.dumps(frame), f"{user}=")

    tokens = {user: token(sub=user, nickname=user) for user in (ASKING, OTHER)}
    for user in (ASKING, OTHER):
        connections.put(connection(f"{user}=", identity=Identity(user, user), ttl=OPEN_ENDED))
    make_known(dynamodb, ASKING, OTHER, "mara")
    room = ask(ASKING, "createRoom", kind="private", title="Plans")["data"]["roomId"]
    others = ask(OTHER, "createRoom", kind="private", title="Sam's")["data"]["roomId"]
    code = ask(OTHER, "createInvite", roomId=others, uses=1)["data"]["code"]
    said = ask(ASKING, "sendMessage", roomId=room, content="Hello")["data"]["sortKey"]
    clock = [time.time()]
    monkeypatch.setattr("time.time", lambda: clock[0])

    frames = asked(room, said, code)
    twice: dict[str, str] = {}
    for action, data in frames.items():
        clock[0] += 1  # both at one moment, so that ends that follow from it are the same
        first, once = ask(ASKING, action, **data), rows()
        second = ask(ASKING, action, **data)
        is_done = first["type"] != "error"
        is_like = (second, rows()) == (first, once)
        twice[action] = f"{is_like=}" if is_done else str(first)

    assert frames.keys() | ELSEWHERE == {name for name in topology.routes if not name.startswith("$")}
    assert twice == dict.fromkeys(frames, "is_like=True")
