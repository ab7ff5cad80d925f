"""Whatever is put in a token's place, no action takes it, and no handshake either.

`make attack` tries each at every action; `ATTACK_ACTIONS=all` says so.
"""

import json
import os
from itertools import chain
from typing import Any

import boto3
import pytest

from infra.topology.model import Topology
from shared.observability import Handler
from tests.unit.attack.conftest import CONTEXT, Strike
from tests.unit.attack.forged import corpus
from tests.unit.examples import NOW
from tests.unit.tokens import token

MINUTE = NOW // 60_000 * 60_000
DIGEST = {"from": MINUTE, "until": MINUTE + 60_000, "count": 0, "xor": "0" * 16}
DATA: dict[str, dict[str, Any]] = {
    "sendMessage": {"content": "Hello", "roomId": "global"},
    "ping": {"rooms": {"global": DIGEST}},
}
REFUSED = {"UNAUTHENTICATED", "TOKEN_EXPIRED"}
CORPUS = corpus()
EVERY_ACTION = os.environ.get("ATTACK_ACTIONS") == "all"


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 138


def test_no_action_takes_a_token_that_proves_nothing(strike: Strike, topology: Topology, inbox: str) -> None:
    """In each run a function is tried with each of them, by one of its actions after the other."""
    actions: dict[str, list[str]] = {}
    for name, route in topology.routes.items():
        if not name.startswith("$"):
            actions.setdefault(route.function, []).append(name)
    assert max(map(len, actions.values())) < len(CORPUS) / 2
    taken = []
    for number, (name, forged) in enumerate(CORPUS.items()):
        in_turn = [each[number % len(each)] for each in actions.values()]
        for action in chain.from_iterable(actions.values()) if EVERY_ACTION else in_turn:
            frame = {"action": action, "requestId": "r1", "token": forged, "data": DATA.get(action, {})}
            reply = strike(json.dumps(frame))
            if reply["type"] != "error" or reply["data"]["code"] not in REFUSED:
                taken.append((name, action, reply))

    assert taken == []
    assert boto3.client("dynamodb").scan(TableName="messages")["Count"] == 0
    assert "Messages" not in boto3.client("sqs").receive_message(QueueUrl=inbox)


@pytest.mark.parametrize("place", ["header", "query"])
def test_no_handshake_takes_it(handlers: dict[str, Handler], place: str) -> None:
    statuses = {
        name: handshake(handlers, place, forged)
        for name, forged in CORPUS.items()
        if place == "query" or not is_a_list_of_protocols(forged)
    }

    assert {name: status for name, status in statuses.items() if status != 401} == {}
    assert boto3.client("dynamodb").scan(TableName="connections")["Count"] == 0
    assert handshake(handlers, place, token()) == 200


def is_a_list_of_protocols(text: str) -> bool:
    """In the header a comma parts sub-protocols, and spaces around them say nothing (RFC 6455, RFC 9110)."""
    return "," in text or text != text.strip()


def handshake(handlers: dict[str, Handler], place: str, presented: str) -> int:
    event: dict[str, Any] = {
        "requestContext": {"connectionId": "mallory=", "routeKey": "$connect", "connectedAt": NOW},
        "headers": {"Origin": "https://chat.example"},
        "queryStringParameters": {"roomId": "global"},
    }
    if place == "header":
        event["headers"]["Sec-WebSocket-Protocol"] = f"chat.v2, bearer.{presented}"
    else:
        event["queryStringParameters"]["token"] = presented
    status: int = handlers["$connect"](event, CONTEXT)["statusCode"]
    return status
