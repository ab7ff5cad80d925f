"""Who is connected, what is logged and what it costs, as an operator asks a running stack."""

import asyncio
import json
import signal
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path
from typing import Any

import pytest

from infra.local.stack_file import StackFile, write_stack_file
from shared.jobs import shard_of
from tests.support.chat_client import ChatClient
from tests.support.chatctl import PROGRAM, Chatctl, chatctl_on

PATIENCE_SECONDS = 240.0


@pytest.fixture
def chatctl(mock_stack: StackFile, tmp_path: Path) -> Chatctl:
    """Runs `chatctl` on the stack, without anybody to ask."""
    return chatctl_on(mock_stack, tmp_path)


async def told(chatctl: Chatctl, *words: str) -> Any:
    """The JSON a command printed."""
    finished = await asyncio.to_thread(chatctl, *words, "--json")
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


async def test_rooms_and_connections_tell_who_is_where(
    mock_stack: StackFile, room: str, chatctl: Chatctl
) -> None:
    async with (
        await ChatClient.v2(mock_stack, "alice", room=room),
        await ChatClient.v2(mock_stack, "bob", room=room),
    ):
        rooms = await told(chatctl, "rooms", "--limit", "1000")
        connections = await told(chatctl, "connections", "list", "--room", room)
        of_bob = await told(chatctl, "connections", "list", "--room", room, "--user", "bob")

        shard = shard_of(room, len(mock_stack.shard_queue_urls))
        assert {"roomId": room, "connections": 2, "shard": shard} in rooms
        assert sorted(each["userId"] for each in connections) == ["alice", "bob"]
        assert [each["userId"] for each in of_bob] == ["bob"]


async def test_a_connection_is_closed_and_the_audit_says_by_whom_and_why(
    mock_stack: StackFile, room: str, chatctl: Chatctl
) -> None:
    async with await ChatClient.v2(mock_stack, "alice", room=room) as alice:
        (listed,) = await told(chatctl, "connections", "list", "--room", room)
        close = ["connections", "close", listed["connectionId"], "--why", "a test"]

        refused = await asyncio.to_thread(chatctl, *close)
        assert refused.returncode == 2
        assert alice.close_code is None

        closed = await asyncio.to_thread(chatctl, *close, "--yes")
        assert closed.returncode == 0, closed.stderr
        await alice.until_closed()
        line = json.loads(closed.stderr)
        assert (line["connectionId"], line["why"]) == (listed["connectionId"], "a test")

        again = await asyncio.to_thread(chatctl, *close, "--yes")
        assert (again.returncode, again.stdout) == (0, "was gone already\n")


async def test_tail_merges_the_functions_lines_about_a_room(
    mock_stack: StackFile, room: str, chatctl: Chatctl
) -> None:
    async with (
        await ChatClient.v2(mock_stack, "alice", room=room) as alice,
        await ChatClient.v2(mock_stack, "bob", room=room) as bob,
    ):

        async def functions_that_speak_of(message_id: str) -> set[str]:
            finished = await asyncio.to_thread(
                chatctl, "tail", "--no-follow", "--since", "10m", "--contains", message_id, "--json"
            )
            assert finished.returncode == 0, finished.stderr
            assert "a private word" not in finished.stdout
            return {json.loads(line)["function"] for line in finished.stdout.splitlines()}

        # Of several: the emulator loses lines of functions that it does not read soon enough.
        said: list[str] = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            while all([await functions_that_speak_of(each) != {"send-message", "fanout"} for each in said]):
                said.append((await alice.say("a private word", room))["messageId"])
                await bob.until_said("a private word", room=room)


def test_tail_refuses_a_function_that_is_not_there(chatctl: Chatctl) -> None:
    finished = chatctl("tail", "--function", "nobody", "--no-follow")

    assert finished.returncode == 2
    assert "there is no function nobody" in finished.stderr


async def test_cost_counts_the_messages_of_the_last_hours(
    mock_stack: StackFile, room: str, chatctl: Chatctl
) -> None:
    async with await ChatClient.v2(mock_stack, "alice", room=room) as alice:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await told(chatctl, "cost", "--hours", "2"))["usage"]["sns_publish"] < 1:
                await alice.say("Hello", room)
        found = await told(chatctl, "cost", "--hours", "2")
        assert found["usdTotal"] == pytest.approx(sum(found["usd"].values()))
        assert found["usdTotal"] > 0


@pytest.mark.parametrize("command", ["watch", "tail"])
async def test_what_follows_ends_quietly_with_ctrl_c(
    mock_stack: StackFile, room: str, tmp_path: Path, command: str
) -> None:
    write_stack_file(tmp_path / "stack.json", mock_stack)
    async with await ChatClient.v2(mock_stack, "alice", room=room):
        process = await asyncio.create_subprocess_exec(
            PROGRAM,
            command,
            "--state-dir",
            str(tmp_path),
            stdout=PIPE,
            stderr=STDOUT,
            # A job in the background, as tests may be one, ignores Ctrl-C, and so would its children.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await process.stdout.readline()
            process.send_signal(signal.SIGINT)
            rest = await process.stdout.read()
            assert await process.wait() == 0, rest.decode()
