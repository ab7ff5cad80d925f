"""An account that ends during a handshake opens no connection that its end would not find."""

import os
import time
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from services.ingest.admission import LONG_MS
from shared.revocation import LOOK_EVERY_SECONDS
from shared.stores.connections import Connections
from shared.stores.erasures import Erasures
from tests.unit.examples import NOW
from tests.unit.tokens import token

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="connect")
EVENT = {
    "requestContext": {"connectionId": "c1=", "connectedAt": NOW},
    "headers": {"Sec-WebSocket-Protocol": f"chat.v2, bearer.{token()}"},
    "queryStringParameters": {},
}


@pytest.mark.parametrize(
    ("takes_ms", "status"), [(LONG_MS // 2, 200), (LONG_MS + 100, 401)], ids=["seen by the looks", "refused"]
)
def test_the_account_ends_between_its_check_and_the_connection(
    inbox: str, dynamodb: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch, takes_ms: int, status: int
) -> None:
    handler = import_module("services.ingest.handlers.connect").build(os.environ)
    began, later = time.time(), 0.0
    open_of_user = Connections.open_of_user

    def slowly(connections: Connections, user_id: str, now_seconds: int) -> set[str]:
        nonlocal later
        Erasures(dynamodb, "users").begin(user_id, None, int(began * 1000))
        later = takes_ms / 1000
        return open_of_user(connections, user_id, now_seconds)

    monkeypatch.setattr(Connections, "open_of_user", slowly)
    monkeypatch.setattr("services.ingest.handlers.connect.time.time", lambda: began + later)

    assert handler(EVENT, CONTEXT)["statusCode"] == status
    assert bool(Connections(dynamodb, "connections").stored("c1=")) == (status == 200)


def test_the_looks_last_longer_than_a_handshake_that_does_not_ask_again() -> None:
    assert LOOK_EVERY_SECONDS * 1000 >= 2 * LONG_MS
