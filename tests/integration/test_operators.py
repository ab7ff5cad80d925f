"""The operator's commands against a running stack, as an operator calls them."""

import asyncio
import json
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from shared.jobs import DeliveryJob, Target
from shared.protocol.message import Message
from tests.integration.faulty_stack import FaultyStack
from tests.support.chat_client import ChatClient
from tests.support.chatctl import Chatctl, chatctl_on

PATIENCE_SECONDS = 240.0
STEPS = 2  # accepted and settled


@pytest.fixture
def chatctl(faults: FaultyStack, tmp_path: Path) -> Chatctl:
    """Runs `chatctl` on the stack, without anybody to ask."""
    return chatctl_on(faults.stack, tmp_path)


def told(finished: "subprocess.CompletedProcess[str]") -> Any:
    """The JSON a command printed."""
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def dead_letter(stack: FaultyStack, body: str) -> None:
    stack.client("sqs").send_message(QueueUrl=stack.stack.dead_letter_queue_url, MessageBody=body)


async def test_a_dead_letter_is_listed_shown_and_redriven_to_whom_it_names(
    faults: FaultyStack, room: str, chatctl: Chatctl
) -> None:
    async with await ChatClient.v2(faults.stack, "alice", room=room) as alice:
        said = await alice.say("Hello", room)
        async with await ChatClient.v2(faults.stack, "bob", room=room) as bob:
            target = Target(connection_id=faults.connection_id(bob), protocol="v2")
            job = DeliveryJob.of(Message.model_validate(said), targets=(target,), attempt=5)
            dead_letter(faults, job.encode())

            (listed,) = told(await asyncio.to_thread(chatctl, "dlq", "list", "--room", room, "--json"))
            shown = told(await asyncio.to_thread(chatctl, "dlq", "show", listed["letterId"]))
            redriven = await asyncio.to_thread(
                chatctl, "dlq", "redrive", "--room", room, "--why", "bob is back", "--yes", "--json"
            )

            assert listed["messageId"] == said["messageId"]
            assert (listed["attempt"], listed["targets"]) == (5, 1)
            assert shown["job"]["targets"][0]["connectionId"] == target.connection_id
            assert "Hello" not in json.dumps(shown)
            assert told(redriven) == {"found": 1, "done": 1, "failed": 0, "dryRun": False}
            await bob.until_said("Hello", room=room)
            assert told(chatctl("dlq", "list", "--json")) == []
            audited = [json.loads(line) for line in redriven.stderr.splitlines() if line.startswith("{")]
            assert [line["audit"] for line in audited] == ["dlq redrive begins", "dlq redrive ended"]
            assert {line["why"] for line in audited} == {"bob is back"}
            stored = faults.client("logs").filter_log_events(logGroupName="/chatctl/chat-local")["events"]
            assert audited == [json.loads(each["message"]) for each in stored][-2:]


def test_nothing_is_dropped_unasked_and_poison_is_dropped_when_confirmed(
    faults: FaultyStack, chatctl: Chatctl
) -> None:
    dead_letter(faults, "rubbish")

    unasked = chatctl("dlq", "drop", "--why", "cleaning up")
    rehearsed = chatctl("dlq", "drop", "--why", "cleaning up", "--dry-run", "--json")

    assert unasked.returncode == 2
    assert "confirm with --yes" in unasked.stderr
    assert told(rehearsed) == {"found": 1, "done": 0, "failed": 0, "dryRun": True}
    assert [each["poison"] for each in told(chatctl("dlq", "list", "--json"))] == [True]

    dropped = chatctl("dlq", "drop", "--why", "cleaning up", "--yes", "--json")

    assert told(dropped) == {"found": 1, "done": 1, "failed": 0, "dryRun": False}
    assert told(chatctl("dlq", "list", "--json")) == []


async def steps_of(message_id: str, chatctl: Chatctl) -> list[dict[str, Any]]:
    """What `trace` tells of a message, once that is whole.

    Less after a few seconds: the emulator loses lines of functions that it does not read soon enough.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS / 12):
            while True:
                traced = await asyncio.to_thread(chatctl, "trace", message_id, "--json")
                if traced.returncode == 0 and len(told(traced)) == STEPS:
                    return list(told(traced))
    return []


async def test_status_tells_of_dead_letters_and_trace_of_the_way_of_a_message(
    faults: FaultyStack, room: str, chatctl: Chatctl
) -> None:
    async with (
        await ChatClient.v2(faults.stack, "alice", room=room) as alice,
        await ChatClient.v2(faults.stack, "bob", room=room) as bob,
    ):
        dead_letter(faults, "rubbish")

        async with asyncio.timeout(PATIENCE_SECONDS):
            steps: list[dict[str, Any]] = []
            while len(steps) < STEPS:
                said = await alice.say("Hello", room)
                await bob.until_said("Hello", room=room)
                steps = await steps_of(said["messageId"], chatctl)
            health = told(await asyncio.to_thread(chatctl, "status", "--json"))
            while not (health["accepted"] and health["delivered"]):
                await asyncio.sleep(0.5)
                health = told(await asyncio.to_thread(chatctl, "status", "--json"))

        accepted, settled = steps
        assert (accepted["function"], accepted["route"]) == ("chat-local-send-message", "sendMessage")
        assert (settled["function"], settled["settlement"]) == ("chat-local-fanout", "Done")
        assert settled["delivered"] == 1
        assert health["dead_letters"] == 1


def test_a_profile_without_an_environment_is_refused(chatctl: Chatctl) -> None:
    refused = chatctl("status", "--profile", "prod")

    assert refused.returncode == 2
    assert refused.stderr == "chatctl: --profile and --region are for AWS; name the environment with --env\n"
