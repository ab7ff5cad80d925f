"""Whoever may act no more is refused every frame and handshake; floods are told how long to wait."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from shared.rooms import private_room_id
from shared.stores.connections import Connections
from shared.stores.erasures import Erasures
from shared.stores.users import Users
from tests.unit.examples import connection
from tests.unit.tokens import token

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="function")
DIGEST = {"from": 0, "until": 60_000, "count": 0, "xor": "0" * 16}
FRAMES = [
    ("ingest.handlers.rooms", "joinRoom", {"roomId": "kitchen"}),
    ("ingest.handlers.rooms", "leaveRoom", {"roomId": "kitchen"}),
    ("ingest.handlers.rooms", "authenticate", {}),
    ("ingest.handlers.rooms", "getMembers", {"roomId": "kitchen"}),
    ("ingest.handlers.rooms", "typing", {"roomId": "kitchen"}),
    ("ingest.handlers.send_message", "sendMessage", {"content": "Hello"}),
    ("history.handlers.get_messages", "getMessages", {}),
    ("history.handlers.ping", "ping", {"rooms": {private_room_id(bytes(16)): DIGEST}}),
    ("rooms.handlers.rooms", "createRoom", {"title": "Mine"}),
    ("rooms.handlers.rooms", "listRooms", {}),
    ("search.handlers.search_messages", "searchMessages", {"query": "x", "roomId": "kitchen"}),
    ("history.handlers.get_messages", "listMentions", {}),
    ("rooms.handlers.rooms", "setNotify", {"roomId": "kitchen", "notify": "none"}),
    ("rooms.handlers.rooms", "deleteAccount", {"handle": "alice"}),
]
ByAction = pytest.mark.parametrize(("module", "action", "data"), FRAMES, ids=[each[1] for each in FRAMES])
Connect = Callable[..., int]


def answer(module: str, action: str, data: dict[str, Any], **fields: Any) -> dict[str, Any]:
    frame = {"action": action, "requestId": "r1", "token": token(), "data": data, **fields}
    event = {"requestContext": {"connectionId": "c1=", "routeKey": action}, "body": json.dumps(frame)}
    handler = import_module(f"services.{module}").build(os.environ)
    data_of_reply = json.loads(handler(event, CONTEXT)["body"]).get("data")
    return data_of_reply if isinstance(data_of_reply, dict) else {}


@pytest.fixture
def connect(inbox: str) -> Connect:
    """Opens a connection of Alice's; gives the status of the answer."""
    handler = import_module("services.ingest.handlers.connect").build(os.environ)

    def connect(number: int = 1, **claims: Any) -> int:
        event = {
            "requestContext": {"connectionId": f"c{number}=", "connectedAt": 1_763_856_000_000},
            "headers": {"Sec-WebSocket-Protocol": f"chat.v2, bearer.{token(**claims)}"},
        }
        status: int = handler(event, CONTEXT)["statusCode"]
        return status

    return connect


@ByAction
def test_who_is_banned_is_refused_every_frame(
    module: str, action: str, data: dict[str, Any], inbox: str, dynamodb: "DynamoDBClient"
) -> None:
    Users(dynamodb, "users").ban("a11ce")

    assert answer(module, action, data)["code"] == "BANNED"


@ByAction
def test_who_deleted_their_account_is_refused_every_frame_whatever_the_token(
    module: str, action: str, data: dict[str, Any], inbox: str, dynamodb: "DynamoDBClient"
) -> None:
    Erasures(dynamodb, "users").begin("a11ce", None, 1_763_856_000_000)

    assert answer(module, action, data)["code"] == "UNAUTHENTICATED"


@ByAction
def test_a_token_of_before_the_sign_out_is_refused_with_every_frame(
    module: str, action: str, data: dict[str, Any], inbox: str, dynamodb: "DynamoDBClient"
) -> None:
    Users(dynamodb, "users").sign_out("a11ce", int(datetime.now(UTC).timestamp()))
    older = token(iat=datetime.now(UTC) - timedelta(minutes=1))

    assert answer(module, action, data, token=older)["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("variable", "frame"),
    [
        ("MOVE_LIMIT", FRAMES[0]),
        ("MEMBERS_LIMIT", FRAMES[3]),
        ("TYPING_LIMIT", FRAMES[4]),
        ("HISTORY_LIMIT", FRAMES[6]),
        ("NEW_ROOM_LIMIT", FRAMES[8]),
        ("ROOM_ACTION_LIMIT", FRAMES[9]),
        ("SEARCH_LIMIT", FRAMES[10]),
    ],
)
def test_a_flood_is_told_how_long_to_wait_and_holds_nobody_else_back(
    variable: str,
    frame: tuple[str, str, dict[str, Any]],
    inbox: str,
    connections: Connections,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, "1/60000")
    connections.put(connection("c1=", ttl=9_999_999_999))

    assert "code" not in answer(*frame)
    refused = answer(*frame)
    bob = answer(*frame, token=token(sub="b0b"))

    assert refused["code"] == "RATE_LIMITED"
    assert 50_000 < refused["retryAfterMs"] <= 60_000
    assert bob.get("code") in {None, "FORBIDDEN"}  # the connection is Alice's


def test_who_is_banned_or_signed_out_opens_no_connection(
    connect: Connect, dynamodb: "DynamoDBClient"
) -> None:
    assert connect() == 200
    Users(dynamodb, "users").sign_out("a11ce", int(datetime.now(UTC).timestamp()) + 1)
    assert connect() == 401
    Users(dynamodb, "users").ban("a11ce")
    assert connect() == 403
    assert connect(sub="b0b") == 200


@pytest.mark.parametrize(("mode", "query"), [("cognito", {}), ("mock", {"userId": "a11ce"})])
def test_a_deleted_account_opens_no_connection(
    mode: str, query: dict[str, str], inbox: str, dynamodb: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    Erasures(dynamodb, "users").begin("a11ce", None, 1_763_856_000_000)
    monkeypatch.setenv("AUTH_MODE", mode)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")  # mock mode needs one
    handler = import_module("services.ingest.handlers.connect")
    monkeypatch.setattr(handler, "dynamodb_client", lambda *_: dynamodb)

    event = {
        "requestContext": {"connectionId": "c1=", "connectedAt": 1_763_856_000_000},
        "headers": {"Sec-WebSocket-Protocol": f"chat.v2, bearer.{token()}"},
        "queryStringParameters": query,
    }
    assert handler.build(os.environ)(event, CONTEXT)["statusCode"] == 401


def test_a_user_has_ten_connections_at_most(connect: Connect, connections: Connections) -> None:
    assert [connect(number) for number in range(11)] == [200] * 10 + [429]

    connections.remove_all("c3=")
    assert connect(11) == 200
    assert connect(12, sub="b0b") == 200


def test_handshakes_are_limited_too(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECT_LIMIT", "1/60000")
    handler = import_module("services.ingest.handlers.connect").build(os.environ)
    event = {
        "requestContext": {"connectionId": "c1=", "connectedAt": 1_763_856_000_000},
        "headers": {"Sec-WebSocket-Protocol": f"chat.v2, bearer.{token()}"},
    }

    assert [handler(event, CONTEXT)["statusCode"] for _ in range(2)] == [200, 429]
