"""Who is banned from a public room does not enter it by a handshake either, and hears nothing there."""

import os
import time
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING

import boto3
import pytest

from shared.stores.connections import Connections, no_room_key
from shared.stores.memberships import Memberships
from tests.unit.examples import NOW
from tests.unit.tokens import token

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="function")
FOR_LONG = 2**52


def handshake(room_id: str, *, protocol: str = "v2") -> int:
    """Alice connects; the status of the answer."""
    event = {
        "requestContext": {"connectionId": "c1=", "connectedAt": NOW},
        "headers": {"Sec-WebSocket-Protocol": f"chat.v2, bearer.{token()}"} if protocol == "v2" else {},
        "queryStringParameters": {"roomId": room_id} | ({} if protocol == "v2" else {"token": token()}),
    }
    build = import_module("services.ingest.handlers.connect").build
    status: int = build(os.environ)(event, CONTEXT)["statusCode"]
    return status


def rooms_of(connections: Connections) -> list[str]:
    return [each.room_id for each in connections.stored("c1=")]


@pytest.fixture
def banned(inbox: str, dynamodb: "DynamoDBClient") -> None:
    """Alice is banned from the kitchen."""
    Memberships(dynamodb, "memberships").ban("a11ce", "kitchen", FOR_LONG, NOW)


@pytest.mark.usefixtures("banned")
def test_a_v2_client_that_is_banned_is_connected_and_in_no_room(connections: Connections, inbox: str) -> None:
    assert handshake("kitchen") == 200

    assert rooms_of(connections) == [no_room_key("c1=")]
    assert connections.members("kitchen", int(time.time())).members == []
    assert "Messages" not in boto3.client("sqs").receive_message(QueueUrl=inbox)


@pytest.mark.usefixtures("banned")
def test_a_v1_client_that_is_banned_is_refused(connections: Connections) -> None:
    assert handshake("kitchen", protocol="v1") == 403

    assert rooms_of(connections) == []


@pytest.mark.usefixtures("banned")
def test_a_ban_from_one_room_is_none_from_another(connections: Connections) -> None:
    assert handshake("global") == 200

    assert rooms_of(connections) == ["global"]


@pytest.mark.parametrize("protocol", ["v1", "v2"])
def test_a_ban_that_has_run_out_keeps_nobody_out(
    protocol: str, inbox: str, dynamodb: "DynamoDBClient", connections: Connections
) -> None:
    Memberships(dynamodb, "memberships").ban("a11ce", "kitchen", NOW - 1, NOW - 2)

    assert handshake("kitchen", protocol=protocol) == 200

    assert rooms_of(connections) == ["kitchen"]
