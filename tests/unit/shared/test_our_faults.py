"""Whatever keeps the functions from answering for no reason of the client's is told to who operates them."""

import json
import os
import time
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any, NamedTuple

import botocore.session
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from shared.observability import Event
from shared.protocol.digest import MINUTE_MS
from tests.unit.tokens import token

END = (int(time.time() * 1000) // MINUTE_MS - 2) * MINUTE_MS
DIGEST = {"from": END - 4 * MINUTE_MS, "until": END, "count": 0, "xor": "0" * 16}
CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="f")
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "services.ingest.handlers.send_message": ("sendMessage", {"roomId": "global", "content": "Hello"}),
    "services.ingest.handlers.rooms": ("joinRoom", {"roomId": "kitchen"}),
    "services.history.handlers.get_messages": ("getMessages", {"roomId": "global"}),
    "services.history.handlers.ping": ("ping", {"rooms": {"global": DIGEST}}),
    "services.rooms.handlers.rooms": ("listRooms", {}),
    "services.search.handlers.search_messages": ("searchMessages", {"query": "hello", "roomId": "global"}),
}
FAILURES: dict[str, Exception] = {
    "a right is missing": ClientError({"Error": {"Code": "AccessDeniedException"}}, "AWS"),
    "its key is disabled": ClientError({"Error": {"Code": "KMSDisabledException"}}, "AWS"),
    "a table is gone": ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "AWS"),
    "an expression is wrong": ClientError({"Error": {"Code": "ValidationException"}}, "AWS"),
    "there is no way to it": EndpointConnectionError(endpoint_url="https://dynamodb"),
}


class Told(NamedTuple):
    """What operators are told: how many internal errors, and the level of the line that says why."""

    internal_errors: float
    level: str


def frame(action: str, data: object) -> Event:
    body = {"action": action, "requestId": "r1", "token": token(), "data": data}
    return {"requestContext": {"connectionId": "c1=", "routeKey": action}, "body": json.dumps(body)}


def handshake() -> Event:
    return {
        "requestContext": {"connectionId": "c1=", "connectedAt": END},
        "headers": {"Sec-WebSocket-Protocol": f"chat.v2, bearer.{token()}"},
    }


@pytest.fixture
def refusing(inbox: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Lets every call to AWS, of clients made from then on, fail in that way."""
    create = botocore.session.Session.create_client

    def refuse(failure: Exception) -> None:
        def fail(**_: Any) -> None:
            raise failure

        def create_client(session: botocore.session.Session, *args: Any, **kwargs: Any) -> Any:
            client = create(session, *args, **kwargs)
            client.meta.events.register_first("before-call", fail)
            return client

        monkeypatch.setattr(botocore.session.Session, "create_client", create_client)

    return refuse


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("module", ASKED)
def test_frames_that_aws_does_not_let_us_answer_are_internal_errors(
    module: str, failure: str, refusing: Callable[[Exception], None], told: Callable[[], Told]
) -> None:
    refusing(FAILURES[failure])
    handler = import_module(module).build(os.environ)

    answer = handler(frame(*ASKED[module]), CONTEXT)

    assert json.loads(answer["body"])["data"]["code"] == "INTERNAL"
    assert told() == Told(internal_errors=1, level="ERROR")


@pytest.mark.parametrize("failure", FAILURES)
def test_handshakes_that_aws_does_not_let_us_answer_are_internal_errors(
    failure: str, refusing: Callable[[Exception], None], told: Callable[[], Told]
) -> None:
    refusing(FAILURES[failure])
    handler = import_module("services.ingest.handlers.connect").build(os.environ)

    assert handler(handshake(), CONTEXT) == {"statusCode": 500}
    assert told() == Told(internal_errors=1, level="ERROR")


@pytest.mark.parametrize("module", ASKED)
@pytest.mark.usefixtures("inbox")
def test_what_a_client_does_wrong_is_none(module: str, told: Callable[[], Told]) -> None:
    handler = import_module(module).build(os.environ)

    handler(frame(ASKED[module][0], "no data"), CONTEXT)

    assert told() == Told(internal_errors=0, level="WARNING")


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], Told]:
    def read() -> Told:
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        counts = [count for line in lines for count in line.get("InternalErrors", ())]
        (level,) = {record.levelname for record in caplog.records if "refused" in record.getMessage()}
        return Told(sum(counts), level)

    return read
