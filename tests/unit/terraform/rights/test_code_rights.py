"""Functions and operators hold the rights that their code uses: none is missing, none is left over."""

import json
import re
from pathlib import Path

from infra.topology.model import Topology
from tests.unit.terraform.plan import REPOSITORY, Plan
from tests.unit.terraform.rights.calls_in_code import actions_in
from tests.unit.terraform.rights.policy import listed

# What Lambda's poller does in the function's name:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
POLLER = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
# https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-create-mapping.html: the role's rights on a stream
STREAM_POLLER = {
    f"dynamodb:{action}" for action in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
}
# @connections is called by a client of our own (docs/adr/0023-http-of-our-own.md), not by botocore's.
POSTING = {"execute-api:ManageConnections"}
# DynamoDB authorizes each write of a transaction by itself; the code names them by their keys.
TRANSACTIONS = {"dynamodb:TransactWriteItems", "dynamodb:TransactGetItems"}
# chatctl bans and deletes by stores of the functions': the status row, the connections by their user, whose a
# handle is, and the list of deleted accounts.
BANNING = {"dynamodb:UpdateItem", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem"}
REDRIVING = {"dynamodb:BatchGetItem"}  # whether a text was deleted, by what reads the functions' tables
# By an administrator: who may set passwords may sign in as anybody (docs/subsystems/chatctl.md).
ADMINISTRATION = "users.py"


def test_functions_may_do_what_the_code_calls_and_nothing_else(topology: Topology) -> None:
    granted = {
        action
        for function in topology.functions.values()
        for grant in function.grants
        for action in grant.actions
    }
    called = (
        actions_in(_python("services", "shared"), ("cognito-idp", "dynamodb", "sns", "sqs")) - TRANSACTIONS
    )
    in_transactions = {
        f"dynamodb:{name}Item"
        for path in _python("services", "shared")
        for name in ("Put", "Update", "Delete", "ConditionCheck")
        if re.search("transact_write_items|TransactWriteItem", text := path.read_text(encoding="utf-8"))
        and f'"{name}"' in text
    }

    assert granted - in_transactions == (called | POLLER | STREAM_POLLER | POSTING) - in_transactions
    assert in_transactions <= granted | {"dynamodb:ConditionCheckItem"}


def test_operators_may_do_what_chatctl_calls_and_nothing_else(dev: Plan) -> None:
    granted = {
        action
        for policy in dev.of("aws_iam_policy").values()
        for statement in json.loads(policy["policy"])["Statement"]
        for action in listed(statement["Action"])
    }
    files = [path for path in _python("chatctl") if path.name not in {ADMINISTRATION, "swarm_users.py"}]
    services = (
        "acm",
        "apigatewayv2",
        "service-quotas",
        "cloudfront",
        "cloudwatch",
        "dynamodb",
        "lambda",
        "logs",
        "sqs",
        "sns",
        "apigatewaymanagementapi",
        "cognito-idp",
    )
    called = actions_in([*files, REPOSITORY / "services/fanout/queues.py"], services)

    assert granted - POSTING == (called | BANNING | REDRIVING) - POSTING


def _python(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (REPOSITORY / folder).rglob("*.py"))
