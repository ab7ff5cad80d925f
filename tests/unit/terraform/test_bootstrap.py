"""GitHub Actions may become the role of its environment, and only there."""

import json

import pytest

from tests.unit.terraform.plan import CONFIGURATION, Plan, Values, make_plan


@pytest.fixture(scope="module")
def bootstrap(tfcheck: str) -> Plan:
    return make_plan(tfcheck, CONFIGURATION / "bootstrap", "-var=repository=someone/chat")


@pytest.mark.parametrize(("role", "suffix"), [("deploy", ""), ("plan", "-plan")])
def test_only_a_job_of_its_github_environment_becomes_a_role(bootstrap: Plan, role: str, suffix: str) -> None:
    roles = bootstrap.named("aws_iam_role", role)

    assert roles.keys() == {"dev", "prod"}
    for environment, values in roles.items():
        (statement,) = json.loads(values["assume_role_policy"])["Statement"]
        assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
        assert statement["Condition"] == {
            "StringEquals": {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "token.actions.githubusercontent.com:sub": (
                    f"repo:someone/chat:environment:{environment}{suffix}"
                ),
            }
        }


def test_a_deployment_may_not_change_the_roles_of_github(bootstrap: Plan) -> None:
    for policy in bootstrap.named("aws_iam_role_policy", "deploy").values():
        (denial,) = _denials(policy)
        assert denial["Action"] == "iam:*"
        assert {arn.rsplit("/", 1)[1] for arn in denial["Resource"]} == {"chat-*-deploy", "chat-*-plan"}


def test_a_plan_reads_neither_messages_nor_logs_nor_users(bootstrap: Plan) -> None:
    for policy in bootstrap.named("aws_iam_role_policy", "plan").values():
        denied = {
            action
            for denial in _denials(policy)
            if denial.get("Resource") == "*"
            for action in denial["Action"]
        }
        assert denied >= {"dynamodb:GetItem", "dynamodb:Scan", "logs:GetLogEvents", "sqs:ReceiveMessage"}


def test_the_state_is_versioned_and_private(bootstrap: Plan) -> None:
    assert bootstrap.one("aws_s3_bucket_versioning")["versioning_configuration"][0]["status"] == "Enabled"
    assert bootstrap.one("aws_s3_bucket_public_access_block")["restrict_public_buckets"]


def _denials(policy: Values) -> list[Values]:
    return [
        statement for statement in json.loads(policy["policy"])["Statement"] if statement["Effect"] == "Deny"
    ]
