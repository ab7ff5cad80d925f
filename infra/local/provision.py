"""Makes the emulator hold what the topology says, and the functions run the code of the work tree."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from infra.local.clients import LOCAL_ACCOUNT, Clients, Report, local_clients
from infra.local.emulator.alarms import apply_alarms
from infra.local.emulator.audit_log import apply_audit_log
from infra.local.emulator.functions import apply_function, apply_mapping, apply_role
from infra.local.emulator.identity import Identity, apply_identity
from infra.local.emulator.queues import apply_queues, apply_topic
from infra.local.emulator.tables import apply_table
from infra.local.stack_file import AuthMode, StackFile, read_stack_file
from infra.local.state import DEFAULT_STATE_FOLDER, ROOT, StateFolder
from infra.release.packaging.archive import archive
from infra.release.packaging.sources import service_sources
from infra.topology.deployment import Place
from infra.topology.file import load_topology
from infra.topology.model import Topology
from infra.topology.render.functions import event_source_mappings, function_request
from infra.topology.render.values import Facts, environment_of

LOCAL_ENVIRONMENT = "local"
LOCAL_CONCURRENCY = 2  # workers a queue: the least that SQS mappings take, enough for a laptop
LOCAL_REGION = "us-east-1"
LOCAL_API_ID = "localedge1"


@dataclass(frozen=True)
class LocalDeployment:
    """What the functions of a local stack must know of their surroundings."""

    aws_endpoint_url: str
    callback_url: str
    auth_mode: AuthMode
    allowed_origins: str
    dynamodb_endpoint: str | None = None  # DynamoDB Local in place of the emulator's tables


def local_place(topology: Topology) -> Place:
    return Place(topology.project, LOCAL_ENVIRONMENT, LOCAL_REGION, LOCAL_ACCOUNT, LOCAL_API_ID)


def provision_identity(
    clients: Clients, place: Place, auth_mode: AuthMode, report: Report
) -> Identity | None:
    """The user pool with the demo users; None in mock mode, which has none."""
    return apply_identity(clients.cognito, place, report) if auth_mode == "cognito" else None


def provision_resources(
    clients: Clients,
    topology: Topology,
    deployment: LocalDeployment,
    identity: Identity | None,
    report: Report,
) -> dict[str, str]:
    """Everything else of the topology; the queues' URLs by name."""
    place = local_place(topology)
    for name, table in topology.tables.items():
        apply_table(clients.dynamodb, name, table, place, report)
    queue_urls = apply_queues(clients.sqs, topology, place, report)
    apply_topic(clients.sns, topology, place, report)
    facts = Facts(
        queue_urls=queue_urls,
        callback_url=deployment.callback_url,
        identity=vars(identity) if identity else {},
        deployment={
            "auth_mode": deployment.auth_mode,
            "allowed_origins": deployment.allowed_origins,
            "log_level": "INFO",
            "metrics_namespace": place.metrics_namespace(topology),
        },
    )
    code = {function.service: _code_of(function.service) for function in topology.functions.values()}
    for name, function in topology.functions.items():
        environment = environment_of(name, topology, place, facts) | _local_variables(deployment, identity)
        apply_role(clients.iam, name, topology, place, report)
        wanted = function_request(name, function, place, code[function.service], environment)
        apply_function(clients.functions, wanted, report)
        if function.consumes:
            for mapping in event_source_mappings(name, function.consumes, topology, place):
                mapping["ScalingConfig"] = {"MaximumConcurrency": LOCAL_CONCURRENCY}
                apply_mapping(clients.functions, mapping, report)
    apply_alarms(clients.cloudwatch, topology, place, report)
    apply_audit_log(clients.logs, topology, place, report)
    return queue_urls


def _code_of(service: str) -> bytes:
    """A service's code of the work tree; the emulator's Python brings the third-party packages."""
    return archive({path.as_posix(): ROOT / path for path in service_sources(ROOT, service)})


def _local_variables(deployment: LocalDeployment, identity: Identity | None) -> dict[str, str]:
    variables = {
        "AWS_ENDPOINT_URL": deployment.aws_endpoint_url,
        "POWERTOOLS_TRACE_DISABLED": "1",  # the emulator refuses X-Ray calls
    }
    if deployment.dynamodb_endpoint:
        variables["DYNAMODB_ENDPOINT"] = deployment.dynamodb_endpoint
    if identity:
        # The tokens' issuer is AWS's address; the emulator serves its keys itself.
        variables["COGNITO_JWKS_URL"] = jwks_url(deployment.aws_endpoint_url, identity)
    return variables


def jwks_url(aws_endpoint_url: str, identity: Identity) -> str:
    return f"{aws_endpoint_url}/{identity.user_pool_id}/.well-known/jwks.json"


def provision(
    state_dir: Annotated[Path, typer.Option(help="The folder of the running stack.")] = DEFAULT_STATE_FOLDER,
) -> None:
    """Bring the running stack up to the topology and the code of the work tree, and show what changed."""
    stack = read_stack_file(StateFolder(state_dir).stack_file)
    changes = reapply(stack, load_topology())
    for change in changes:
        print(change)
    if not changes:
        print("nothing changed")


def reapply(stack: StackFile, topology: Topology) -> list[str]:
    """Apply the topology and the work tree's code to a running stack; the changes, one line each."""
    changes: list[str] = []
    clients = local_clients(stack.aws_endpoint_url, stack.region)
    place = local_place(topology)
    deployment = LocalDeployment(
        stack.aws_endpoint_url, stack.callback_url, stack.auth_mode, stack.allowed_origins
    )
    identity = provision_identity(clients, place, stack.auth_mode, changes.append)
    provision_resources(clients, topology, deployment, identity, changes.append)
    return changes
