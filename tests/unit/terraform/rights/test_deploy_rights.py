"""A deployment may do what Terraform, a release and the smoke test ask of AWS, and nothing else."""

import json

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from tests.unit.terraform.plan import REGION, Plan
from tests.unit.terraform.rights import reference
from tests.unit.terraform.rights.calls_in_code import actions_of_release
from tests.unit.terraform.rights.needs import ACCOUNT, Need, needs_of, service_linked_roles
from tests.unit.terraform.rights.policy import Policy, allowed, listed

GLOBAL_SERVICES = {"iam", "cloudfront", "route53"}  # their region is us-east-1


@pytest.fixture(scope="module", params=["dev", "prod"])
def environment(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def everything(whole: dict[str, Plan], environment: str) -> Plan:
    return whole[environment]


@pytest.fixture(scope="module")
def deploy(bootstrap: Plan, environment: str) -> tuple[Policy, ...]:
    return _policies(bootstrap, f"chat-{environment}-deploy")


@pytest.fixture(scope="module")
def needs(everything: Plan, environment: str) -> set[Need]:
    return needs_of(everything, environment)


def test_terraform_may_create_read_change_and_delete_every_resource(
    deploy: tuple[Policy, ...], needs: set[Need]
) -> None:
    refused = sorted(
        f"{need.action} on {need.resource} for {need.whose}"
        for need in needs
        if need.action != "iam:CreateServiceLinkedRole"
        and not allowed(deploy, need.action, need.resource, _circumstances(need.action))
    )

    assert not refused


def test_services_may_make_the_roles_they_bring_and_no_other(
    deploy: tuple[Policy, ...], everything: Plan
) -> None:
    (statement,) = (
        statement
        for policy in deploy
        for statement in policy.statements
        if "iam:CreateServiceLinkedRole" in listed(statement["Action"])
    )

    assert set(listed(statement["Condition"]["StringEquals"]["iam:AWSServiceName"])) == service_linked_roles(
        everything
    )


def test_a_release_and_its_smoke_test_may_do_what_they_call(
    deploy: tuple[Policy, ...], environment: str
) -> None:
    resources = _resources_of_release(environment)
    refused = [
        action
        for action in actions_of_release()
        if not allowed(
            deploy, action, resources.get(action, resources[action.split(":")[0]]), _circumstances(action)
        )
    ]

    assert not refused


def test_a_deployment_may_write_nothing_that_it_does_not_need(
    deploy: tuple[Policy, ...], needs: set[Need]
) -> None:
    needed = {need.action for need in needs} | actions_of_release()
    granted = {
        action.name
        for policy in deploy
        if policy.label != "ReadOnlyAccess"
        for statement in policy.statements
        if statement["Effect"] == "Allow"
        for pattern in listed(statement["Action"])
        for action in reference.matching(pattern)
    }

    assert not sorted(granted - needed)


def test_a_deployment_reads_neither_messages_nor_logs_nor_users(deploy: tuple[Policy, ...]) -> None:
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/chat-dev-messages"

    for action in ("dynamodb:Query", "dynamodb:GetItem", "dynamodb:Scan"):
        assert not allowed(deploy, action, table, _circumstances(action))


def test_what_only_a_plan_needs_is_no_right_to_write(
    bootstrap: Plan, environment: str, needs: set[Need]
) -> None:
    plan = _policies(bootstrap, f"chat-{environment}-plan")
    reads = [need for need in needs if not need.writes and not need.action.startswith("s3:GetObject")]
    writes = [need for need in needs if need.writes and need.whose != "backend_s3"]

    assert not [
        need.action
        for need in reads
        if not allowed(plan, need.action, need.resource, _circumstances(need.action))
    ]
    assert not [
        need.action
        for need in writes
        if allowed(plan, need.action, need.resource, _circumstances(need.action))
    ]


def test_the_policies_fit_into_a_role(bootstrap: Plan) -> None:
    limit = 10_240  # characters of all inline policies of a role, white space aside: IAM quotas
    sizes: dict[str, int] = {}
    for policy in _inline(bootstrap):
        sizes[policy["role"]] = sizes.get(policy["role"], 0) + len("".join(policy["policy"].split()))

    assert sizes
    assert max(sizes.values()) <= limit


def _policies(bootstrap: Plan, role: str) -> tuple[Policy, ...]:
    inline = [
        Policy.parse(str(policy["name"]), policy["policy"])
        for policy in _inline(bootstrap)
        if policy["role"] == role
    ]
    managed = [
        Policy.parse(name, aws_managed_policies_data_of(name))
        for values in bootstrap.values_of("aws_iam_role_policy_attachment")
        if values["role"] == role
        for name in [values["policy_arn"].rsplit("/", 1)[1]]
    ]
    return (*inline, *managed)


def _inline(bootstrap: Plan) -> list[dict[str, str]]:
    return bootstrap.values_of("aws_iam_role_policy")


def aws_managed_policies_data_of(name: str) -> str:
    """A policy of AWS's own, as moto carries it."""
    return json.dumps(json.loads(aws_managed_policies_data)[name]["Document"])


def _circumstances(action: str) -> dict[str, str]:
    service = action.split(":", maxsplit=1)[0]
    return {
        "aws:RequestedRegion": "us-east-1" if service in GLOBAL_SERVICES else REGION,
        "iam:PassedToService": "lambda.amazonaws.com",
    }


def _resources_of_release(environment: str) -> dict[str, str]:
    """What a release works on, by service or action."""
    connections = f"chat-{environment}-connections"
    bucket = f"arn:aws:s3:::chat-{environment}-web-{ACCOUNT}"
    return {
        "lambda": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:chat-{environment}-connect",
        "s3": f"{bucket}/index.html",
        "s3:ListBucket": bucket,
        "cloudwatch": "*",
        "dynamodb": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{connections}/index/userId-index",
        "execute-api": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:api/{environment}/POST/@connections/x=",
        "cloudfront": f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1",
        "cognito-idp": f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{REGION}_1",
    }
