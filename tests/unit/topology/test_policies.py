"""Policies say what the topology grants, and nothing more."""

import json

import pytest

from infra.topology.deployment import Deployment
from infra.topology.file import load_topology
from infra.topology.model import Topology
from infra.topology.render import policies
from infra.topology.render.queues import queue_attributes, subscriptions

PREFIX = "arn:aws:{}:eu-central-1:123456789012:"


def arn(service: str, resource: str) -> str:
    return PREFIX.format(service) + resource


@pytest.mark.parametrize("function", load_topology().functions)
def test_a_role_names_every_action_and_resource(
    function: str, topology: Topology, deployment: Deployment
) -> None:
    for statement in policies.role_policy(function, topology, deployment, user_pool_id="pool")["Statement"]:
        assert not [action for action in statement["Action"] if "*" in action or action == "dynamodb:Scan"]
        assert statement["Resource"]
        for resource in statement["Resource"]:
            assert "*" not in resource.removesuffix("/@connections/*").removesuffix("/stream/*")


def test_an_index_is_granted_without_its_table(topology: Topology, deployment: Deployment) -> None:
    audience = policies.role_policy("fanout", topology, deployment, user_pool_id="pool")["Statement"][0]

    assert audience["Resource"] == [arn("dynamodb", "table/chat-test-connections/index/roomId-index")]


def test_fanout_may_use_every_queue_that_it_consumes_and_two_methods_of_connections(
    topology: Topology, deployment: Deployment
) -> None:
    statements = policies.role_policy("fanout", topology, deployment, user_pool_id="pool")["Statement"]
    resources: dict[str, list[str]] = {}
    for item in statements:
        for action in item["Action"]:
            resources.setdefault(action, []).extend(item["Resource"])

    assert resources["sqs:ReceiveMessage"] == [
        *(arn("sqs", f"chat-test-{lane}-{n}") for lane in ("shard", "slice") for n in range(4)),
        arn("sqs", "chat-test-presence"),
    ]
    assert resources["execute-api:ManageConnections"] == [
        arn("execute-api", f"api1/test/{method}/@connections/*") for method in ("POST", "DELETE")
    ]


def test_only_the_topic_sends_to_a_shard_queue(topology: Topology, deployment: Deployment) -> None:
    (statement,) = policies.queue_policy("chat-test-shard-2", topology, deployment)["Statement"]

    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Resource"] == arn("sqs", "chat-test-shard-2")
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": arn("sns", "chat-test-messages")}}


def test_a_shard_queue_moves_what_fails_to_the_dead_letters_and_only_it_may(
    topology: Topology, deployment: Deployment
) -> None:
    shard = queue_attributes("shard", "chat-test-shard-0", topology, deployment)
    dead_letters = queue_attributes("dead-letters", "chat-test-dead-letters", topology, deployment)

    assert json.loads(shard["RedrivePolicy"]) == {
        "deadLetterTargetArn": arn("sqs", "chat-test-dead-letters"),
        "maxReceiveCount": 5,
    }
    assert json.loads(dead_letters["RedriveAllowPolicy"]) == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [
            arn("sqs", f"chat-test-{lane}-{n}") for lane in ("shard", "slice") for n in range(4)
        ],
    }
    assert "Policy" not in dead_letters
    assert "RedrivePolicy" not in dead_letters


def test_the_subscribed_queues_share_the_topic_without_overlap(
    topology: Topology, deployment: Deployment
) -> None:
    filters = [
        json.loads(subscription["Attributes"]["FilterPolicy"])
        for subscription in subscriptions(topology, deployment)
    ]

    assert filters == [
        *({"shard": [str(shard)]} for shard in range(topology.shards)),
        {"shard": [{"exists": False}]},
    ]
