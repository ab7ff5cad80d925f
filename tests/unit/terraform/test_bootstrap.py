"""GitHub Actions may become the role of its environment, and only there."""

import json

import pytest

from tests.unit.terraform.plan import CONFIGURATION, Plan, Planner, Values
from tests.unit.terraform.rights.policy import listed


@pytest.mark.parametrize(("role", "suffix"), [("deploy", ""), ("plan", "-plan")])
@pytest.mark.parametrize("repository", ["repo:someone/chat", "repo:someone@1/chat@2"], ids=["names", "ids"])
def test_a_job_of_the_github_environment_becomes_its_role_by_either_form_of_subject(
    bootstrap: Plan, role: str, suffix: str, repository: str
) -> None:
    for environment, values in bootstrap.named("aws_iam_role", role).items():
        assert _trusts(values, f"{repository}:environment:{environment}{suffix}")


@pytest.mark.parametrize("role", ["deploy", "plan"])
@pytest.mark.parametrize(
    "subject",
    [
        "repo:someone/chat:ref:refs/heads/main",
        "repo:someone/chat:environment:{environment}x",
        "repo:someone@9/chat@2:environment:{environment}",  # the name went to somebody else
        "repo:someone@1/chat@9:environment:{environment}",
        "repo:someone@1/other@2:environment:/chat@2:environment:{environment}",
        "repo:else/chat:environment:{environment}",
    ],
)
def test_no_other_job_becomes_a_role(bootstrap: Plan, role: str, subject: str) -> None:
    suffix = "" if role == "deploy" else "-plan"
    roles = bootstrap.named("aws_iam_role", role)

    assert roles.keys() == {"dev", "prod"}
    for environment, values in roles.items():
        assert not _trusts(values, subject.format(environment=environment + suffix))


def test_a_repository_without_ids_is_trusted_by_its_names_and_the_account_s_provider_used(
    planned: Planner,
) -> None:
    plan = planned(
        CONFIGURATION / "bootstrap",
        "-var=repository=someone/chat",
        "-var=github_provider_exists=true",
    )

    assert not plan.of("aws_iam_openid_connect_provider")
    assert _trusts(plan.named("aws_iam_role", "deploy")["dev"], "repo:someone/chat:environment:dev")


def _trusts(role: Values, subject: str) -> bool:
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    (operator,) = statement["Condition"]
    assert operator == "StringEquals"
    conditions = statement["Condition"][operator]
    assert conditions["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    return subject in listed(conditions["token.actions.githubusercontent.com:sub"])


def test_a_deployment_may_not_change_the_roles_of_github(bootstrap: Plan) -> None:
    for policy in bootstrap.named("aws_iam_role_policy", "deploy").values():
        (denial,) = _denials(policy)
        assert denial["Action"] == "iam:*"
        assert {arn.rsplit("/", 1)[1] for arn in denial["Resource"]} == {"chat-*-deploy", "chat-*-plan"}


def test_neither_a_plan_nor_a_deployment_reads_messages_logs_or_users(bootstrap: Plan) -> None:
    policies = bootstrap.named("aws_iam_role_policy", "readers")

    assert policies.keys() == {"dev", "dev-plan", "prod", "prod-plan"}
    for policy in policies.values():
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
