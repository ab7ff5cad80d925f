"""Thousands of bent frames through the real functions: each is answered as described, and nothing leaks.

`make attack` sends 20,000; `ATTACK_FRAMES` and `ATTACK_SEED` say how many and which.
"""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import jsonschema
import pytest
import yaml

from shared.auth.identity import Identity
from shared.stores.dynamodb import unmarshal
from tests.unit.attack.conftest import OPEN_ENDED, Strike
from tests.unit.attack.fuzz import Fuzzer
from tests.unit.examples import connection
from tests.unit.tokens import token

if TYPE_CHECKING:
    from shared.stores.connections import Connections

FRAMES_A_SOCKET = 500  # at most: of bent frames most are refused, each function has tolerance of its own
FRAMES = int(os.environ.get("ATTACK_FRAMES", "1000"))
SEED = int(os.environ.get("ATTACK_SEED", "1"))
DOCUMENT = yaml.load(Path("docs/protocol/asyncapi.yaml").read_bytes(), yaml.CSafeLoader)
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]
DESCRIBED = [
    example["payload"]
    for message in MESSAGES.values()
    for example in message["examples"]
    if "action" in example["payload"]
]
REPLIES = {
    name: jsonschema.Draft202012Validator({**message["payload"], "components": DOCUMENT["components"]})
    for name, message in MESSAGES.items()
    if "type" in message["examples"][0]["payload"]
}
SECRET = "the code of the safe is 4711"
OLGA, MALLORY = Identity("olga", "Olga"), Identity("mallory", "Mallory")


@pytest.fixture
def private(strike: Strike, connections: "Connections") -> str:
    """Olga's private room, in which she has said a secret; she and Mallory are connected."""
    for user in (OLGA, MALLORY):
        connections.put(connection(f"{user.user_id}=", room="global", identity=user, ttl=OPEN_ENDED))
    made = said_by_olga(strike, "createRoom", kind="private", title="Safe")
    room_id: str = made["data"]["roomId"]
    assert said_by_olga(strike, "sendMessage", roomId=room_id, content=SECRET)["type"] == "newMessage"
    return room_id


def said_by_olga(strike: Strike, action: str, **data: Any) -> Any:
    frame = {"action": action, "requestId": "r1", "token": token(sub="olga", nickname="Olga"), "data": data}
    return strike(json.dumps(frame), "olga=")


def everything_of(room_id: str) -> list[Any]:
    """The rows of a room in every table but who listens."""
    found = []
    for table in ("messages", "memberships", "rooms"):
        rows = boto3.client("dynamodb").scan(TableName=table)["Items"]
        found += sorted(
            (json.dumps(unmarshal(row), sort_keys=True) for row in rows if row["roomId"] == {"S": room_id}),
        )
    return found


def test_every_bent_frame_is_answered_as_described_and_tells_nothing(
    strike: Strike, private: str, connections: "Connections", closed: list[str]
) -> None:
    invited = said_by_olga(strike, "createInvite", roomId="kitchen")  # refused: nobody made it
    assert invited["data"]["code"] == "FORBIDDEN"
    before = everything_of(private)
    mallory = token(sub="mallory", nickname="Mallory")
    fuzzer = Fuzzer(
        SEED, DESCRIBED, [private, OLGA.user_id, MALLORY.user_id], [mallory, mallory, token(exp=1), "x"]
    )

    socket = "mallory="
    for number in range(FRAMES):
        if socket in closed:  # she comes again whenever she is closed
            socket = f"mallory-{number}="
            connections.put(connection(socket, room="global", identity=MALLORY, ttl=OPEN_ENDED))
        body = fuzzer.frame()
        reply = strike(body, socket)
        where = f"frame {number} of seed {SEED}: {body[:2_000]!r} -> {reply}"
        assert SECRET not in json.dumps(reply), where
        if reply is None:
            continue
        name = "typingUsers" if reply["type"] == "typing" else reply["type"]
        assert not list(REPLIES[name].iter_errors(reply)), where
        assert reply.get("data", {}) == [] or "INTERNAL" not in json.dumps(reply), where

    assert len(closed) >= FRAMES // FRAMES_A_SOCKET
    assert everything_of(private) == before
    assert {row["connectionId"]["S"] for row in listeners(private)} == set()
    assert said_by_olga(strike, "sendMessage", content="still here")["type"] == "newMessage"


def listeners(room_id: str) -> list[Any]:
    rows = boto3.client("dynamodb").scan(TableName="connections")["Items"]
    return [row for row in rows if row["roomId"] == {"S": room_id}]
