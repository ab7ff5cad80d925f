"""Which deployment a command works on: the local stack, or an environment on AWS."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import boto3
import typer
from botocore.exceptions import ClientError

from infra.errors import ChatctlError
from infra.local.clients import Clients, local_clients, local_session
from infra.local.provision import local_place
from infra.local.stack_file import StackFile, read_stack_file
from infra.local.state import DEFAULT_STATE_FOLDER, StateFolder
from infra.topology.deployment import Place
from infra.topology.model import Topology

LOCAL = "local"
DeadLetterQueue = Literal["dead-letters", "subscription-dead-letters"]

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


@dataclass(frozen=True)
class Site:
    """One deployment.

    Attributes:
        queue_urls: by the topology's name; one for every shard, or just one.
        functions: full name by the topology's name.
        operator: who works on it: the caller's ARN on AWS, the user's name locally.
    """

    place: Place
    operator: str
    session: boto3.Session
    clients: Clients
    queue_urls: dict[str, tuple[str, ...]]
    functions: dict[str, str]

    @property
    def prefix(self) -> str:
        """First part of every name, such as `chat-dev`."""
        return self.place.prefix

    def dead_letter_url(self, queue: DeadLetterQueue) -> str:
        return self.queue_urls[queue][0]


@dataclass(frozen=True, kw_only=True)
class Where:
    """The options that name a deployment."""

    env: Annotated[str, typer.Option(help="`local`, or an environment on AWS, such as `dev`.")] = LOCAL
    profile: Annotated[str | None, typer.Option(help="AWS profile; not for `local`.")] = None
    region: Annotated[str | None, typer.Option(help="AWS region; not for `local`.")] = None
    state_dir: Annotated[Path, typer.Option(help="The folder of the local stack.")] = DEFAULT_STATE_FOLDER

    def site(self, topology: Topology) -> Site:
        """The deployment.

        Raises:
            ChatctlError: there is none, or the options do not go together.
        """
        return find_site(topology, self.env, self.profile, self.region, self.state_dir)


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
        place=local_place(topology),
        operator=getpass.getuser(),
        session=local_session(stack.region),
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
    caller = sts.get_caller_identity()
    place = Place(topology.project, env, session.region_name, caller["Account"], api_id="")
    try:
        queue_urls = {
            queue: tuple(
                clients.sqs.get_queue_url(QueueName=name)["QueueUrl"]
                for name in place.queue_names(topology, queue)
            )
            for queue in topology.queues
        }
    except ClientError as error:
        if error.response["Error"]["Code"].endswith(("QueueDoesNotExist", "NonExistentQueue")):
            raise ChatctlError(
                f"{session.region_name} has no queues of {place.prefix}: is --env or --region wrong?"
            ) from None
        raise
    return Site(
        place=replace(place, api_id=_api_id(callback_url(clients, place.name("fanout")))),
        operator=caller["Arn"],
        session=session,
        clients=clients,
        queue_urls=queue_urls,
        functions={name: place.name(name) for name in topology.functions},
    )


def callback_url(clients: Clients, fanout: str) -> str:
    """The address of `@connections` that the fan-out uses; `fanout` is the function's full name."""
    found = clients.functions.get_function_configuration(FunctionName=fanout)
    return found["Environment"]["Variables"]["WEBSOCKET_CALLBACK_URL"]


def _api_id(callback_url: str) -> str:
    return str(urlsplit(callback_url).hostname).split(".")[0]
