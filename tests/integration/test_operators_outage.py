"""The operator's show: `@connections` is dead under load, and what that leaves is mended without loss."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import pytest

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from shared.jobs import DeliveryJob
from shared.protocol.message import Message
from tests.integration.faulty_stack import FaultyStack
from tests.integration.operator_console import Timeline, chatctl, letters
from tests.support.chat_client import ChatClient
from tests.support.eventually import eventually
from tests.support.running_stack import running_stack

pytestmark = pytest.mark.rehearsal

MEMBERS = 6
OUTAGE_SECONDS = 120.0
PAUSE_SECONDS = 1.0  # between two messages
ALARMS = ["chat-local-dead-letters", "chat-local-users-are-affected"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outage")


@pytest.fixture(scope="module")
def outage_stack(folder: Path) -> Iterator[StackFile]:
    with running_stack(folder, "mock", "--frontend", "none") as stack:
        yield stack


def alarms_are(stack: StackFile, state: str) -> bool:
    page = local_clients(stack.aws_endpoint_url, stack.region).cloudwatch.describe_alarms(
        AlarmNames=ALARMS, AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    alarms = [*page["MetricAlarms"], *page["CompositeAlarms"]]
    return [alarm["StateValue"] for alarm in alarms] == [state] * len(ALARMS)


async def test_an_outage_of_connections_under_load_is_mended_by_a_redrive(
    outage_stack: StackFile, folder: Path, room: str
) -> None:
    edge = FaultyStack(outage_stack, None)  # type: ignore[arg-type]  # no AWS call fails here
    tell = Timeline()
    async with AsyncExitStack() as opened:
        members = [
            await opened.enter_async_context(await ChatClient.v2(outage_stack, f"member{n}", room=room))
            for n in range(MEMBERS)
        ]
        enough = asyncio.Event()
        talk = asyncio.create_task(keep_talking(members, room, enough))
        await eventually(lambda: all(member.contents(room) for member in members))
        tell(f"{MEMBERS} members talk")

        edge.faults({"action": "refuse"})
        tell("@connections is dead")
        outage_ends = asyncio.create_task(asyncio.sleep(OUTAGE_SECONDS))
        await eventually(lambda: letters(folder) != [])
        tell("the first dead letters")
        await eventually(lambda: alarms_are(outage_stack, "ALARM"))
        tell(f"in alarm: {', '.join(ALARMS)}")
        await outage_ends

        edge.faults()
        tell("@connections is back")
        enough.set()
        said = await talk
        await eventually(edge.idle)
        people = [await follow(member, outage_stack, room, opened) for member in members]
        history = await people[0].now.history(room)
        assert ids(history) == said
        lettered = in_letters(folder)
        assert lettered
        assert all(said - person.view(room) <= lettered for person in people)
        tell(
            f"of {len(said)} messages {len(lettered)} are dead letters;"
            " those that members lack are among them"
        )

        outcome = json.loads(
            await asyncio.to_thread(
                chatctl,
                folder,
                "dlq",
                "redrive",
                "--room",
                room,
                "--why",
                "outage is over",
                "--yes",
                "--json",
            )
        )
        tell(f"redriven: {outcome}")
        await eventually(lambda: all(person.view(room) == ids(history) for person in people))
        tell("every member's view is the history")
        await eventually(lambda: edge.idle() and letters(folder) == [])
        await eventually(lambda: alarms_are(outage_stack, "OK"))
        tell("no letters are left, the alarms are off")


async def keep_talking(members: list[ChatClient], room: str, enough: asyncio.Event) -> set[object]:
    """The members talk in turn; the ids of the messages that were acknowledged."""
    said: set[object] = set()
    for member in cycle(members):
        if enough.is_set():
            break
        said.add((await member.say(f"message {len(said)}", room))["messageId"])
        await asyncio.sleep(PAUSE_SECONDS)
    return said


def ids(messages: list[dict[str, object]]) -> set[object]:
    return {each["messageId"] for each in messages}


@dataclass(frozen=True)
class Person:
    """A member and its present connection, with what it read when that was opened."""

    now: ChatClient
    read: frozenset[object]

    def view(self, room: str) -> set[object]:
        """Return the ids of what it shows."""
        return ids(self.now.merged(room)) | self.read


async def follow(member: ChatClient, stack: StackFile, room: str, opened: AsyncExitStack) -> Person:
    """Return the member, reconnected if it was closed just as the endpoint came back."""
    if member.close_code is None:
        return Person(member, frozenset())
    again = await opened.enter_async_context(
        await ChatClient.v2(stack, member.name.rpartition("-")[0], room=room)
    )
    return Person(again, frozenset(ids(await again.history(room)) | ids(member.merged(room))))


def in_letters(folder: Path) -> set[object]:
    return {message_id for letter in letters(folder) for message_id in letter["messageId"].split()}


async def test_a_job_that_sns_could_not_hand_over_reaches_its_room_by_a_redrive(
    outage_stack: StackFile, folder: Path, room: str
) -> None:
    async with (
        await ChatClient.v2(outage_stack, "alice", room=room) as alice,
        await ChatClient.v2(outage_stack, "bob", room=room) as bob,
    ):
        now = int(time.time() * 1000)
        message = Message(
            room_id=room, sort_key=f"{now}#lost", message_id="lost", user_id="alice", username="Alice",
            content="lost by SNS", created_at=now,
        )  # fmt: skip
        local_clients(outage_stack.aws_endpoint_url, outage_stack.region).sqs.send_message(
            QueueUrl=outage_stack.subscription_dead_letter_queue_url,
            MessageBody=DeliveryJob.of(message).encode(),
        )

        chatctl(folder, "dlq", "redrive", "--queue", "subscription-dead-letters", "--why", "policy", "--yes")

        await alice.until_said("lost by SNS", room=room)
        await bob.until_said("lost by SNS", room=room)
        assert letters(folder, "subscription-dead-letters") == []
