"""`chatctl users ban` and `sign-out` on the whole stack: how soon a right is gone, and a socket."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from shared.stores.users import Users
from tests.support.chat_client import ChatClient
from tests.support.chatctl import Chatctl, chatctl_on

SOON_SECONDS = 60.0  # a deadline, not a wait

FRAMES: dict[str, dict[str, str]] = {
    "sendMessage": {"content": "Hello"},
    "typing": {},
    "joinRoom": {},
    "leaveRoom": {},
    "getMembers": {},
    "getMessages": {},
    "listMembers": {},
}

Command = Callable[..., Coroutine[Any, Any, None]]


@pytest.fixture
def chatctl(stack: StackFile, tmp_path: Path) -> Chatctl:
    return partial(chatctl_on(stack, tmp_path), "users")


@pytest.fixture
def command(chatctl: Chatctl) -> Command:
    """Run one of the commands on a user, beside the clients."""

    async def run(*words: str) -> None:
        ran = await asyncio.to_thread(chatctl, *words, "--why", "test", "--yes")
        assert ran.returncode == 0, ran.stderr
        assert '"audit"' in ran.stderr

    return run


async def code_of(client: ChatClient, room: str) -> str:
    reply = await client.request("sendMessage", {"content": "Hello", "roomId": room})
    return str(reply["data"].get("code", reply["type"]))


async def test_every_socket_of_a_banned_user_is_closed_and_none_opens(
    stack: StackFile, room: str, command: Command
) -> None:
    tabs = [await ChatClient.v2(stack, "carol", room=room) for _ in range(3)]
    async with await ChatClient.v2(stack, "alice", room=room) as alice:
        try:
            banning = asyncio.create_task(command("ban", "carol", "--for", "1h"))
            for tab in tabs:
                await asyncio.wait_for(tab.until_closed(), SOON_SECONDS)
            await banning

            with pytest.raises(InvalidStatus, match="403"):
                await ChatClient.v2(stack, "carol", room=room, token=tabs[0].token)
            assert await code_of(alice, room) == "newMessage"
        finally:
            await command("unban", "carol")


async def test_a_sign_out_ends_old_tokens_and_takes_new_ones(
    stack: StackFile, room: str, command: Command
) -> None:
    old = await ChatClient.v2(stack, "carol", room=room)
    signing_out = asyncio.create_task(command("sign-out", "carol"))
    await asyncio.wait_for(old.until_closed(), SOON_SECONDS)
    await signing_out

    with pytest.raises(InvalidStatus, match="401"):
        await ChatClient.v2(stack, "carol", room=room, token=old.token)
    async with await ChatClient.v2(stack, "carol", room=room) as new:
        assert await code_of(new, room) == "newMessage"


async def test_the_next_frame_of_a_banned_user_is_refused(stack: StackFile, room: str) -> None:
    """Of a socket that is still open: the command closes it a moment later."""
    users = Users(local_clients(stack.aws_endpoint_url, stack.region).dynamodb, "chat-local-users")
    async with await ChatClient.v2(stack, "bob", room=room) as bob:
        said = await bob.request("sendMessage", {"content": "Hello", "roomId": room})
        user_id = said["data"]["userId"]
        users.ban(user_id)
        try:
            refused = {
                action: (await bob.request(action, {"roomId": room, **data}))["data"].get("code")
                for action, data in FRAMES.items()
            }
        finally:
            users.unban(user_id)

        assert refused == dict.fromkeys(FRAMES, "BANNED")
        assert await code_of(bob, room) == "newMessage"


async def test_a_socket_that_floods_without_a_token_is_closed_and_hurts_nobody(
    stack: StackFile, room: str
) -> None:
    async with await ChatClient.v2(stack, "alice", room=room) as alice:
        hostile = await ChatClient.v2(stack, "bob", room=room)
        with suppress(ConnectionClosed):
            for _ in range(2_000):
                await hostile.send_frame("typing", {"roomId": room}, requestId="r1", token="nonsense")
        await hostile.until_closed()

        assert await code_of(alice, room) == "newMessage"
        assert (await alice.request("typing", {"roomId": room}))["type"] == "ack"
