"""Fills the emulator: first the user pool, then everything else of the topology."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from infra.clients import Clients
from infra.local.deployment import LocalSettings
from infra.local.emulator.alarms import apply_alarms
from infra.local.emulator.audit_log import apply_audit_log
from infra.local.emulator.changes import ReportChange
from infra.local.emulator.functions import apply_function, apply_mapping, apply_recursion, apply_role
from infra.local.emulator.identity import UserPool, apply_user_pool
from infra.local.emulator.queues import apply_queue, apply_topic
from infra.local.emulator.tables import apply_table, standing_source
from infra.local.stack_file import AuthMode
from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.render.requests import Requests, render
from infra.topology.render.values import Outputs

if TYPE_CHECKING:
    from types_boto3_lambda.type_defs import CreateFunctionRequestTypeDef

LOCAL_CONCURRENCY = 2  # workers a queue: the least that SQS mappings take, enough for a laptop
# A swarm shares the three demo users: what its members do is not told apart from one who floods.
USERS_IN_ONE = 1_000


def provision_identity(
    clients: Clients, deployment: Deployment, auth_mode: AuthMode, report: ReportChange
) -> UserPool | None:
    """Create the user pool with the demo users; return None in mock mode, which has none."""
    return apply_user_pool(clients.cognito, deployment, report) if auth_mode == "cognito" else None


def render_local(
    topology: Topology,
    deployment: Deployment,
    settings: LocalSettings,
    user_pool: UserPool | None,
    code: Mapping[str, bytes],
) -> Requests:
    """Render what the emulator is to hold; `code` is the zip of each service."""
    outputs = Outputs(
        queue_urls=queue_urls(topology, deployment, settings.aws_endpoint_url),
        callback_url=settings.callback_url,
        websocket_url=settings.websocket_url,
        identity=vars(user_pool) if user_pool else {},
        settings={
            "auth_mode": settings.auth_mode,
            "allowed_origins": settings.allowed_origins,
            "log_level": "INFO",
            "metrics_namespace": deployment.metrics_namespace(topology),
        },
        user_limit_factor=USERS_IN_ONE,
    )
    requests = render(topology, deployment, outputs, code)
    variables = _local_variables(settings, user_pool)
    return replace(
        requests,
        functions=tuple(_with_variables(function, variables) for function in requests.functions),
        mappings=tuple(
            {**mapping, "ScalingConfig": {"MaximumConcurrency": LOCAL_CONCURRENCY}}
            if "ScalingConfig" in mapping
            else mapping
            for mapping in requests.mappings
        ),
    )


def provision_resources(clients: Clients, requests: Requests, report: ReportChange) -> None:
    """Create what is missing from the emulator, and change what differs."""
    for table in requests.tables:
        apply_table(clients.dynamodb, table, requests.ttl_attributes.get(table["TableName"]), report)
    for name, attributes in requests.queues.items():
        apply_queue(clients.sqs, name, attributes, report)
    apply_topic(clients.sns, requests.topic_arn, requests.subscriptions, report)
    for role, policy in requests.roles.items():
        apply_role(clients.iam, role, policy, report)
    for function in requests.functions:
        apply_function(clients.functions, function, report)
    for name, recursive_loop in requests.recursive_loops.items():
        apply_recursion(clients.functions, name, recursive_loop)
    for mapping in requests.mappings:
        source = standing_source(clients.dynamodb, mapping["EventSourceArn"])
        apply_mapping(clients.functions, {**mapping, "EventSourceArn": source}, report)
    apply_alarms(clients.cloudwatch, requests.alarms, requests.composite_alarms, report)
    apply_audit_log(clients.logs, requests.audit_log_group, requests.audit_retention_days, report)


def queue_urls(topology: Topology, deployment: Deployment, aws_endpoint_url: str) -> dict[str, str]:
    """Return the URL that the emulator gives each queue, by the queue's full name."""
    return {
        name: f"{aws_endpoint_url}/{deployment.account}/{name}"
        for queue in topology.queues
        for name in deployment.queue_names(topology, queue)
    }


def _with_variables(
    function: CreateFunctionRequestTypeDef, variables: Mapping[str, str]
) -> CreateFunctionRequestTypeDef:
    rendered = function["Environment"].get("Variables", {})
    return {**function, "Environment": {"Variables": {**rendered, **variables}}}


def _local_variables(settings: LocalSettings, user_pool: UserPool | None) -> dict[str, str]:
    variables = {
        "AWS_ENDPOINT_URL": settings.aws_endpoint_url,
        "POWERTOOLS_TRACE_DISABLED": "1",  # the emulator refuses X-Ray calls
    }
    if settings.dynamodb_endpoint:
        variables["DYNAMODB_ENDPOINT"] = settings.dynamodb_endpoint
    if user_pool:
        # The tokens' issuer is AWS's address; the emulator serves its keys itself.
        variables["COGNITO_JWKS_URL"] = (
            f"{settings.aws_endpoint_url}/{user_pool.user_pool_id}/.well-known/jwks.json"
        )
    return variables
