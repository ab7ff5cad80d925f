"""Which actions the code takes: calls of AWS's clients, found in Python's syntax trees and in scripts."""

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import botocore.session
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from tests.unit.terraform.plan import REPOSITORY

# Operations that IAM authorizes under another name.
AUTHORIZED_AS = {
    "sqs:DeleteMessageBatch": {"sqs:DeleteMessage"},
    "sqs:SendMessageBatch": {"sqs:SendMessage"},
    "sqs:ChangeMessageVisibilityBatch": {"sqs:ChangeMessageVisibility"},
    "apigatewaymanagementapi:PostToConnection": {"execute-api:ManageConnections"},
    "apigatewaymanagementapi:DeleteConnection": {"execute-api:ManageConnections"},
    "apigatewaymanagementapi:GetConnection": {"execute-api:ManageConnections"},
    "service-quotas:GetServiceQuota": {"servicequotas:GetServiceQuota"},
    "apigatewayv2:GetDomainNames": {"apigateway:GET"},
    "sts:GetCallerIdentity": set[str](),  # takes no right
}
# What `aws` commands of the release scripts ask for: https://docs.aws.amazon.com/cli/latest/reference/s3
COMMANDS = {
    "aws s3 sync": {"s3:PutObject", "s3:ListBucket"},
    "aws s3 cp": {"s3:PutObject"},
    "aws cloudfront create-invalidation": {"cloudfront:CreateInvalidation"},
    "aws sts get-caller-identity": set[str](),
    "aws iam list-open-id-connect-providers": set[str](),  # bootstrap.sh, by an administrator
}


@cache
def _operations(service: str) -> dict[str, str]:
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(operation): f"{service}:{operation}" for operation in model.operation_names}


@cache
def _waiters(service: str) -> dict[str, str]:
    try:
        waiters = botocore.session.get_session().get_waiter_model(service)
    except UnknownServiceError:
        return {}
    return {
        xform_name(name): f"{service}:{waiters.get_waiter(name).operation}" for name in waiters.waiter_names
    }


def actions_in(paths: Iterable[Path], services: Iterable[str]) -> set[str]:
    """The IAM actions of calls that bear the name of an operation of one of the services."""
    found: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found |= {operation for service in services for operation in _operation(node, service)}
    return {action for operation in found for action in AUTHORIZED_AS.get(operation, {operation})}


def _operation(node: ast.AST, service: str) -> set[str]:
    match node:
        case ast.Call(func=ast.Attribute(attr="get_paginator"), args=[ast.Constant(value=str(name))]):
            return {_operations(service)[name]} if name in _operations(service) else set()
        case ast.Call(func=ast.Attribute(attr="get_waiter"), args=[ast.Constant(value=str(name))]):
            return {_waiters(service)[name]} if name in _waiters(service) else set()
        case ast.Attribute(attr=name) if name in _operations(service):
            return {_operations(service)[name]}
    return set()


def actions_of_release() -> set[str]:
    """What `python -m infra.release` and the scripts beside it ask of AWS."""
    release = REPOSITORY / "infra" / "release"
    services = ("lambda", "cognito-idp", "cloudwatch", "dynamodb", "apigatewaymanagementapi")
    conversation = sorted((REPOSITORY / "services" / "canary").glob("*.py"))
    return actions_in([*sorted(release.glob("*.py")), *conversation], services) | {
        action for script in sorted(release.glob("*.sh")) for action in _commands(script)
    }


def _commands(script: Path) -> set[str]:
    commands = re.findall(
        r"aws [a-z0-9-]+ [a-z-]+", re.sub(r"(?m)^\s*#.*$", "", script.read_text(encoding="utf-8"))
    )
    return {action for command in commands for action in COMMANDS[command]}
