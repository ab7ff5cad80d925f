"""The smoke test that follows a deployment, on a stack of this machine."""

from functools import partial

import boto3
import pytest

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from infra.release.long_frames import connection_of, poster, push_long_frames
from infra.release.outputs import Cognito, Stack
from infra.release.smoke import chat_once, passing_user, subject_of
from services.canary.conversation import ConversationError


def deployed(stack: StackFile) -> Stack:
    """The stack as Terraform's output describes one on AWS."""
    assert stack.cognito is not None
    return Stack(
        environment="local",
        region=stack.region,
        websocket_url=stack.websocket_url,
        callback_url=stack.callback_url,
        frontend_url=stack.allowed_origins.split(",")[0],
        cognito=Cognito(user_pool_id=stack.cognito.user_pool_id, client_id=stack.cognito.client_id),
        tables=stack.tables,
        functions=stack.functions,
    )


async def test_a_working_stack_passes_and_the_passing_user_is_gone(stack: StackFile) -> None:
    identity = local_clients(stack.aws_endpoint_url, stack.region).cognito
    there = deployed(stack)
    steps: list[str] = []

    with passing_user(identity, there.cognito) as token:
        await chat_once(there, token, steps.append)

    assert steps[-2:] == ["delivered to the other connection", "found in history"]
    users = identity.list_users(UserPoolId=there.cognito.user_pool_id)["Users"]
    assert not [user["Username"] for user in users if user["Username"].startswith("smoke-")]


async def test_it_tells_what_becomes_of_long_frames(stack: StackFile) -> None:
    clients, there = local_clients(stack.aws_endpoint_url, stack.region), deployed(stack)
    gateway = boto3.client(
        "apigatewaymanagementapi",
        region_name=stack.region,
        endpoint_url=stack.callback_url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    said: list[str] = []

    with passing_user(clients.cognito, there.cognito) as token:
        find = partial(connection_of, clients.dynamodb, there, subject_of(token))
        await push_long_frames(there, token, find, poster(gateway), said.append)

    assert said == ["a frame of 33 KB to a client: arrives", "a frame of 100 KB to a client: arrives"]


async def test_a_refused_handshake_fails_the_test_at_its_step(stack: StackFile) -> None:
    with pytest.raises(ConversationError, match=r"connect: .*401"):
        await chat_once(deployed(stack), "no-token", print)


async def test_an_origin_that_is_not_admitted_fails_the_test(stack: StackFile) -> None:
    elsewhere = deployed(stack).model_copy(update={"frontend_url": "https://elsewhere.example.com"})
    identity = local_clients(stack.aws_endpoint_url, stack.region).cognito

    with (
        passing_user(identity, elsewhere.cognito) as token,
        pytest.raises(ConversationError, match=r"connect: .*403"),
    ):
        await chat_once(elsewhere, token, print)
