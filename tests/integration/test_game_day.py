"""Game day: one fault after another; alarm, runbook and `chatctl` lead from each harm to its mend."""

import json
import re
import shlex
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.clients import Clients
from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from infra.repository import ROOT
from shared.jobs import DeliveryJob
from shared.protocol.message import Message
from tests.integration.faulty_stack import FaultyStack
from tests.integration.operator_console import Timeline, alarms_on, chatctl, letters
from tests.support.chat_client import ChatClient
from tests.support.eventually import eventually
from tests.support.running_stack import running_stack

pytestmark = pytest.mark.rehearsal

RUNBOOKS = ROOT / "docs/operations/runbooks"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("game-day")


@pytest.fixture(scope="module")
def stack(folder: Path) -> Iterator[StackFile]:
    with running_stack(folder, "mock", "--frontend", "none") as running:
        yield running


async def until_on_then_follow_its_runbook(folder: Path, alarm: str) -> None:
    """Waits for the alarm, opens the page that its description links to, and runs its first command."""
    name = f"chat-local-{alarm}"
    await eventually(lambda: name in alarms_on(folder))
    link = re.search(r"Runbook: \S+/(\S+)$", alarms_on(folder)[name])
    assert link
    page = (RUNBOOKS / link[1]).read_text(encoding="utf-8")
    first = re.search(r"## First command\n\n {4}chatctl (.*)\n", page)
    assert first
    chatctl(folder, *shlex.split(first[1].replace("--env prod", "")))


async def until_off(folder: Path, alarm: str) -> None:
    await eventually(lambda: f"chat-local-{alarm}" not in alarms_on(folder))


async def test_five_faults_one_after_another(stack: StackFile, folder: Path, room: str) -> None:
    edge = FaultyStack(stack, None)  # type: ignore[arg-type]  # no AWS call fails here
    clients = local_clients(stack.aws_endpoint_url, stack.region)
    tell = Timeline()
    async with (
        await ChatClient.v2(stack, "alice", room=room) as alice,
        await ChatClient.v2(stack, "bob", room=room) as bob,
    ):
        await alice.say("Hello", room)

        tell("somebody writes rubbish to a shard")
        edge.enqueue("rubbish", 0)
        await until_on_then_follow_its_runbook(folder, "dead-letters")
        chatctl(folder, "dlq", "drop", "--reason", "not a DeliveryJob", "--why", "rubbish", "--yes")
        await until_off(folder, "dead-letters")

        tell("SNS cannot hand a job over")
        clients.sqs.send_message(
            QueueUrl=stack.subscription_dead_letter_queue_url, MessageBody=job_for(room, "by SNS").encode()
        )
        await until_on_then_follow_its_runbook(folder, "subscription-dead-letters")
        redrive(folder, "subscription-dead-letters")
        await bob.until_said("by SNS", room=room)
        await until_off(folder, "subscription-dead-letters")

        tell("the fan-out does not run")
        switch_fanout(clients, on=False)
        late = ["later", "later still", "last"]
        for content in late:
            await alice.say(content, room)
        await eventually(lambda: jobs_waiting(folder) == len(late))
        assert not set(late) & set(bob.contents(room))
        switch_fanout(clients, on=True)
        await bob.until_said(*late, room=room)
        await eventually(edge.idle)

        tell("@connections is dead")
        edge.faults({"action": "refuse"})
        await alice.say("into the dark", room)
        await eventually(lambda: bool(letters(folder)))
        await until_on_then_follow_its_runbook(folder, "dead-letters")
        edge.faults()
        redrive(folder, "dead-letters")
        await bob.until_said("into the dark", room=room)
        await until_off(folder, "dead-letters")
        await until_off(folder, "users-are-affected")
        tell("all is well")

        history = {said["content"] for said in await bob.history(room)}
        assert {said["content"] for said in bob.merged(room)} == history | {"by SNS"}


def jobs_waiting(folder: Path) -> int:
    queues = json.loads(chatctl(folder, "status", "--json"))["queues"]
    return sum(queue["waiting"] for queue in queues if "-shard-" in queue["name"])


def redrive(folder: Path, queue: str) -> None:
    chatctl(folder, "dlq", "redrive", "--queue", queue, "--why", "game day", "--yes")


def switch_fanout(clients: Clients, *, on: bool) -> None:
    mappings = clients.functions.list_event_source_mappings(FunctionName="chat-local-fanout")
    for mapping in mappings["EventSourceMappings"]:
        clients.functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=on)


def job_for(room: str, content: str) -> DeliveryJob:
    """A job for everyone in the room whose message was never stored: only a redrive can bring it."""
    now = int(time.time() * 1000)
    message = Message(
        room_id=room, sort_key=f"{now}#{content}", message_id=content, user_id="alice", username="Alice",
        content=content, created_at=now,
    )  # fmt: skip
    return DeliveryJob.of(message)
