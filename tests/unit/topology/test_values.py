"""References of the topology become the values of one deployment."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.parts.fields import Reference
from infra.topology.render.values import Outputs, dimension_value, environment_of
from shared.rate import Bucket


@pytest.fixture
def outputs(topology: Topology, deployment: Deployment) -> Outputs:
    names = [name for queue in topology.queues for name in deployment.queue_names(topology, queue)]
    return Outputs(
        queue_urls={name: f"https://sqs/{name}" for name in names},
        callback_url="https://api1/test",
        websocket_url="wss://api1/test",
        identity={"user_pool_id": "pool", "client_id": "client", "issuer": "https://issuer"},
        settings={
            "auth_mode": "cognito",
            "allowed_origins": "https://chat",
            "log_level": "INFO",
            "metrics_namespace": "ServerlessChat/test",
        },
    )


def test_a_function_gets_the_variables_it_names(
    topology: Topology, deployment: Deployment, outputs: Outputs
) -> None:
    variables = environment_of("fanout", topology, deployment, outputs)

    assert set(variables) == set(topology.functions["fanout"].environment)
    assert variables["CONNECTIONS_TABLE"] == "chat-test-connections"
    assert variables["SHARD_QUEUE_URLS"] == ",".join(f"https://sqs/chat-test-shard-{n}" for n in range(4))
    assert variables["DEAD_LETTER_QUEUE_URL"] == "https://sqs/chat-test-dead-letters"
    assert variables["WEBSOCKET_CALLBACK_URL"] == "https://api1/test"


def test_values_of_the_topology_itself_are_texts(
    topology: Topology, deployment: Deployment, outputs: Outputs
) -> None:
    variables = environment_of("send-message", topology, deployment, outputs)

    assert variables["SHARD_COUNT"] == "4"
    assert variables["MESSAGES_TOPIC_ARN"] == "arn:aws:sns:eu-central-1:123456789012:chat-test-messages"
    assert variables["COGNITO_ISSUER"] == "https://issuer"


def test_the_limits_of_a_user_that_many_share_are_as_many_times_as_wide(
    topology: Topology, deployment: Deployment, outputs: Outputs
) -> None:
    one = environment_of("connect", topology, deployment, outputs)
    shared = environment_of("connect", topology, deployment, replace(outputs, user_limit_factor=500))

    assert (one["USER_CONNECTION_LIMIT"], shared["USER_CONNECTION_LIMIT"]) == ("10", "5000")
    assert (one["CONNECT_LIMIT"], shared["CONNECT_LIMIT"]) == ("60/1000", "30000/2")
    for text in (one["CONNECT_LIMIT"], shared["CONNECT_LIMIT"]):
        Bucket.of(text)


def test_without_a_user_pool_its_variables_are_left_out(
    topology: Topology, deployment: Deployment, outputs: Outputs
) -> None:
    variables = environment_of("connect", topology, deployment, replace(outputs, identity={}))

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
    topology: Topology, deployment: Deployment, reference: Mapping[str, str], each: str | None, value: str
) -> None:
    assert dimension_value(Reference.model_validate(reference), each, topology, deployment) == value


def test_a_reference_to_several_resources_is_no_dimension(topology: Topology, deployment: Deployment) -> None:
    with pytest.raises(ValueError, match="names no single value"):
        dimension_value(Reference(identity="issuer"), None, topology, deployment)
