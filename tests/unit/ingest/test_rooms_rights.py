"""A connection is let into a room, told who is there and heard typing only if its user may."""

import json
import os
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from shared.rooms import private_room_id
from shared.stores.memberships import Membership, Memberships
from tests.unit.examples import NOW
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
