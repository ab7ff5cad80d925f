"""The handler of ping, with every AWS call counted."""

import json
import os
import time
from types import SimpleNamespace
from typing import Any

import pytest

from services.history.allowance import COMPARISONS
from shared.observability import Handler
from shared.protocol.digest import MINUTE_MS
from shared.stores.connections import Connections
from tests.unit.examples import connection
from tests.unit.tokens import token

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="ping")
END = (int(time.time() * 1000) // MINUTE_MS - 2) * MINUTE_MS
DIGEST = {"from": END - 4 * MINUTE_MS, "until": END, "count": 0, "xor": "0" * 16}


@pytest.fixture
def handler(inbox: str) -> Handler:
    from services.history.handlers.ping import build

    return build(os.environ)


def answer(handler: Handler, **frame: Any) -> Any:
    event = {
        "requestContext": {"connectionId": "c1=", "routeKey": "ping"},
        "body": json.dumps({"action": "ping", **frame}),
    }
    body = handler(event, CONTEXT).get("body")
    return json.loads(body) if body else None


def test_a_bare_ping_is_told_the_time_and_needs_no_token(handler: Handler) -> None:
    reply = answer(handler, requestId="r1")

    assert (reply["type"], reply["requestId"], reply["data"]["action"]) == ("ack", "r1", "ping")
    assert abs(reply["data"]["now"] - time.time() * 1000) < MINUTE_MS
    assert "differs" not in reply["data"]


@pytest.mark.parametrize(("protocol", "answered"), [("v1", False), ("v2", True)])
def test_a_v1_client_is_sent_no_frame_that_it_does_not_know(
    handler: Handler, connections: Connections, protocol: Any, answered: bool
) -> None:
    connections.put(connection("c1=", protocol=protocol, ttl=int(time.time()) + 60))

    assert (answer(handler) is not None) == answered


def test_equal_rooms_are_not_named(handler: Handler) -> None:
    other = DIGEST | {"count": 1}

    reply = answer(
        handler, requestId="r1", token=token(), data={"rooms": {"global": DIGEST, "kitchen": other}}
    )

    assert (reply["data"]["differs"], reply["data"]["unsettled"]) == (["kitchen"], [])


def test_a_clock_that_is_ahead_is_no_fault_of_the_frame(handler: Handler) -> None:
    tomorrow = DIGEST | {"from": END + 1_440 * MINUTE_MS, "until": END + 1_444 * MINUTE_MS}

    reply = answer(handler, requestId="r1", token=token(), data={"rooms": {"global": tomorrow}})

    assert reply["data"]["unsettled"] == ["global"]


def test_comparing_proves_its_sender(handler: Handler, calls: list[str]) -> None:
    reply = answer(handler, requestId="r1", data={"rooms": {"global": DIGEST}})

    assert reply["data"]["code"] == "UNAUTHENTICATED"
    assert calls == []


def test_a_flood_of_comparisons_reads_no_more_and_is_told_to_wait(inbox: str, calls: list[str]) -> None:
    from services.history.handlers.ping import build

    handler = build(os.environ)
    calls.clear()

    def compare(number: int) -> Any:
        spans = DIGEST | {"from": END - (number + 5) * MINUTE_MS, "until": END - (number + 4) * MINUTE_MS}
        return answer(handler, requestId="r1", token=token(), data={"rooms": {"global": spans}})["data"]

    answers = [compare(number) for number in range(COMPARISONS.burst + 10)]

    assert calls == ["Query"] * COMPARISONS.burst
    refused = answers[COMPARISONS.burst :]
    assert {each["code"] for each in refused} == {"RATE_LIMITED"}
    assert all(0 < each["retryAfterMs"] <= COMPARISONS.every_ms for each in refused)
    assert answer(handler, requestId="r1")["type"] == "ack"  # whether the server is there costs nothing


def test_a_room_is_one_query_the_first_time_and_none_after(inbox: str, calls: list[str]) -> None:
    from services.history.handlers.ping import build

    handler = build(os.environ)
    calls.clear()
    for _ in range(3):
        answer(handler, requestId="r1", token=token(), data={"rooms": {"global": DIGEST}})

    assert calls == ["Query"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": END - 61 * MINUTE_MS},
        {"from": END},
        {"from": END - MINUTE_MS + 1},
        {"from": -MINUTE_MS},
        {"until": str(END)},
        {"count": -1},
        {"xor": "0" * 15},
        {"xor": "G" * 16},
        {"xor": 0},
    ],
)
def test_a_digest_of_another_shape_is_refused(handler: Handler, wrong: dict[str, Any]) -> None:
    reply = answer(handler, requestId="r1", token=token(), data={"rooms": {"global": DIGEST | wrong}})

    assert reply["data"]["code"] == "INVALID_FRAME"


@pytest.mark.parametrize("rooms", [{"no spaces": DIGEST}, {f"r{each}": DIGEST for each in range(51)}, []])
def test_rooms_of_another_shape_are_refused(handler: Handler, rooms: Any) -> None:
    reply = answer(handler, requestId="r1", token=token(), data={"rooms": rooms})

    assert reply["data"]["code"] == "INVALID_FRAME"


def test_who_may_act_is_read_once_however_many_private_rooms_are_compared(
    inbox: str, calls: list[str]
) -> None:
    from services.history.handlers.ping import build

    handler = build(os.environ)
    calls.clear()
    private = {f"~p{number:032x}": DIGEST for number in range(3)}
    answer(handler, requestId="r1", token=token(), data={"rooms": private})

    assert calls == ["GetItem"] * (1 + len(private))
