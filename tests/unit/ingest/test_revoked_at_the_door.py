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
from tests.unit.known import make_known
from tests.unit.shared.scripted_server import ScriptedServer
from tests.unit.shared.scripted_server import answer as answer_with
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
    ("rooms.handlers.rooms", "startDirect", {"userId": "car01"}),
    ("rooms.handlers.rooms", "myRooms", {}),
]
FOR_LONG = 2**40
REPORT = {"roomId": "kitchen", "sortKey": "1763856000000#1"}
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
        ("MODERATION_LIMIT", FRAMES[14]),
        ("MY_ROOMS_LIMIT", FRAMES[15]),
    ],
)
def test_a_flood_is_told_how_long_to_wait_and_holds_nobody_else_back(
    variable: str,
    frame: tuple[str, str, dict[str, Any]],
    inbox: str,
    connections: Connections,
    dynamodb: "DynamoDBClient",
    *,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_known(dynamodb, "car01")
    monkeypatch.setenv(variable, "1/60000")
    connections.put(connection("c1=", ttl=9_999_999_999))

    assert "code" not in answer(*frame)
    refused = answer(*frame)
    bob = answer(*frame, token=token(sub="b0b"))

    assert refused["code"] == "RATE_LIMITED"
    assert 50_000 < refused["retryAfterMs"] <= 60_000
    assert bob.get("code") in {None, "FORBIDDEN"}  # the connection is Alice's


def test_nobody_hides_the_reports_of_others_behind_their_own(
    inbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEW_ROOM_LIMIT", "2/60000")

    codes = [answer("rooms.handlers.rooms", "reportMessage", REPORT)["code"] for _ in range(3)]
    assert codes == ["INVALID_FRAME", "INVALID_FRAME", "RATE_LIMITED"]  # there is no such message


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


def test_connections_whose_end_nobody_was_told_of_lock_nobody_out(
    connect: Connect, connections: Connections
) -> None:
    for number in range(10):
        connections.put(connection(f"lost{number}=", ttl=int(datetime.now(UTC).timestamp()) - 1))

    assert connect() == 200


@pytest.mark.parametrize(("status", "answered"), [(410, 200), (200, 429), (403, 429)])
def test_of_ten_connections_those_that_are_gone_do_not_count(
    status: int, answered: int, *, inbox: str, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        for room in ("global", "kitchen"):
            connections.put(connection(f"lost{number}=", room=room, ttl=FOR_LONG))
    with ScriptedServer([answer_with(status)] * 10) as server:
        monkeypatch.setenv("WEBSOCKET_CALLBACK_URL", f"http://127.0.0.1:{server.port}/local")
        handler = import_module("services.ingest.handlers.connect").build(os.environ)
        event = {
            "requestContext": {"connectionId": "c1=", "connectedAt": 1_763_856_000_000},
            "headers": {"Sec-WebSocket-Protocol": f"chat.v2, bearer.{token()}"},
        }
        assert handler(event, CONTEXT)["statusCode"] == answered
        assert handler(event, CONTEXT)["statusCode"] == answered
        assert [request.method for request in server.requests] == ["GET"] * 10  # and not for each who knocks

    left = connections.open_of_user("a11ce", 0)
    assert left == ({"c1="} if answered == 200 else {f"lost{number}=" for number in range(10)})


def test_handshakes_are_limited_too(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECT_LIMIT", "1/60000")
    handler = import_module("services.ingest.handlers.connect").build(os.environ)
    event = {
        "requestContext": {"connectionId": "c1=", "connectedAt": 1_763_856_000_000},
        "headers": {"Sec-WebSocket-Protocol": f"chat.v2, bearer.{token()}"},
    }

    assert [handler(event, CONTEXT)["statusCode"] for _ in range(2)] == [200, 429]
