"""Every policy names actions that exist, on resources that fit them, under conditions that they know."""

import json
from collections.abc import Iterator

import pytest

from tests.unit.terraform.plan import Plan
from tests.unit.terraform.rights import reference
from tests.unit.terraform.rights.patterns import covers, overlap
from tests.unit.terraform.rights.policy import Policy, Statement, listed

POLICY_ARGUMENTS = {"policy", "assume_role_policy"}
# Of GitHub's provider: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
FEDERATED_CONDITIONS = {"token.actions.githubusercontent.com:aud", "token.actions.githubusercontent.com:sub"}

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html puts DescribeKey under an
# encryption context, which it does not know.
# The policy template DynamoDBStreamReadPolicy of AWS SAM has it on streams; the reference on nothing.
ON_STREAMS = {"dynamodb:ListStreams"}
AS_AWS_WRITES_IT = ("aws_kms_key.main.policy", "Logs")


@pytest.fixture(scope="session")
def policies(dev: Plan, prod: Plan, bootstrap: Plan) -> tuple[Policy, ...]:
    return tuple(policy for plan in (dev, prod, bootstrap) for policy in _policies(plan))


def _policies(plan: Plan) -> Iterator[Policy]:
    for resource in plan.resources:
        for argument in POLICY_ARGUMENTS & resource["values"].keys():
            text = resource["values"][argument]
            if resource["mode"] == "managed" and isinstance(text, str) and text.startswith("{"):
                yield Policy.parse(f"{resource['address']}.{argument}", text)


def test_all_kinds_of_policy_are_looked_at(policies: tuple[Policy, ...]) -> None:
    kinds = {policy.label.split(".")[-3 if "." in policy.label else 0].split("[")[0] for policy in policies}

    assert kinds >= {
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_iam_policy",
        "aws_kms_key",
        "aws_sqs_queue_policy",
    }


def test_every_action_exists(policies: tuple[Policy, ...]) -> None:
    unknown = {
        (policy.label, pattern)
        for policy, statement in _statements(policies)
        for pattern in listed(statement["Action"])
        if not any(reference.matching(pattern))
    }

    assert not unknown


def test_every_action_meets_a_resource_of_its_kind(policies: tuple[Policy, ...]) -> None:
    misfits = {
        (policy.label, statement.get("Sid"), action.name, tuple(listed(statement["Resource"])))
        for policy, statement in _statements(policies)
        if "Resource" in statement
        for pattern in listed(statement["Action"])
        if "*" not in pattern
        for action in reference.matching(pattern)
        if action.name not in ON_STREAMS
        and not any(_fits(action, resource) for resource in listed(statement["Resource"]))
    }

    assert not misfits


def test_every_resource_is_one_of_the_statements_actions(policies: tuple[Policy, ...]) -> None:
    idle = {
        (policy.label, statement.get("Sid"), resource)
        for policy, statement in _statements(policies)
        for resource in listed(statement.get("Resource", []))
        if not any(
            _fits(action, resource)
            for pattern in listed(statement["Action"])
            for action in reference.matching(pattern)
        )
    }

    assert not idle


def test_every_condition_is_known_to_its_actions(policies: tuple[Policy, ...]) -> None:
    unknown = {
        (policy.label, statement.get("Sid"), action.name, key)
        for policy, statement in _statements(policies)
        for conditions in statement.get("Condition", {}).values()
        for key in conditions
        if key not in FEDERATED_CONDITIONS and (policy.label, statement.get("Sid")) != AS_AWS_WRITES_IT
        for pattern in listed(statement["Action"])
        for action in reference.matching(pattern)
        if not any(
            covers(known.split("$")[0] + "*" if "$" in known else known, key.lower())
            for known in reference.conditions_of(action)
        )
    }

    assert not unknown


def test_no_service_of_another_account_is_let_in(policies: tuple[Policy, ...]) -> None:
    """Services act for every account: a resource's policy says for which."""
    open_to_all = {
        (policy.label, statement.get("Sid"))
        for policy, statement in _statements(policies)
        if "Service" in _principal(statement) and "Resource" in statement
        if not _names_the_account(statement)
    }

    assert not open_to_all


def _statements(policies: tuple[Policy, ...]) -> Iterator[tuple[Policy, Statement]]:
    for policy in policies:
        for statement in policy.statements:
            yield policy, statement


def _fits(action: reference.Action, resource: str) -> bool:
    """Whether a statement's resource is one that the action is authorized on."""
    if resource == "*":
        return True
    patterns = [pattern for pattern in reference.resource_patterns(action) if pattern != "*"]
    return any(overlap(pattern.replace("arn:*:", "arn:aws:", 1), resource) for pattern in patterns)


def _principal(statement: Statement) -> dict[str, str]:
    principal = statement.get("Principal", {})
    return principal if isinstance(principal, dict) else {}


def _names_the_account(statement: Statement) -> bool:
    return "000000000000" in json.dumps(statement.get("Condition", {}))
