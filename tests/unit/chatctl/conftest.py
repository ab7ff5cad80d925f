import boto3
import pytest

from chatctl.access import DeploymentAccess
from infra.clients import Clients
from infra.topology.deployment import Deployment


@pytest.fixture
def access(aws: None, deployment: Deployment) -> DeploymentAccess:
    """A deployment with two shards on moto."""
    sqs = boto3.client("sqs")
    names = {
        "shard": ["chat-test-shard-0", "chat-test-shard-1"],
        "slice": ["chat-test-slice-0", "chat-test-slice-1"],
        "presence": ["chat-test-presence"],
        "dead-letters": ["chat-test-dead-letters"],
        "subscription-dead-letters": ["chat-test-subscription-dead-letters"],
    }
    return DeploymentAccess(
        deployment=deployment,
        operator="tester",
        clients=Clients(boto3.client),
        queue_urls={
            queue: tuple(sqs.create_queue(QueueName=name)["QueueUrl"] for name in each)
            for queue, each in names.items()
        },
        functions={name: f"chat-test-{name}" for name in ("send-message", "sweeper", "fanout")},
    )
