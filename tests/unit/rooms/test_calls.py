"""What happens in a room is one transaction, which notes it too, and one publication."""

import json
import os
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from shared.jobs import DeliveryJob
from shared.protocol.message import Notice
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from tests.unit.examples import NOW
from tests.unit.tokens import token

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="manage-rooms")
SPENT, LISTENERS, ROLES = "UpdateItem", "Query", ["GetItem", "GetItem"]


@pytest.mark.parametrize(
    ("action", "more", "made"),
    [
        ("updateRoom", {"title": "Mine", "topic": "New"}, [SPENT, *ROLES, "TransactWriteItems", "Publish"]),
        ("setRole", {"role": "member"}, [SPENT, LISTENERS, *ROLES, "TransactWriteItems", "Publish"]),
        (
            "banMember",
            {"seconds": 60},
            [SPENT, LISTENERS, *ROLES, "TransactWriteItems", "Query", "Publish"],  # whom it takes out
        ),
        ("removeMember", {}, [SPENT, LISTENERS, *ROLES, "GetItem", "TransactWriteItems", "Publish"]),
    ],
)
def test_a_notice_is_written_with_what_it_tells_of_and_published_once(
    *,
    inbox: str,
    memberships: Memberships,
    calls: list[str],
    action: str,
    more: dict[str, Any],
    made: list[str],
) -> None:
    from services.rooms.handlers.rooms import build

    handler = build(os.environ)

    def ask(action: str, **data: Any) -> Any:
        frame = {"action": action, "requestId": "r1", "token": token(sub="a11ce"), "data": data}
        event = {"requestContext": {"connectionId": "c1=", "routeKey": action}, "body": json.dumps(frame)}
        return json.loads(handler(event, CONTEXT)["body"])

    assert ask("createRoom", roomId="mine", title="Mine")["type"] == "room"
    memberships.join(Membership("b0b", "mine", "Bob", "moderator", NOW))
    boto3.client("sqs").purge_queue(QueueUrl=inbox)
    calls.clear()

    whom = {} if action == "updateRoom" else {"userId": "b0b"}
    assert ask(action, roomId="mine", **whom, **more)["type"] in ("ack", "room")

    assert calls == made
    (received,) = boto3.client("sqs").receive_message(QueueUrl=inbox, MaxNumberOfMessages=10)["Messages"]
    (outgoing,) = DeliveryJob.model_validate_json(received["Body"]).outgoing
    assert isinstance(outgoing.message, Notice)
    assert (outgoing.message.room_id, outgoing.exclude) == ("mine", None)
