"""SNS, SQS and DynamoDB failing at each call: refused clearly or repeated, never lost."""

import pytest

from services.fanout.records import MAX_ATTEMPTS
from shared.jobs import DeliveryJob
from tests.integration.aws_proxy import Call
from tests.integration.fault_scenes import add_ghost, everyone_has, members, published
from tests.integration.faulty_stack import SLICE, FaultyStack
from tests.support.chat_client import client_message_id
from tests.support.eventually import eventually


@pytest.mark.parametrize("code", ["xml:Throttled", "xml:InternalError"])
async def test_a_send_that_cannot_be_published_is_refused_and_can_be_repeated(
    faults: FaultyStack, room: str, code: str
) -> None:
    async with members(faults, room, "alice", "bob") as (alice, bob):
        await alice.say("warm", room)
        await bob.until_said("warm", room=room)
        faults.proxy.rule = lambda call: code if call.operation == "Publish" else None
        data = {"content": "Hello", "roomId": room, "clientMessageId": client_message_id()}
        reply = await alice.request("sendMessage", data)
        assert reply["data"]["code"] == ("RATE_LIMITED" if code == "xml:Throttled" else "INTERNAL")

        faults.proxy.reset()
        stored = await alice.history(room)
        again = await alice.say("Hello", room, clientMessageId=data["clientMessageId"])

        assert await alice.history(room) == stored
        assert again == stored[-1]
        await bob.until_said("Hello", room=room)


@pytest.mark.parametrize(
    ("code", "told"),
    [("ProvisionedThroughputExceededException", "RATE_LIMITED"), ("InternalServerError", "INTERNAL")],
)
async def test_a_send_that_cannot_be_stored_is_refused_and_not_published(
    faults: FaultyStack, room: str, code: str, told: str
) -> None:
    async with members(faults, room, "alice") as (alice,):
        faults.proxy.rule = lambda call: code if call.operation == "TransactWriteItems" else None
        data = {"content": "Hello", "roomId": room, "clientMessageId": client_message_id()}
        reply = await alice.request("sendMessage", data)

        assert reply["data"]["code"] == told
        assert [job for job in published(faults, room) if isinstance(job, DeliveryJob)] == []
        assert await alice.history(room) == []


async def test_a_page_of_the_audience_that_is_throttled_is_asked_for_again(
    faults: FaultyStack, room: str
) -> None:
    failures = iter([None, "ProvisionedThroughputExceededException", "ThrottlingException", "Throttling"])
    pages = 0

    def the_second_page_fails(call: Call) -> str | None:
        nonlocal pages
        if call.operation == "Query" and b"roomId-index" in call.body and room.encode() in call.body:
            pages += 1
            return next(failures, None)
        return None

    async with members(faults, room, "alice", "bob", "carol") as clients:
        # A page ends at 1 MB: these fill the first.
        for number in range(12):
            add_ghost(faults, room, f"0ghost{number:02d}=", username="x" * 100_000)
        faults.proxy.rule = the_second_page_fails
        said = [await clients[0].say("Hello", room)]

        await everyone_has(said, room, clients)
        assert pages > 2
        assert all(client.contents(room) == ["Hello"] for client in clients)


async def test_an_audience_that_cannot_be_read_is_read_later(faults: FaultyStack, room: str) -> None:
    down = True

    def rule(call: Call) -> str | None:
        about_room = call.operation == "Query" and b"roomId-index" in call.body
        return "InternalServerError" if down and about_room else None

    async with members(faults, room, "alice", "bob") as (alice, bob):
        faults.proxy.rule = rule
        said = [await alice.say("Hello", room)]
        await eventually(lambda: faults.proxy.operations.count("Query") > MAX_ATTEMPTS)
        down = False

        await everyone_has(said, room, [alice, bob])
        assert faults.dead_letters() == []


async def test_slices_that_sqs_does_not_take_are_not_lost(faults: FaultyStack, room: str) -> None:
    calls = 0

    def rule(call: Call) -> str | None:
        nonlocal calls
        if call.operation == "SendMessageBatch":
            calls += 1
            return "RequestThrottled" if calls <= 7 else None
        return None

    async with members(faults, room, *(f"m{number}" for number in range(2 * SLICE + 2))) as clients:
        faults.proxy.rule = rule
        said = [await clients[0].say("Hello", room)]

        await everyone_has(said, room, clients)
        assert calls > 7


async def test_a_residue_that_sqs_does_not_take_is_not_lost(faults: FaultyStack, room: str) -> None:
    calls = 0

    def rule(call: Call) -> str | None:
        nonlocal calls
        if call.operation in {"SendMessageBatch", "ChangeMessageVisibility"}:
            calls += 1
            return "RequestThrottled" if calls <= 7 else None
        return None

    async with members(faults, room, "alice", "bob", "carol") as clients:
        faults.proxy.rule = rule
        bob = faults.connection_id(clients[1])
        faults.faults({"action": "status", "status": 429, "connection_ids": [bob], "count": 4})
        said = [await clients[0].say("Hello", room)]

        await everyone_has(said, room, clients)
