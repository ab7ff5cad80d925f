"""Queues that deliver twice, out of order, or rubbish."""

from shared.jobs import DeliveryJob, Target, shard_of
from shared.protocol.message import Message
from tests.integration.fault_scenes import everyone_has, members
from tests.integration.faulty_stack import FaultyStack
from tests.support.chat_client import ChatClient
from tests.support.eventually import eventually


async def test_a_job_that_is_delivered_twice_is_one_message_after_the_merge(
    faults: FaultyStack, room: str
) -> None:
    async with members(faults, room, "alice", "bob") as (alice, bob):
        said = await alice.say("Hello", room)
        job = DeliveryJob.of(Message.model_validate(said), exclude=faults.connection_id(alice))
        # Within one batch the worker itself would make one of the two.
        await bob.until_said("Hello", room=room)
        faults.enqueue(job.encode(), shard_of(room, len(faults.stack.shard_queue_urls)))

        await eventually(lambda: len(bob.messages(room)) >= 2 and faults.idle())
        await everyone_has([said], room, [alice, bob])
        assert alice.contents(room) == ["Hello"]


async def test_messages_that_come_in_any_order_are_in_order_after_the_merge(
    faults: FaultyStack, room: str
) -> None:
    async with members(faults, room, "alice") as (alice,):
        said = [await alice.say(f"message {number}", room) for number in range(5)]
        async with await ChatClient.v2(faults.stack, "bob", room=room) as bob:
            target = Target(connection_id=faults.connection_id(bob), protocol="v2")
            for each in reversed(said):
                job = DeliveryJob.of(Message.model_validate(each), targets=(target,))
                faults.enqueue(job.encode(), shard_of(room, len(faults.stack.shard_queue_urls)))

            await everyone_has(said, room, [bob])


async def test_poison_goes_to_the_dead_letters_at_once_and_spoils_nothing(
    faults: FaultyStack, room: str
) -> None:
    shard = shard_of(room, len(faults.stack.shard_queue_urls))
    async with members(faults, room, "alice", "bob") as (alice, bob):
        faults.enqueue("rubbish", shard)
        said = [await alice.say("Hello", room)]

        await everyone_has(said, room, [alice, bob])
        await eventually(faults.idle)
        (letter,) = faults.dead_letters()
        assert letter["body"] == "rubbish"
        assert letter["attributes"]["reason"].startswith("not a DeliveryJob")
