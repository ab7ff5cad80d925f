"""An action that a function takes has a route to it: without one, API Gateway answers that it is unknown."""

import pytest

from infra.topology.model import Topology
from services.ingest.changing import CHANGES
from services.rooms.actions import ACTIONS


@pytest.mark.parametrize(
    ("function", "taken"), [("send-message", {"sendMessage", *CHANGES}), ("manage-rooms", {*ACTIONS})]
)
def test_a_function_takes_just_the_actions_that_are_routed_to_it(
    topology: Topology, function: str, taken: set[str]
) -> None:
    routed = {action for action, route in topology.routes.items() if route.function == function}

    assert taken == routed - {"$default", "$connect", "$disconnect"}
