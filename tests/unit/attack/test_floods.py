"""One user floods, with a good token, a bad one or none; twenty others talk and are refused nothing."""

import json
import random
from typing import Any

import pytest

from shared.auth.identity import Identity
from shared.stores.connections import Connections
from shared.tolerance import REFUSALS_LIMIT
from tests.unit.attack.conftest import OPEN_ENDED, Strike
from tests.unit.examples import connection
from tests.unit.tokens import token

HONEST = [f"honest-{number}" for number in range(20)]
BURST = 5
FLOOD = 8  # frames of the flooder before each honest one
ACTIONS: dict[str, dict[str, Any]] = {
    "sendMessage": {"content": "flood"},
    "typing": {"roomId": "global"},
    "joinRoom": {"roomId": "global"},
    "getMembers": {"roomId": "global"},
    "getMessages": {},
    "myRooms": {},
}


def framed(action: str, presented: str | None, **data: Any) -> str:
    return json.dumps({"action": action, "requestId": "r1", "token": presented, "data": data})


@pytest.fixture
def tight(inbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets of BURST messages that do not fill again while a test runs."""
    monkeypatch.setenv("MESSAGE_LIMIT", f"{BURST}/600000")


def test_whoever_floods_is_refused_and_nobody_else(
    tight: None, strike: Strike, connections: Connections
) -> None:
    tokens = {name: token(sub=name, nickname=name) for name in (*HONEST, "flooder")}
    for name in tokens:
        connections.put(connection(f"{name}=", identity=Identity(name, name), ttl=OPEN_ENDED))
    chance = random.Random(1)
    refused: list[tuple[str, Any]] = []
    told: list[Any] = []

    for name in HONEST:
        for _ in range(FLOOD):
            action = "sendMessage" if chance.random() < 0.5 else chance.choice(list(ACTIONS))
            presented = chance.choice((tokens["flooder"], tokens["flooder"], "forged", None))
            told.append(strike(framed(action, presented, **ACTIONS[action]), "flooder="))
        for action in ("sendMessage", "typing", "getMessages"):
            reply = strike(framed(action, tokens[name], **ACTIONS[action]), f"{name}=")
            if reply["type"] == "error":
                refused.append((name, reply))

    assert refused == []
    waits = [each["data"]["retryAfterMs"] for each in told if _code(each) == "RATE_LIMITED"]
    assert sum(each["type"] == "newMessage" for each in told) == BURST
    assert len(waits) > 2 * BURST
    assert min(waits) > 0


def _code(reply: Any) -> str | None:
    return reply["data"]["code"] if reply["type"] == "error" else None


A_ROOM_OF_FIVE = framed("sendMessage", token(), roomId=5)


NONSENSE = ["", "{", "[1]", '{"action": 5}', '{"action": "dance"}', A_ROOM_OF_FIVE]


def test_a_flood_of_nonsense_is_closed(strike: Strike, closed: list[str]) -> None:
    for number, body in enumerate(NONSENSE):
        for _ in range(REFUSALS_LIMIT - 1):
            strike(body, f"flooder-{number}=")
        assert closed == []

        strike(body, f"flooder-{number}=")
        assert closed == [f"flooder-{number}="]
        closed.clear()
