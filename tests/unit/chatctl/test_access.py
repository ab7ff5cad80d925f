"""Which deployment the operator's options name."""

from pathlib import Path

import boto3
import pytest

from chatctl.access import open_deployment
from infra.errors import CommandError
from infra.topology.model import Topology

NOWHERE = Path("/nonexistent")


def create_queues(prefix: str, topology: Topology) -> None:
    sqs = boto3.client("sqs")
    for queue, definition in topology.queues.items():
        for suffix in [f"-{shard}" for shard in range(topology.shards)] if definition.per_shard else [""]:
            sqs.create_queue(QueueName=f"{prefix}-{queue}{suffix}")


def create_fanout(prefix: str, callback_url: str) -> None:
    role = boto3.client("iam").create_role(RoleName="fanout", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    boto3.client("lambda").create_function(
        FunctionName=f"{prefix}-fanout",
        Runtime="python3.13",
        Role=role,
        Handler="services.fanout.handlers.fanout.handler",
        Code={"ZipFile": b"code"},
        Environment={"Variables": {"WEBSOCKET_CALLBACK_URL": callback_url}},
    )


@pytest.mark.usefixtures("aws")
def test_an_environment_on_aws_is_found_by_its_names(topology: Topology) -> None:
    create_queues("chat-dev", topology)
    create_fanout("chat-dev", "https://api1.execute-api.eu-central-1.amazonaws.com/dev")

    access = open_deployment(topology, "dev", None, None, NOWHERE)

    names = [url.rsplit("/", 1)[-1] for url in access.queue_urls["shard"]]
    assert names == [f"chat-dev-shard-{shard}" for shard in range(topology.shards)]
    assert access.dead_letter_url("subscription-dead-letters").endswith("/chat-dev-subscription-dead-letters")
    assert access.functions["fanout"] == "chat-dev-fanout"
    assert access.deployment.api_id == "api1"
    assert access.operator.startswith("arn:aws:")


@pytest.mark.usefixtures("aws")
def test_an_environment_that_is_not_there_is_refused_by_name(topology: Topology) -> None:
    with pytest.raises(CommandError, match=r"eu-central-1 has no queues of chat-staging: .*--env"):
        open_deployment(topology, "staging", None, None, NOWHERE)


def test_aws_without_a_region_is_refused(topology: Topology, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")

    with pytest.raises(CommandError, match="give --region"):
        open_deployment(topology, "dev", None, None, NOWHERE)


def test_a_region_is_not_for_the_local_stack(topology: Topology) -> None:
    with pytest.raises(CommandError, match="are for AWS"):
        open_deployment(topology, "local", None, "eu-central-1", NOWHERE)


def test_a_stack_that_does_not_run_is_refused(topology: Topology) -> None:
    with pytest.raises(CommandError, match="no stack is running"):
        open_deployment(topology, "local", None, None, NOWHERE)
