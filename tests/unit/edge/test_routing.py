import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.edge.routing import select_route

ROUTES = frozenset({"$connect", "$disconnect", "$default", "sendMessage"})


def test_the_action_chooses_the_route() -> None:
    assert select_route('{"action": "sendMessage", "data": {}}', ROUTES) == "sendMessage"


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "",
        "[]",
        "null",
        '"sendMessage"',
        "{}",
        '{"action": null}',
        '{"action": 1}',
        '{"action": ["sendMessage"]}',
        '{"action": "unknown"}',
        "[" * 10_000,
    ],
)
def test_a_message_without_a_known_action_takes_the_default_route(body: str) -> None:
    assert select_route(body, ROUTES) == "$default"


@pytest.mark.parametrize("action", ["$connect", "$disconnect", "$default"])
def test_a_client_cannot_name_a_predefined_route(action: str) -> None:
    assert select_route(json.dumps({"action": action}), ROUTES) == "$default"
    assert select_route(json.dumps({"action": action}), ROUTES - {"$default"}) is None


def test_without_a_default_route_an_unknown_action_has_none() -> None:
    assert select_route('{"action": "unknown"}', {"sendMessage"}) is None


@given(st.text())
def test_any_text_finds_a_route_that_messages_may_take(body: str) -> None:
    assert select_route(body, ROUTES) in {"$default", "sendMessage"}
