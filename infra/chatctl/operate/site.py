"""Which deployment a command works on: the local stack, or an environment on AWS."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import boto3
import typer
from botocore.exceptions import ClientError

from infra.chatctl.aws import Clients, local_clients
from infra.chatctl.errors import ChatctlError
from infra.chatctl.stack_file import StackFile, read_stack_file
from infra.chatctl.state import DEFAULT_STATE_FOLDER, StateFolder
from infra.topology import Topology

LOCAL = "local"
DeadLetterQueue = Literal["dead-letters", "subscription-dead-letters"]

EnvOption = Annotated[
    str, typer.Option("--env", help="`local`, or an environment on AWS, such as `dev`.", show_default=True)
]
ProfileOption = Annotated[str | None, typer.Option("--profile", help="AWS profile; not for `local`.")]
RegionOption = Annotated[str | None, typer.Option("--region", help="AWS region; not for `local`.")]
StateDirOption = Annotated[Path, typer.Option("--state-dir", help="The folder of the local stack.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
DEFAULT_STATE_DIR = DEFAULT_STATE_FOLDER


@dataclass(frozen=True)
class Site:
    """One deployment.

    Attributes:
        prefix: first part of every name, such as `chat-dev`.
        queue_urls: by the topology's name; one for every shard, or just one.
        functions: full name by the topology's name.
        operator: who works on it: the caller's ARN on AWS, the user's name locally.
    """

    prefix: str
    region: str
    operator: str
    clients: Clients
    queue_urls: dict[str, tuple[str, ...]]
    functions: dict[str, str]

    def dead_letter_url(self, queue: DeadLetterQueue) -> str:
        return self.queue_urls[queue][0]


def find_site(topology: Topology, env: str, profile: str | None, region: str | None, state_dir: Path) -> Site:
    """Find the deployment.

    Raises:
        ChatctlError: there is none, or the options do not go together.
    """
    if env != LOCAL:
        return _on_aws(topology, env, profile, region)
    if profile or region:
        raise ChatctlError("--profile and --region are for AWS; name the environment with --env")
    return site_of_stack(topology, read_stack_file(StateFolder(state_dir).stack_file))


def site_of_stack(topology: Topology, stack: StackFile) -> Site:
    """The local stack of a stack file."""
    return Site(
        prefix=f"{topology.project}-{LOCAL}",
        region=stack.region,
        operator=getpass.getuser(),
        clients=local_clients(stack.aws_endpoint_url, stack.region),
        queue_urls={
            "shard": stack.shard_queue_urls,
            "dead-letters": (stack.dead_letter_queue_url,),
            "subscription-dead-letters": (stack.subscription_dead_letter_queue_url,),
        },
        functions=stack.functions,
    )


def _on_aws(topology: Topology, env: str, profile: str | None, region: str | None) -> Site:
    session = boto3.Session(profile_name=profile, region_name=region)
    if session.region_name is None:
        raise ChatctlError("no AWS region: give --region, or set one in the profile")
    clients = Clients(
        cloudwatch=session.client("cloudwatch"),
        cognito=session.client("cognito-idp"),
        dynamodb=session.client("dynamodb"),
        iam=session.client("iam"),
        functions=session.client("lambda"),
        logs=session.client("logs"),
        sns=session.client("sns"),
        sqs=session.client("sqs"),
    )
    sts: Any = session.client("sts")
    prefix = f"{topology.project}-{env}"
    try:
        queue_urls = {
            queue: tuple(
                clients.sqs.get_queue_url(QueueName=name)["QueueUrl"]
                for name in _queue_names(prefix, queue, definition.per_shard, topology.shards)
            )
            for queue, definition in topology.queues.items()
        }
    except ClientError as error:
        if error.response["Error"]["Code"].endswith(("QueueDoesNotExist", "NonExistentQueue")):
            raise ChatctlError(
                f"{session.region_name} has no queues of {prefix}: is --env or --region wrong?"
            ) from None
        raise
    return Site(
        prefix=prefix,
        region=session.region_name,
        operator=sts.get_caller_identity()["Arn"],
        clients=clients,
        queue_urls=queue_urls,
        functions={name: f"{prefix}-{name}" for name in topology.functions},
    )


def _queue_names(prefix: str, queue: str, per_shard: bool, shards: int) -> list[str]:
    if per_shard:
        return [f"{prefix}-{queue}-{shard}" for shard in range(shards)]
    return [f"{prefix}-{queue}"]
