"""Where the topology stands: every name and ARN follows from project, environment, region and account."""

from dataclasses import dataclass

from infra.topology.model import Topology


@dataclass(frozen=True)
class Deployment:
    """One deployment of the topology.

    Attributes:
        project: the topology's project, first part of every name.
        environment: `local`, `dev`, `prod`; second part of every name and the stage of the WebSocket API.
        region: AWS region, such as `us-east-1`.
        account: twelve digits.
        api_id: id of the WebSocket API.
        schedules: whether optional functions are called by their schedules.
    """

    project: str
    environment: str
    region: str
    account: str
    api_id: str
    schedules: bool = False

    @property
    def stage(self) -> str:
        """Stage of the WebSocket API."""
        return self.environment

    @property
    def prefix(self) -> str:
        """First part of every name, such as `chat-dev`."""
        return f"{self.project}-{self.environment}"

    @property
    def audit_log_group(self) -> str:
        """Where `chatctl` writes who changed what."""
        return f"/chatctl/{self.prefix}"

    def name(self, resource: str) -> str:
        """Return the full name of a resource: `connections` becomes `chat-local-connections`."""
        return f"{self.prefix}-{resource}"

    def metrics_namespace(self, topology: Topology) -> str:
        """Where this environment's own metrics are, apart from those of others in the account."""
        return f"{topology.metrics_namespace}/{self.environment}"

    def queue_names(self, topology: Topology, queue: str) -> tuple[str, ...]:
        """Return the names of a queue: one for every shard, or just one."""
        if topology.queues[queue].per_shard:
            return tuple(self.name(f"{queue}-{shard}") for shard in range(topology.shards))
        return (self.name(queue),)

    def queue_arns(self, topology: Topology, queue: str) -> tuple[str, ...]:
        """Return the ARNs of a queue: one for every shard, or just one."""
        return tuple(self.queue_arn(name) for name in self.queue_names(topology, queue))

    def queue_arn(self, queue_name: str) -> str:
        """Return the ARN of a queue by its full name."""
        return f"arn:aws:sqs:{self.region}:{self.account}:{queue_name}"

    def table_arn(self, table: str) -> str:
        """Return the ARN of a table by the topology's name."""
        return f"arn:aws:dynamodb:{self.region}:{self.account}:table/{self.name(table)}"

    def streams_arn(self, table: str) -> str:
        """Return the pattern of a table's streams; DynamoDB names one by when it was made."""
        return f"{self.table_arn(table)}/stream/*"

    def topic_arn(self, topic: str) -> str:
        """Return the ARN of a topic by the topology's name."""
        return f"arn:aws:sns:{self.region}:{self.account}:{self.name(topic)}"

    def function_arn(self, function: str) -> str:
        """Return the ARN of a function by the topology's name."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.name(function)}"

    def role_arn(self, function: str) -> str:
        """Return the ARN of a function's role."""
        return f"arn:aws:iam::{self.account}:role/{self.name(function)}"

    def user_pool_arn(self, user_pool_id: str) -> str:
        """Return the ARN of a Cognito user pool."""
        return f"arn:aws:cognito-idp:{self.region}:{self.account}:userpool/{user_pool_id}"

    def connections_arn(self, method: str) -> str:
        """Return `@connections` of the API for one HTTP method."""
        return (
            f"arn:aws:execute-api:{self.region}:{self.account}:{self.api_id}"
            f"/{self.stage}/{method}/@connections/*"
        )
