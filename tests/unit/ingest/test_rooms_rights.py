"""A connection is let into a room, told who is there and heard typing only if its user may."""

import json
import os
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from shared.rooms import private_room_id
from shared.stores.connections import Connection, Connections
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from tests.unit.examples import BOB, NOW, connection
from tests.unit.tokens import token

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="function")
PRIVATE = private_room_id(bytes(16))


def answer(action: str, room: str) -> Any:
    from services.ingest.handlers.rooms import build

    frame = {"action": action, "requestId": "r1", "token": token(sub="b0b"), "data": {"roomId": room}}
    event = {"requestContext": {"connectionId": "c1=", "routeKey": action}, "body": json.dumps(frame)}
    reply = json.loads(build(os.environ)(event, CONTEXT)["body"])
    return reply.get("data", {}).get("code", reply["type"])


@pytest.mark.parametrize("action", ["joinRoom", "getMembers", "typing"])
@pytest.mark.parametrize(("room", "code"), [("global", "BANNED"), (PRIVATE, "FORBIDDEN")])
def test_who_may_not_is_refused_before_anything_happens(
    action: str, room: str, code: str, inbox: str
) -> None:
    memberships = Memberships(boto3.client("dynamodb"), "memberships")
    memberships.ban("b0b", "global", 2**52, NOW)

    assert answer(action, room) == code
    assert "Messages" not in boto3.client("sqs").receive_message(QueueUrl=inbox)


def test_a_member_of_a_private_room_is_told_who_is_there(inbox: str) -> None:
    memberships = Memberships(boto3.client("dynamodb"), "memberships")
    memberships.join(Membership("b0b", PRIVATE, "Bob", "member", NOW))

    assert answer("getMembers", PRIVATE) == "members"


def test_who_is_put_out_while_joining_is_not_in_the_room(
    inbox: str, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    memberships = Memberships(boto3.client("dynamodb"), "memberships")
    memberships.join(Membership("b0b", PRIVATE, "Bob", "member", NOW))
    connections.put(connection("c1=", identity=BOB, ttl=2**40))
    put = Connections.put

    def put_out_and_put(self: Connections, joining: Connection) -> bool:
        memberships.ban("b0b", PRIVATE, 2**52, NOW)  # and there is no row yet for it to take out
        return put(self, joining)

    monkeypatch.setattr(Connections, "put", put_out_and_put)

    assert answer("joinRoom", PRIVATE) == "BANNED"
    assert [each.room_id for each in connections.stored("c1=")] == ["global"]
    assert "Messages" not in boto3.client("sqs").receive_message(QueueUrl=inbox)


def test_a_private_room_that_is_joined_again_is_looked_at_once(
    inbox: str, connections: Connections, calls: list[str]
) -> None:
    memberships = Memberships(boto3.client("dynamodb"), "memberships")
    memberships.join(Membership("b0b", PRIVATE, "Bob", "member", NOW))
    connections.put(connection("c1=", identity=BOB, ttl=2**40))
    looks = []
    for _ in range(2):
        calls.clear()
        assert answer("joinRoom", PRIVATE) == "ack"
        looks.append(calls.count("GetItem"))

    assert looks == [2, 1]
