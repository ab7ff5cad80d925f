"""Posts that fail: every member that stays connected has every message, once when merged."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from services.fanout.records import MAX_ATTEMPTS
from shared.jobs import DeliveryJob, shard_of
from tests.integration.fault_scenes import add_ghost, dead_letter, everyone_has, members
from tests.integration.faulty_stack import FaultyStack
from tests.support.chat_client import ChatClient
from tests.support.eventually import eventually

# Longer than a post waits. Whom it times out for is not asked again soon, so each target meets it once.
DELAY = {"action": "delay", "delay_ms": 4_000}

Fault = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """A room of three in which posts fail in one way."""

    fault: Fault
    room: str
    clients: list[ChatClient]


@asynccontextmanager
async def scenes(faults: FaultyStack, room: str, *kinds: Fault) -> AsyncIterator[list[Scene]]:
    """Open a room for each fault: their retries wait together, and one worker may meet all of them."""
    async with AsyncExitStack() as opened:
        found = []
        for number, fault in enumerate(kinds):
            names = (f"{name}-{number}" for name in ("alice", "bob", "carol"))
            own = f"{room}-{number}"
            found.append(Scene(fault, own, await opened.enter_async_context(members(faults, own, *names))))
        yield found


def failing(faults: FaultyStack, scene: Scene, clients: list[ChatClient]) -> Fault:
    """Return the fault of a scene, for posts to these clients."""
    return {**scene.fault, "methods": ["POST"], "connection_ids": [faults.connection_id(c) for c in clients]}


async def test_one_connection_that_fails_for_a_while_gets_its_message_later(
    faults: FaultyStack, room: str
) -> None:
    kinds: list[Fault] = [
        {"action": "status", "status": status, "count": 4} for status in (403, 429, 500, 503)
    ]
    kinds += [{"action": "reset", "count": 4}, {"action": "refuse", "count": 4}, {**DELAY, "count": 1}]
    async with scenes(faults, room, *kinds) as opened:
        faults.faults(*(failing(faults, each, [each.clients[1]]) for each in opened))

        said = [await each.clients[0].say("Hello", each.room) for each in opened]

        for scene, message in zip(opened, said, strict=True):
            await everyone_has([message], scene.room, scene.clients)
            alice, _, carol = scene.clients
            assert (alice.contents(scene.room), carol.contents(scene.room)) == (["Hello"], ["Hello"]), (
                scene.fault
            )
        await eventually(faults.idle)
        assert faults.met() == [fault["count"] for fault in kinds]
        assert faults.dead_letters() == []


async def test_a_frame_too_large_for_one_is_not_repeated_and_keeps_nobody_else(
    faults: FaultyStack, room: str
) -> None:
    async with members(faults, room, "alice", "bob", "carol") as (alice, bob, carol):
        faults.faults({"action": "status", "status": 413, "connection_ids": [faults.connection_id(bob)]})

        await alice.say("Hello", room)

        await carol.until_said("Hello", room=room)
        await eventually(faults.idle)
        assert faults.met() == [1]
        assert faults.dead_letters() == []


async def test_when_every_post_fails_for_a_while_everyone_gets_it_later(
    faults: FaultyStack, room: str
) -> None:
    kinds: list[Fault] = [{"action": "status", "status": status, "count": 10} for status in (429, 500)]
    kinds += [{"action": "refuse", "count": 10}, {"action": "reset", "count": 10}, {**DELAY, "count": 2}]
    async with scenes(faults, room, *kinds) as opened:
        faults.faults(*(failing(faults, each, each.clients) for each in opened))

        said = [await each.clients[0].say("Hello", each.room) for each in opened]

        for scene, message in zip(opened, said, strict=True):
            await everyone_has([message], scene.room, scene.clients)
        await eventually(faults.idle)
        assert faults.dead_letters() == []


async def test_a_connection_that_is_gone_is_forgotten_and_keeps_nobody_else(
    faults: FaultyStack, room: str
) -> None:
    async with members(faults, room, "alice", "bob") as (alice, bob):
        add_ghost(faults, room, "0ghost=")

        await alice.say("Hello", room)

        await bob.until_said("Hello", room=room)
        key = {"connectionId": {"S": "0ghost="}, "roomId": {"S": room}}
        table, dynamodb = faults.stack.tables["connections"], faults.client("dynamodb")
        await eventually(lambda: "Item" not in dynamodb.get_item(TableName=table, Key=key))
        assert faults.dead_letters() == []


async def test_deliver_or_disconnect_and_an_outage_ends_in_the_dead_letters_by_name(
    faults: FaultyStack, room: str
) -> None:
    """Two rooms at once, because the whole retry budget takes its time.

    In one a member's buffer stays full: it is closed. In the other nothing works, closing neither: the dead
    letter names those who did not get the message, and sent back to its queue it reaches them.
    """
    dead = f"{room}-dead"
    async with (
        members(faults, room, "alice", "bob", "carol") as (alice, bob, carol),
        members(faults, dead, "dora", "emil", "fritz") as (dora, emil, fritz),
    ):
        unreachable = [faults.connection_id(emil), faults.connection_id(fritz)]
        faults.faults(
            {"action": "status", "status": 429, "methods": ["POST"],
             "connection_ids": [faults.connection_id(bob)]},
            {"action": "refuse", "connection_ids": unreachable},
        )  # fmt: skip

        said = await alice.say("slow", room)
        lost = await dora.say("lost", dead)

        await carol.until_said("slow", room=room)
        await eventually(lambda: bob.close_code is not None)
        async with await ChatClient.v2(faults.stack, "bob", room=room) as again:
            assert await again.history(room) == [said]

        letter = await dead_letter(faults)
        job = DeliveryJob.model_validate_json(letter["body"])
        assert job.outgoing[0].message.message_id == lost["messageId"]
        named = {target.connection_id for target in job.targets or ()}
        assert named == set(unreachable) or job.targets is None
        faults.faults()
        faults.enqueue(letter["body"], shard_of(dead, len(faults.stack.shard_queue_urls)))
        await everyone_has([lost], dead, [dora, emil, fritz])
        assert MAX_ATTEMPTS <= 5  # what the queues' maxReceiveCount allows
