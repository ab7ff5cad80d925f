"""The reference's algorithm as it is compared: two scans, one put, one post to each, none tried later."""

import importlib
import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.load.versus.deploy import CODE, ROUTES

Frame = dict[str, Any]


class Posts:
    """Stands in for `@connections`; `failing` is the connection that cannot be posted to."""

    def __init__(self, failing: str | None = None) -> None:
        self.failing = failing
        self.got: dict[str, list[Frame]] = {}

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:  # noqa: N803 - boto3's names
        if self.failing == ConnectionId:
            raise ClientError({"Error": {"Code": "LimitExceededException"}}, "PostToConnection")
        self.got.setdefault(ConnectionId, []).append(json.loads(Data))


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch, calls: list[str]) -> Iterator[ModuleType]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1",
        "CONNECTIONS_TABLE": "connections", "MESSAGES_TABLE": "messages", "CALLBACK_URL": "http://127.0.0.1:1/x",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        _table(dynamodb, "connections", "connectionId")
        _table(dynamodb, "messages", "roomId", "sortKey")
        module = importlib.reload(importlib.import_module("tests.load.versus.reference_functions"))
        events = module._dynamodb.meta.client.meta.events
        events.register("before-call", lambda model, **_: calls.append(model.name))
        yield module


def _table(dynamodb: Any, name: str, *keys: str) -> None:
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=[
            {"AttributeName": key, "KeyType": kind}
            for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
        ],
    )


def event(connection: str, data: Frame | None = None, **query: str) -> Frame:
    return {
        "requestContext": {"connectionId": connection},
        "queryStringParameters": query,
        "body": json.dumps({"action": "x", "data": data or {}}),
    }


def crowd(reference: ModuleType, monkeypatch: pytest.MonkeyPatch, posts: Posts) -> None:
    monkeypatch.setattr(reference, "_posts", posts)
    for name in ("a", "b", "c"):
        reference.connect(event(name, userId=name, username=name.upper()), None)


def test_a_message_goes_to_everybody_by_two_scans_and_one_put(
    reference: ModuleType, monkeypatch: pytest.MonkeyPatch, calls: list[str]
) -> None:
    posts = Posts()
    crowd(reference, monkeypatch, posts)
    calls.clear()

    reference.send_message(event("a", {"content": " Hello ", "roomId": "r"}), None)

    assert sorted(calls) == ["PutItem", "Scan", "Scan"]
    assert set(posts.got) == {"a", "b", "c"}
    (said,) = posts.got["b"]
    assert said["type"] == "newMessage"
    assert (said["data"]["content"], said["data"]["username"]) == ("Hello", "A")


def test_a_post_that_fails_is_lost_and_stops_nobody_else(
    reference: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = Posts(failing="b")
    crowd(reference, monkeypatch, posts)

    assert reference.send_message(event("a", {"content": "Hello"}), None) == {"statusCode": 200}

    assert set(posts.got) == {"a", "c"}


def test_history_is_the_newest_page_oldest_first(
    reference: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = Posts()
    crowd(reference, monkeypatch, posts)
    for number in range(3):
        monkeypatch.setattr(reference.time, "time", lambda number=number: 1_763_856_000.0 + number)
        reference.send_message(event("a", {"content": str(number), "roomId": "r"}), None)
    posts.got.clear()

    reference.get_messages(event("b", {"roomId": "r", "limit": 2}), None)

    (frame,) = posts.got["b"]
    assert frame["type"] == "messageHistory"
    assert [said["content"] for said in frame["data"]] == ["1", "2"]


def test_whoever_disconnects_gets_nothing_more(
    reference: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = Posts()
    crowd(reference, monkeypatch, posts)
    reference.disconnect(event("b"), None)

    reference.send_message(event("a", {"content": "Hello"}), None)

    assert set(posts.got) == {"a", "c"}


def test_neither_strangers_nor_empty_messages_are_stored(
    reference: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = Posts()
    crowd(reference, monkeypatch, posts)

    assert reference.send_message(event("z", {"content": "Hello"}), None) == {"statusCode": 400}
    assert reference.send_message(event("a", {"content": "  "}), None) == {"statusCode": 400}
    assert posts.got == {}


def test_what_is_deployed_has_every_handler_that_the_routes_name(reference: ModuleType) -> None:
    assert reference.__file__ == str(CODE)
    assert all(callable(getattr(reference, handler)) for handler in ROUTES.values())
