"""The canary on a stack of this machine: the function itself, called as its schedule calls it."""

import json
from typing import Any

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from services.canary.signing_in import canary_in


def call(stack: StackFile) -> tuple[Any, str | None]:
    """What the function answers, and the kind of its error."""
    answer = local_clients(stack.aws_endpoint_url, stack.region).functions.invoke(
        FunctionName=stack.functions["canary"], Payload=json.dumps({"source": "aws.events"})
    )
    return json.loads(answer["Payload"].read() or "null"), answer.get("FunctionError")


def test_it_holds_conversations_and_stays_one_user(stack: StackFile) -> None:
    runs = [call(stack) for _ in range(2)]

    assert runs == [(None, None)] * 2
    assert stack.cognito is not None
    users = local_clients(stack.aws_endpoint_url, stack.region).cognito.list_users(
        UserPoolId=stack.cognito.user_pool_id
    )["Users"]
    names = [user["Username"] for user in users if user["Username"].startswith("canary-")]
    assert names == [canary_in(stack.cognito.user_pool_id)]
