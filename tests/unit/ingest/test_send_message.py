import json
import os
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from shared.jobs import DeliveryJob, shard_of
from tests.unit.examples import identifier
from tests.unit.tokens import token

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="send-message")


def sent(**frame: Any) -> dict[str, Any]:
    return {
        "requestContext": {"connectionId": "c1=", "routeKey": "sendMessage"},
        "body": json.dumps({"action": "sendMessage", **frame}),
    }


@pytest.mark.parametrize(
    ("own", "written_by"),
    [({}, "TransactWriteItems"), ({"clientMessageId": str(identifier(1))}, "TransactWriteItems")],
)
def test_a_send_is_exactly_two_aws_calls(
    inbox: str, calls: list[str], own: dict[str, str], written_by: str
) -> None:
    from services.ingest.handlers.send_message import build

    handler = build(os.environ)
    calls.clear()
    answer = handler(sent(token=token(), data={"content": "Hello", "roomId": "kitchen", **own}), CONTEXT)

    assert json.loads(answer["body"])["type"] == "newMessage"
    assert calls == [written_by, "Publish"]


def test_how_the_client_names_a_message_is_told_to_nobody_but_its_author(inbox: str) -> None:
    from services.history.handlers.get_messages import build as build_history
    from services.ingest.handlers.send_message import build

    own = {"clientMessageId": str(identifier(1))}
    echo = build(os.environ)(sent(token=token(), data={"content": "Hello", **own}), CONTEXT)
    history = build_history(os.environ)
    read = {"action": "getMessages", "data": {}}
    by_author, by_other = (
        json.loads(history(sent(**{**read, "token": token(sub=user)}), CONTEXT)["body"])["data"]
        for user in ("a11ce", "b0b")
    )

    said = json.loads(echo["body"])["data"]
    assert by_author == [said]
    assert said["clientMessageId"] == own["clientMessageId"]
    assert by_other == [{name: value for name, value in said.items() if name != "clientMessageId"}]
    (pushed,) = boto3.client("sqs").receive_message(QueueUrl=inbox)["Messages"]
    assert own["clientMessageId"] not in pushed["Body"]


def test_the_job_leaves_the_sender_out_and_knows_its_shard(inbox: str) -> None:
    from services.ingest.handlers.send_message import build

    build(os.environ)(sent(token=token(), data={"content": "Hello", "roomId": "kitchen"}), CONTEXT)

    received = boto3.client("sqs").receive_message(QueueUrl=inbox, MessageAttributeNames=["All"])["Messages"][
        0
    ]
    job = DeliveryJob.model_validate_json(received["Body"])
    assert (job.outgoing[0].message.content, job.targets, job.outgoing[0].exclude, job.attempt) == (
        "Hello",
        None,
        "c1=",
        0,
    )
    attributes = {name: value["StringValue"] for name, value in received["MessageAttributes"].items()}
    assert attributes["shard"] == str(shard_of("kitchen", 4))
    assert attributes["acceptedAt"].isdecimal()


def test_without_a_good_token_nothing_is_called(inbox: str, calls: list[str]) -> None:
    from services.ingest.handlers.send_message import build

    handler = build(os.environ)
    calls.clear()
    answer = handler(sent(requestId="r1", token="forged", data={"content": "Hello"}), CONTEXT)

    assert json.loads(answer["body"])["data"]["code"] == "UNAUTHENTICATED"
    assert calls == []
