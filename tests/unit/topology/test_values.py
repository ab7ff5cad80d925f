"""References of the topology become the values of one deployment."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from infra.topology.deployment import Place
from infra.topology.model import Reference, Topology
from infra.topology.render.values import Facts, dimension_value, environment_of


@pytest.fixture
def facts(topology: Topology, place: Place) -> Facts:
    names = [name for queue in topology.queues for name in place.queue_names(topology, queue)]
    return Facts(
        queue_urls={name: f"https://sqs/{name}" for name in names},
        callback_url="https://api1/test",
        identity={"user_pool_id": "pool", "client_id": "client", "issuer": "https://issuer"},
        deployment={
            "auth_mode": "cognito",
            "allowed_origins": "https://chat",
            "log_level": "INFO",
            "metrics_namespace": "ServerlessChat/test",
        },
    )


def test_a_function_gets_the_variables_it_names(topology: Topology, place: Place, facts: Facts) -> None:
    variables = environment_of("fanout", topology, place, facts)

    assert set(variables) == set(topology.functions["fanout"].environment)
    assert variables["CONNECTIONS_TABLE"] == "chat-test-connections"
    assert variables["SHARD_QUEUE_URLS"] == ",".join(f"https://sqs/chat-test-shard-{n}" for n in range(4))
    assert variables["DEAD_LETTER_QUEUE_URL"] == "https://sqs/chat-test-dead-letters"
    assert variables["WEBSOCKET_CALLBACK_URL"] == "https://api1/test"


def test_values_of_the_topology_itself_are_texts(topology: Topology, place: Place, facts: Facts) -> None:
    variables = environment_of("send-message", topology, place, facts)

    assert variables["SHARD_COUNT"] == "4"
    assert variables["MESSAGES_TOPIC_ARN"] == "arn:aws:sns:eu-central-1:123456789012:chat-test-messages"
    assert variables["COGNITO_ISSUER"] == "https://issuer"


def test_without_a_user_pool_its_variables_are_left_out(
    topology: Topology, place: Place, facts: Facts
) -> None:
    variables = environment_of("connect", topology, place, replace(facts, identity={}))

    assert not [name for name in variables if name.startswith("COGNITO")]
    assert variables["AUTH_MODE"] == "cognito"


@pytest.mark.parametrize(
    ("reference", "each", "value"),
    [
        ({"queue": "shard"}, "2", "chat-test-shard-2"),
        ({"queue": "dead-letters"}, None, "chat-test-dead-letters"),
        ({"function": "each"}, "fanout", "chat-test-fanout"),
        ({"table": "each"}, "messages", "chat-test-messages"),
        ({"websocket": "api_id"}, None, "api1"),
        ({"value": "PutItem"}, "messages", "PutItem"),
    ],
)
def test_a_dimension_names_one_resource(
    topology: Topology, place: Place, reference: Mapping[str, str], each: str | None, value: str
) -> None:
    assert dimension_value(Reference.model_validate(reference), each, topology, place) == value


def test_a_reference_to_several_resources_is_no_dimension(topology: Topology, place: Place) -> None:
    with pytest.raises(ValueError, match="names no single value"):
        dimension_value(Reference(identity="issuer"), None, topology, place)
