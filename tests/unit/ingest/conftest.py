from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest

from tests.unit.tokens import CLIENT_ID, ISSUER, KEY_ID, jwks

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


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
    """The environment of the functions; the URL of a queue that is subscribed to their topic."""
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
        "USERS_TABLE": "users",
        "MEMBERSHIPS_TABLE": "memberships",
        "MESSAGES_TOPIC_ARN": topic,
        "SHARD_COUNT": "4",
        "PRESENCE_ROOM_LIMIT": "100",
        "ALLOWED_ORIGINS": "https://chat.example",
        "COGNITO_ISSUER": ISSUER,
        "COGNITO_CLIENT_ID": CLIENT_ID,
        "POWERTOOLS_METRICS_NAMESPACE": "Test",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("shared.auth.caller.fetch_jwks", lambda _url: jwks(KEY_ID))
    return queue
