"""What the functions at the door tell of people, and at how many AWS calls."""

import json
import os
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from shared.jobs import EphemeralJob, read_job, shard_of
from shared.observability import Handler
from shared.stores.connections import Connections, no_room_key
from tests.unit.examples import connection
from tests.unit.tokens import token

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="function")
Made = Callable[[str], Handler]


@pytest.fixture
def made(inbox: str, calls: list[str]) -> Made:
    """Makes the handler of a module; calls count from then on."""

    def make(module: str) -> Handler:
        handler: Handler = import_module(f"services.ingest.handlers.{module}").build(os.environ)
        calls.clear()
        return handler

    return make


@pytest.fixture
def heard(inbox: str) -> Callable[[], list[tuple[str, str, str]]]:
    """Takes the events that were published: kind, room and user; all leave their own connection out."""

    def take() -> list[tuple[str, str, str]]:
        answer = boto3.client("sqs").receive_message(QueueUrl=inbox, MaxNumberOfMessages=10)
        jobs = [read_job(each["Body"]) for each in answer.get("Messages", [])]
        events = [job.event for job in jobs if isinstance(job, EphemeralJob) and job.exclude == "c1="]
        assert len(events) == len(jobs)
        return sorted((event.kind, event.room_id, event.username) for event in events)

    return take


# The limit, the user's connections, a ban, when the connection ends, the connection itself.
HANDSHAKE = ["UpdateItem", "Query", "GetItem", "PutItem", "PutItem"]
FIRST_HANDLE = ["BatchGetItem", "TransactWriteItems"]

Heard = Callable[[], list[tuple[str, str, str]]]


def handshake() -> dict[str, Any]:
    return {
        "requestContext": {"connectionId": "c1=", "connectedAt": 1_763_856_000_000},
        "headers": {"Sec-WebSocket-Protocol": f"chat.v2, bearer.{token()}"},
        "queryStringParameters": {"roomId": "kitchen"},
    }


def frame(action: str, room: str = "kitchen", **fields: Any) -> dict[str, Any]:
    body = {"action": action, "requestId": "r1", "token": token(), "data": {"roomId": room}, **fields}
    return {"requestContext": {"connectionId": "c1=", "routeKey": action}, "body": json.dumps(body)}


def reply(answer: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(answer["body"])
    return read


def alice_is_in(connections: Connections, *rooms: str) -> None:
    """A connection of Alice's, whose token it is, in those rooms and far from expiring."""
    for room in rooms:
        connections.put(connection("c1=", room=room, ttl=9_999_999_999))


def test_who_connects_has_joined(made: Made, calls: list[str], heard: Heard) -> None:
    assert made("connect")(handshake(), CONTEXT)["statusCode"] == 200

    assert calls == [*HANDSHAKE, *FIRST_HANDLE, "Publish"]
    assert heard() == [("joined", "kitchen", "Alice")]


def test_a_handle_is_given_once_and_costs_later_handshakes_nothing(made: Made, calls: list[str]) -> None:
    connect = made("connect")
    connect(handshake(), CONTEXT)
    calls.clear()

    assert connect(handshake(), CONTEXT)["statusCode"] == 200
    assert not set(FIRST_HANDLE) & set(calls)


def test_joining_is_told_once_however_often_it_is_asked_for(
    made: Made, calls: list[str], heard: Heard, connections: Connections
) -> None:
    alice_is_in(connections, "global")
    handler = made("rooms")

    assert reply(handler(frame("joinRoom"), CONTEXT))["type"] == "ack"
    assert calls == ["UpdateItem", "GetItem", "Query", "PutItem", "Publish"]
    assert reply(handler(frame("joinRoom"), CONTEXT))["type"] == "ack"
    assert heard() == [("joined", "kitchen", "Alice")]


def test_leaving_is_told_once(made: Made, calls: list[str], heard: Heard, connections: Connections) -> None:
    alice_is_in(connections, "global", "kitchen")
    handler = made("rooms")

    assert reply(handler(frame("leaveRoom"), CONTEXT))["type"] == "ack"
    assert calls == ["UpdateItem", "Query", "PutItem", "DeleteItem", "Publish"]
    assert reply(handler(frame("leaveRoom"), CONTEXT))["type"] == "ack"
    assert heard() == [("left", "kitchen", "Alice")]


def test_who_disconnects_has_left_every_room(
    made: Made, calls: list[str], heard: Heard, connections: Connections
) -> None:
    alice_is_in(connections, "global", "kitchen", no_room_key("c1="))

    made("disconnect")({"requestContext": {"connectionId": "c1="}}, CONTEXT)

    assert calls == ["Query", "BatchWriteItem", "Publish", "Publish", "UpdateItem"]
    assert heard() == [("left", "global", "Alice"), ("left", "kitchen", "Alice")]


def test_who_comes_waits_apart_from_the_shards_and_who_types_does_not(inbox: str, made: Made) -> None:
    made("connect")(handshake(), CONTEXT)
    made("rooms")(frame("typing"), CONTEXT)

    answer = boto3.client("sqs").receive_message(
        QueueUrl=inbox, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )

    shards: dict[str, str | None] = {}
    for each in answer["Messages"]:
        shard = each["MessageAttributes"].get("shard")
        shards[json.loads(each["Body"])["event"]["kind"]] = shard["StringValue"] if shard else None
    assert shards == {"joined": None, "typing": str(shard_of("kitchen", 4))}


def test_typing_is_one_publish(made: Made, calls: list[str], heard: Heard) -> None:
    assert reply(made("rooms")(frame("typing"), CONTEXT)) == {"type": "ack", "requestId": "r1"}

    assert calls == ["UpdateItem", "GetItem", "Publish"]
    assert heard() == [("typing", "kitchen", "Alice")]


def test_asking_who_is_there_is_one_query(made: Made, calls: list[str], connections: Connections) -> None:
    alice_is_in(connections, "kitchen")

    answer = reply(made("rooms")(frame("getMembers"), CONTEXT))

    assert calls == ["UpdateItem", "GetItem", "Query"]
    assert (answer["type"], answer["data"]["online"]) == ("members", 1)


def test_without_a_topic_people_come_and_go_all_the_same(
    made: Made, connections: Connections, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MESSAGES_TOPIC_ARN", "arn:aws:sns:eu-central-1:123456789012:no-such-topic")

    assert made("connect")(handshake(), CONTEXT)["statusCode"] == 200
    assert reply(made("rooms")(frame("typing"), CONTEXT))["type"] == "ack"
    assert made("disconnect")({"requestContext": {"connectionId": "c1="}}, CONTEXT)["statusCode"] == 200

    lost = [
        json.loads(line)["EphemeralDropped"][0]
        for line in capsys.readouterr().out.splitlines()
        if '"reason":"failed"' in line
    ]
    assert lost == [1, 1, 1]
