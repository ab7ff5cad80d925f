import json
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from shared.observability import Observability, observability
from shared.protocol.frames import Frame
from shared.protocol.refusals import Forbidden
from shared.protocol.replies import Reply, acknowledgement
from shared.tolerance import Tolerance
from shared.websocket import Act, Answer, answering, handshake_of

SERVICES = count()
CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="f")


def event(body: str) -> dict[str, Any]:
    return {"requestContext": {"connectionId": "c1=", "routeKey": "sendMessage"}, "body": body}


def answer(act: Act, body: str) -> Answer:
    result: Answer = answering(act, fresh(), Tolerance(lambda _: None))(event(body), CONTEXT)
    return result


def fresh() -> Observability:
    # Powertools keeps a logger, and with it its stream, for ever under the name of its service.
    return observability(f"test-{next(SERVICES)}")


def acknowledge(_frame: Frame, _connection_id: str) -> Reply | None:
    return acknowledgement()


def refuse(_frame: Frame, _connection_id: str) -> Reply | None:
    raise Forbidden("not yours")


def crash(frame: Frame, _connection_id: str) -> Reply | None:
    raise ZeroDivisionError(f"about {frame.data} {frame.token}")


@pytest.fixture(autouse=True)
def namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Test")


def test_a_reply_carries_the_request_id_of_its_frame() -> None:
    result = answer(acknowledge, '{"action": "ping", "requestId": "r1"}')

    assert json.loads(result["body"]) == {"type": "ack", "requestId": "r1"}


def test_a_reply_to_a_frame_without_a_request_id_has_none() -> None:
    assert json.loads(answer(acknowledge, '{"action": "ping"}')["body"]) == {"type": "ack"}


def test_silence_has_no_body() -> None:
    assert answer(lambda _frame, _id: None, '{"action": "ping", "requestId": "r1"}') == {"statusCode": 200}


def test_a_refusal_is_told_to_a_frame_with_a_request_id() -> None:
    result = answer(refuse, '{"action": "x", "requestId": "r1"}')

    assert json.loads(result["body"]) == {
        "type": "error",
        "requestId": "r1",
        "data": {"code": "FORBIDDEN", "message": "not yours"},
    }


def test_a_refusal_is_counted_in_all_and_by_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    answer(refuse, '{"action": "x", "requestId": "r1"}')

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    counted = [
        line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for line in lines if "FramesRefused" in line
    ]
    assert sorted(counted) == [[["service"]], [["service", "code"]]]


@pytest.mark.parametrize("body", ['{"action": "x"}', "not json", ""])
def test_a_frame_without_a_request_id_is_refused_in_silence(body: str) -> None:
    assert answer(refuse, body) == {"statusCode": 200}


def test_a_frame_that_breaks_the_schema_still_gets_its_request_id_back() -> None:
    result = answer(acknowledge, '{"action": 5, "requestId": "r1"}')

    assert json.loads(result["body"])["data"]["code"] == "INVALID_FRAME"
    assert json.loads(result["body"])["requestId"] == "r1"


def test_a_crash_is_an_internal_error_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    result = answer(crash, '{"action": "x", "requestId": "r1"}')

    assert result["statusCode"] == 200
    assert json.loads(result["body"])["data"] == {"code": "INTERNAL", "message": "something went wrong"}
    assert "InternalErrors" in capsys.readouterr().out


def test_neither_token_nor_content_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    body = {
        "action": "x",
        "requestId": "r1",
        "token": "t0ken",
        "data": {"content": "s3cret", "roomId": "b d"},
    }
    for act in (acknowledge, refuse, crash):
        answer(act, json.dumps(body))
    answer(acknowledge, json.dumps({**body, "action": 5}))

    printed = capsys.readouterr()
    assert "frame refused" in printed.out
    assert "t0ken" not in printed.out + printed.err
    assert "s3cret" not in printed.out + printed.err


def test_log_lines_are_of_their_own_frame_alone(capsys: pytest.CaptureFixture[str]) -> None:
    observe = fresh()
    handler = answering(acknowledge, observe, Tolerance(lambda _: None))
    handler(event('{"action": "ping", "requestId": "r1"}'), CONTEXT)
    handler(event('{"action": "ping"}'), CONTEXT)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("requestId") for line in lines if line.get("message") == "frame answered"] == [
        "r1",
        None,
    ]


def test_header_names_of_a_handshake_are_lower_case() -> None:
    handshake = handshake_of(
        {
            "requestContext": {"connectionId": "c1=", "connectedAt": 5},
            "headers": {"Origin": "https://x.example", "Sec-WebSocket-Protocol": "chat.v2"},
        }
    )

    assert handshake.headers == {"origin": "https://x.example", "sec-websocket-protocol": "chat.v2"}
    assert handshake.query == {}
