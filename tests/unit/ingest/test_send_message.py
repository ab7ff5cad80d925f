import json
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest

from shared.jobs import DeliveryJob, shard_of
from tests.unit.tokens import CLIENT_ID, ISSUER, KEY_ID, jwks, token

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="send-message")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The AWS calls of all clients made from now on, by botocore's event hooks."""
    seen: list[str] = []
    emitter_of = botocore.session.Session.create_client

    def create_client(session: botocore.session.Session, *args: Any, **kwargs: Any) -> Any:
        client = emitter_of(session, *args, **kwargs)
        client.meta.events.register("before-call", lambda model, **_: seen.append(model.name))
        return client

    monkeypatch.setattr(botocore.session.Session, "create_client", create_client)
    return seen


@pytest.fixture
def inbox(dynamodb: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch) -> str:
    """The environment of the function; the URL of a queue that is subscribed to its topic."""
    topic = boto3.client("sns").create_topic(Name="messages")["TopicArn"]
    queue = boto3.client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    boto3.client("sns").subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint="arn:aws:sqs:eu-central-1:123456789012:inbox",
        Attributes={"RawMessageDelivery": "true"},
    )
    for name, value in {
        "CONNECTIONS_TABLE": "connections",
        "MESSAGES_TABLE": "messages",
        "MESSAGES_TOPIC_ARN": topic,
        "SHARD_COUNT": "4",
        "COGNITO_ISSUER": ISSUER,
        "COGNITO_CLIENT_ID": CLIENT_ID,
        "POWERTOOLS_METRICS_NAMESPACE": "Test",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("shared.caller.fetch_jwks", lambda _url: jwks(KEY_ID))
    return queue


def sent(**frame: Any) -> dict[str, Any]:
    return {
        "requestContext": {"connectionId": "c1=", "routeKey": "sendMessage"},
        "body": json.dumps({"action": "sendMessage", **frame}),
    }


def test_a_send_is_exactly_two_aws_calls(inbox: str, calls: list[str]) -> None:
    from services.ingest.send_message import build

    handler = build(os.environ)
    calls.clear()
    answer = handler(sent(token=token(), data={"content": "Hello", "roomId": "kitchen"}), CONTEXT)

    assert json.loads(answer["body"])["type"] == "newMessage"
    assert calls == ["PutItem", "Publish"]


def test_the_job_leaves_the_sender_out_and_knows_its_shard(inbox: str) -> None:
    from services.ingest.send_message import build

    build(os.environ)(sent(token=token(), data={"content": "Hello", "roomId": "kitchen"}), CONTEXT)

    received = boto3.client("sqs").receive_message(QueueUrl=inbox, MessageAttributeNames=["All"])["Messages"][
        0
    ]
    job = DeliveryJob.model_validate_json(received["Body"])
    assert (job.message.content, job.targets, job.exclude, job.attempt) == ("Hello", None, "c1=", 0)
    attributes = {name: value["StringValue"] for name, value in received["MessageAttributes"].items()}
    assert attributes["shard"] == str(shard_of("kitchen", 4))
    assert attributes["acceptedAt"].isdecimal()


def test_without_a_good_token_nothing_is_called(inbox: str, calls: list[str]) -> None:
    from services.ingest.send_message import build

    handler = build(os.environ)
    calls.clear()
    answer = handler(sent(requestId="r1", token="forged", data={"content": "Hello"}), CONTEXT)

    assert json.loads(answer["body"])["data"]["code"] == "UNAUTHENTICATED"
    assert calls == []
