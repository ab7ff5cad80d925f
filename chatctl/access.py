"""Which deployment a command works on: the local stack, or an environment on AWS."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import typer
from botocore.exceptions import ClientError
from botocore.session import Session

from infra.clients import Clients
from infra.errors import CommandError
from infra.local.clients import local_clients
from infra.local.deployment import local_deployment
from infra.local.stack_file import StackFile, read_stack_file
from infra.local.state import DEFAULT_STATE_FOLDER, StateFolder
from infra.topology.deployment import Deployment
from infra.topology.model import Topology

LOCAL = "local"
DeadLetterQueue = Literal["dead-letters", "subscription-dead-letters"]

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


@dataclass(frozen=True)
class DeploymentAccess:
    """One deployment.

    Attributes:
        queue_urls: by the topology's name; one for every shard, or just one.
        functions: full name by the topology's name.
        operator: who works on it: the caller's ARN on AWS, the user's name locally.
    """

    deployment: Deployment
    operator: str
    clients: Clients
    queue_urls: dict[str, tuple[str, ...]]
    functions: dict[str, str]

    @property
    def prefix(self) -> str:
        """First part of every name, such as `chat-dev`."""
        return self.deployment.prefix

    def dead_letter_url(self, queue: DeadLetterQueue) -> str:
        """Return the URL of a dead-letter queue."""
        return self.queue_urls[queue][0]


@dataclass(frozen=True, kw_only=True)
class DeploymentOptions:
    """The options that name a deployment."""

    env: Annotated[str, typer.Option(help="`local`, or an environment on AWS, such as `dev`.")] = LOCAL
    profile: Annotated[str | None, typer.Option(help="AWS profile; not for `local`.")] = None
    region: Annotated[str | None, typer.Option(help="AWS region; not for `local`.")] = None
    state_dir: Annotated[Path, typer.Option(help="The folder of the local stack.")] = DEFAULT_STATE_FOLDER

    def open(self, topology: Topology) -> DeploymentAccess:
        """Return the deployment.

        Raises:
            CommandError: there is none, or the options do not go together.
        """
        return open_deployment(topology, self.env, self.profile, self.region, self.state_dir)


def open_deployment(
    topology: Topology, env: str, profile: str | None, region: str | None, state_dir: Path
) -> DeploymentAccess:
    """Find the deployment.

    Raises:
        CommandError: there is none, or the options do not go together.
    """
    if env != LOCAL:
        return _on_aws(topology, env, profile, region)
    if profile or region:
        raise CommandError("--profile and --region are for AWS; name the environment with --env")
    return access_of_stack(topology, read_stack_file(StateFolder(state_dir).stack_file))


def access_of_stack(topology: Topology, stack: StackFile) -> DeploymentAccess:
    """Return the local stack of a stack file."""
    return DeploymentAccess(
        deployment=local_deployment(topology),
        operator=getpass.getuser(),
        clients=local_clients(stack.aws_endpoint_url, stack.region),
        queue_urls={
            "shard": stack.shard_queue_urls,
            "slice": stack.slice_queue_urls,
            "presence": (stack.presence_queue_url,),
            "dead-letters": (stack.dead_letter_queue_url,),
            "subscription-dead-letters": (stack.subscription_dead_letter_queue_url,),
        },
        functions=stack.functions,
    )


def _on_aws(topology: Topology, env: str, profile: str | None, region: str | None) -> DeploymentAccess:
    session = Session(profile=profile)
    found_region = region or session.get_config_variable("region")
    if found_region is None:
        raise CommandError("no AWS region: give --region, or set one in the profile")

    def create(service: str, endpoint_url: str | None = None) -> Any:
        return session.create_client(service, region_name=found_region, endpoint_url=endpoint_url)

    clients = Clients(create)
    caller = create("sts").get_caller_identity()
    deployment = Deployment(topology.project, env, found_region, caller["Account"], api_id="")
    try:
        queue_urls = {
            queue: tuple(
                clients.sqs.get_queue_url(QueueName=name)["QueueUrl"]
                for name in deployment.queue_names(topology, queue)
            )
            for queue in topology.queues
        }
    except ClientError as error:
        if error.response["Error"]["Code"].endswith(("QueueDoesNotExist", "NonExistentQueue")):
            raise CommandError(
                f"{found_region} has no queues of {deployment.prefix}: is --env or --region wrong?"
            ) from None
        raise
    return DeploymentAccess(
        deployment=replace(deployment, api_id=_api_id(callback_url(clients, deployment.name("fanout")))),
        operator=caller["Arn"],
        clients=clients,
        queue_urls=queue_urls,
        functions={name: deployment.name(name) for name in topology.functions},
    )


def callback_url(clients: Clients, fanout: str) -> str:
    """Return the address of `@connections` that the fan-out uses; `fanout` is the function's full name.

    Raises:
        CommandError: the function does not tell it.
    """
    found = clients.functions.get_function_configuration(FunctionName=fanout)
    variables = found.get("Environment", {}).get("Variables", {})
    if "WEBSOCKET_CALLBACK_URL" not in variables:  # or its key does not let the caller read them
        raise CommandError(f"{fanout} tells of no WEBSOCKET_CALLBACK_URL: was it released?")
    return variables["WEBSOCKET_CALLBACK_URL"]


def _api_id(callback_url: str) -> str:
    return str(urlsplit(callback_url).hostname).split(".")[0]
