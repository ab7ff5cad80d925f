"""What operators may do by the policies made for them, and where it is written down."""

import json
from typing import get_args

import pytest

from chatctl.access import DeadLetterQueue
from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from tests.unit.terraform.plan import REGION, Plan

Rights = dict[str, list[str]]


def rights(plan: Plan, policy: str) -> Rights:
    """The resources of each action."""
    found: Rights = {}
    for statement in json.loads(plan.of("aws_iam_policy")[policy]["policy"])["Statement"]:
        assert statement["Effect"] == "Allow"
        actions, resources = (
            [value] if isinstance(value, str) else value
            for value in (statement["Action"], statement["Resource"])
        )
        for action in actions:
            found[action] = sorted(resources)
    return found


@pytest.fixture(scope="session")
def deployment(dev: Plan, topology: Topology) -> Deployment:
    account = dev.of("aws_sns_topic")["main"]["arn"].split(":")[4]
    return Deployment(topology.project, "dev", REGION, account, dev.one("aws_apigatewayv2_api")["id"])


def test_observers_look_at_this_environment_alone_and_change_nothing(
    dev: Plan, topology: Topology, deployment: Deployment
) -> None:
    logs = f"arn:aws:logs:{REGION}:{deployment.account}:log-group"
    queues = sorted(arn for queue in topology.queues for arn in deployment.queue_arns(topology, queue))

    assert rights(dev, "observe") == {
        "cloudwatch:GetMetricData": ["*"],
        "cloudwatch:DescribeAlarms": ["*"],
        "sqs:GetQueueUrl": queues,
        "sqs:GetQueueAttributes": queues,
        "logs:FilterLogEvents": sorted(
            [
                f"{logs}:{deployment.audit_log_group}:*",
                *(f"{logs}:/aws/lambda/{deployment.name(name)}:*" for name in topology.functions),
            ]
        ),
        "lambda:GetFunctionConfiguration": [deployment.function_arn("fanout")],
        "dynamodb:Scan": [deployment.table_arn("connections")],
        "dynamodb:Query": [f"{deployment.table_arn('rooms')}/index/directory-index"],
        "dynamodb:DescribeTable": [deployment.table_arn("connections")],
        "lambda:GetAlias": sorted(deployment.function_arn(name) for name in topology.functions),
        "sns:ListSubscriptionsByTopic": [deployment.topic_arn(name) for name in ("page", "tell")],
        "lambda:GetAccountSettings": ["*"],
        "servicequotas:GetServiceQuota": [
            f"arn:aws:servicequotas:{REGION}:{deployment.account}:apigateway/L-9ED1E49A"
        ],
        "apigateway:GET": [f"arn:aws:apigateway:{REGION}::/domainnames*"],
        "acm:DescribeCertificate": [
            f"arn:aws:acm:{region}:{deployment.account}:certificate/*" for region in (REGION, "us-east-1")
        ],
        "cloudfront:ListDistributions": ["*"],
    }


def test_operators_change_dead_letters_and_connections_and_add_to_the_audit(
    dev: Plan, topology: Topology, deployment: Deployment
) -> None:
    letters = sorted(
        arn for queue in get_args(DeadLetterQueue) for arn in deployment.queue_arns(topology, queue)
    )
    pool = [dev.one("aws_cognito_user_pool")["arn"]]
    audit = [f"arn:aws:logs:{REGION}:{deployment.account}:log-group:{deployment.audit_log_group}:*"]

    assert rights(dev, "operate") == {
        "sqs:ReceiveMessage": letters,
        "sqs:ChangeMessageVisibility": letters,
        "sqs:DeleteMessage": letters,
        "sqs:SendMessage": sorted(deployment.queue_arns(topology, "shard")),
        "dynamodb:BatchGetItem": [deployment.table_arn("messages")],
        "execute-api:ManageConnections": [deployment.connections_arn("DELETE")],
        "dynamodb:UpdateItem": [deployment.table_arn("users")],
        "dynamodb:GetItem": [deployment.table_arn("users")],
        "dynamodb:PutItem": [deployment.table_arn("users")],
        "dynamodb:Query": [f"{deployment.table_arn('connections')}/index/userId-index"],
        "cognito-idp:ListUserPools": ["*"],
        "cognito-idp:ListUserPoolClients": pool,
        "cognito-idp:AdminGetUser": pool,
        "cognito-idp:AdminUserGlobalSignOut": pool,
        "cognito-idp:AdminDisableUser": pool,
        "cognito-idp:AdminEnableUser": pool,
        "cognito-idp:AdminDeleteUser": pool,
        "logs:CreateLogStream": audit,
        "logs:PutLogEvents": audit,
    }


def test_operators_read_whether_a_message_was_deleted_and_nothing_else_of_it(dev: Plan) -> None:
    statements = json.loads(dev.of("aws_iam_policy")["operate"]["policy"])["Statement"]
    (deleted,) = (each for each in statements if "BatchGetItem" in str(each["Action"]))

    attributes = deleted["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"]
    assert sorted(attributes) == ["deletedAt", "roomId", "sortKey"]
    assert deleted["Condition"]["StringEquals"] == {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}


def test_the_audit_is_kept_as_long_as_the_topology_says_and_encrypted(
    dev: Plan, topology: Topology, deployment: Deployment
) -> None:
    group = dev.named("aws_cloudwatch_log_group", "audit")["audit"]

    assert group["name"] == deployment.audit_log_group
    assert group["retention_in_days"] == topology.audit_retention_days
    assert group["kms_key_id"] == dev.one("aws_kms_key")["arn"]
    assert f"log-group:{deployment.audit_log_group}" in dev.one("aws_kms_key")["policy"]
