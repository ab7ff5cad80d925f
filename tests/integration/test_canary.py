"""The canary on a stack of this machine: the function itself, called as its schedule calls it."""

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from services.canary.signing_in import canary_in
from tests.support.invoke import invoke


def test_it_holds_conversations_and_stays_one_user(stack: StackFile) -> None:
    runs = [invoke(stack, "canary", {"source": "aws.events"}) for _ in range(2)]

    assert runs == [None] * 2
    assert stack.cognito is not None
    users = local_clients(stack.aws_endpoint_url, stack.region).cognito.list_users(
        UserPoolId=stack.cognito.user_pool_id
    )["Users"]
    names = [user["Username"] for user in users if user["Username"].startswith("canary-")]
    assert names == [canary_in(stack.cognito.user_pool_id)]
