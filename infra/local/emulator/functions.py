"""Lambda functions, their roles, and the event source mappings of the shard queues."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, cast

from infra.local.emulator.changes import ReportChange
from infra.topology.render import policies

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_lambda.literals import RecursiveLoopType
    from types_boto3_lambda.type_defs import (
        CreateEventSourceMappingRequestTypeDef,
        CreateFunctionRequestTypeDef,
        UpdateEventSourceMappingRequestTypeDef,
    )

GRANTS = "grants"  # name of the role's inline policy


def apply_role(iam: IAMClient, role: str, policy: policies.Policy, report: ReportChange) -> None:
    """Create a role, or adjust its policy; that of a function that calls nothing has none."""
    wanted = _as_the_emulator_names_it(policy)
    is_new = role not in [standing["RoleName"] for standing in iam.list_roles(MaxItems=1000)["Roles"]]
    if is_new:
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(policies.LAMBDA_MAY_ASSUME))
        report(f"created role {role}")
    has_policy = not is_new and GRANTS in iam.list_role_policies(RoleName=role)["PolicyNames"]
    if not wanted["Statement"]:
        if has_policy:
            iam.delete_role_policy(RoleName=role, PolicyName=GRANTS)
            report(f"changed role {role}")
        return
    if has_policy and iam.get_role_policy(RoleName=role, PolicyName=GRANTS)["PolicyDocument"] == wanted:
        return
    if not is_new:
        report(f"changed role {role}")
    iam.put_role_policy(RoleName=role, PolicyName=GRANTS, PolicyDocument=json.dumps(wanted))


def _as_the_emulator_names_it(policy: policies.Policy) -> policies.Policy:
    """On AWS `sqs:SendMessage` covers the batch call; MiniStack asks for an action of that name."""
    statements = [
        {
            **statement,
            "Action": [
                *statement["Action"],
                *(["sqs:SendMessageBatch"] if "sqs:SendMessage" in statement["Action"] else []),
            ],
        }
        for statement in policy["Statement"]
    ]
    return {**policy, "Statement": statements}


def apply_function(
    functions: LambdaClient, wanted: CreateFunctionRequestTypeDef, report: ReportChange
) -> None:
    """Create the function, or bring its code and configuration up to date."""
    name = wanted["FunctionName"]
    try:
        standing = functions.get_function_configuration(FunctionName=name)
    except functions.exceptions.ResourceNotFoundException:
        functions.create_function(**wanted)
        report(f"created function {name}")
        return
    code = cast("bytes", wanted["Code"]["ZipFile"])
    if standing["CodeSha256"] != base64.b64encode(hashlib.sha256(code).digest()).decode():
        functions.update_function_code(FunctionName=name, ZipFile=code)
        report(f"changed code of function {name}")
    if (
        standing["Handler"] != wanted["Handler"]
        or standing["MemorySize"] != wanted["MemorySize"]
        or standing["Timeout"] != wanted["Timeout"]
        or standing["Environment"]["Variables"] != wanted["Environment"]["Variables"]
    ):
        functions.update_function_configuration(
            FunctionName=name,
            Handler=wanted["Handler"],
            MemorySize=wanted["MemorySize"],
            Timeout=wanted["Timeout"],
            Environment=wanted["Environment"],
        )
        report(f"changed configuration of function {name}")


def apply_mapping(
    functions: LambdaClient, wanted: CreateEventSourceMappingRequestTypeDef, report: ReportChange
) -> None:
    """Let a function consume a queue or a stream."""
    source = wanted["EventSourceArn"].rsplit(":", 1)[1]
    found = functions.list_event_source_mappings(
        FunctionName=wanted["FunctionName"], EventSourceArn=wanted["EventSourceArn"]
    )["EventSourceMappings"]
    if not found:
        functions.create_event_source_mapping(**wanted)
        report(f"created event source mapping of {source}")
    elif found[0]["BatchSize"] != wanted["BatchSize"] or (
        "ScalingConfig" in wanted and found[0].get("ScalingConfig") != wanted["ScalingConfig"]
    ):
        change: UpdateEventSourceMappingRequestTypeDef = {
            "UUID": found[0]["UUID"],
            "BatchSize": wanted["BatchSize"],
        }
        if "ScalingConfig" in wanted:
            change["ScalingConfig"] = wanted["ScalingConfig"]
        functions.update_event_source_mapping(**change)
        report(f"changed event source mapping of {source}")


def apply_recursion(functions: LambdaClient, name: str, recursive_loop: RecursiveLoopType) -> None:
    """Say whether a function's own messages may come back to it."""
    functions.put_function_recursion_config(FunctionName=name, RecursiveLoop=recursive_loop)
