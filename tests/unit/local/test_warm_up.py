"""Functions are started by events that change nothing."""

import io
import json
from typing import Any

import pytest

from infra.local.deployment import local_deployment
from infra.local.local_stack import edge_settings
from infra.local.ports import Ports
from infra.local.warm_up import harmless_events, warm_up
from infra.topology.file import load_topology
from services.ingest.admission import admit
from shared.protocol.frames import parse_frame
from shared.protocol.refusals import Forbidden, Refusal
from shared.websocket import handshake_of

NOW = 1_763_856_000_000
TOPOLOGY = load_topology()
DEPLOYMENT = local_deployment(TOPOLOGY)
SETTINGS = edge_settings(Ports(), TOPOLOGY, DEPLOYMENT)
EVENTS = harmless_events(TOPOLOGY, SETTINGS, NOW)


class Functions:
    """Lambda, as far as it is used: keeps what it was asked, and fails for one function."""

    def __init__(self, failing: str | None = None) -> None:
        self.invoked: dict[str, Any] = {}
        self._failing = failing

    def invoke(self, *, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.invoked[FunctionName] = json.loads(Payload)
        if FunctionName == self._failing:
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorMessage": "no module"}')}
        return {"Payload": io.BytesIO(b'{"statusCode": 403}')}


def test_each_function_that_somebody_waits_for_is_invoked_once() -> None:
    functions = Functions()

    assert warm_up(functions, TOPOLOGY, DEPLOYMENT, SETTINGS, NOW) == []  # type: ignore[arg-type]  # a double

    assert functions.invoked.keys() == {
        DEPLOYMENT.name(name)
        for name, function in TOPOLOGY.functions.items()
        if not function.schedule_minutes  # nobody waits for what a schedule calls
    }


def test_a_function_that_fails_is_named_with_what_lambda_says() -> None:
    functions = Functions(failing=DEPLOYMENT.name("rooms"))

    failures = warm_up(functions, TOPOLOGY, DEPLOYMENT, SETTINGS, NOW)  # type: ignore[arg-type]  # a double

    assert failures == ['rooms: {"errorMessage": "no module"}']


def test_the_handshake_is_refused_even_where_every_name_is_believed() -> None:
    with pytest.raises(Forbidden):
        admit(handshake_of(EVENTS["connect"]), origins=frozenset(), verifier=None, now_seconds=NOW // 1000)


@pytest.mark.parametrize("function", ["send-message", "get-messages", "rooms", "fallback"])
def test_frames_are_refused_before_anything_is_looked_up(function: str) -> None:
    with pytest.raises(Refusal):
        parse_frame(EVENTS[function]["body"])


def test_a_consumer_gets_no_records() -> None:
    assert EVENTS["fanout"] == {"Records": []}
