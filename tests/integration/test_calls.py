"""Which AWS calls the functions make, seen from outside."""

from shared.jobs import DeliveryJob, EphemeralJob
from tests.integration.fault_scenes import published
from tests.integration.faulty_stack import FaultyStack
from tests.support.chat_client import ChatClient, client_message_id


async def test_no_function_ever_scans_and_a_send_is_one_write_and_one_publish(
    faults: FaultyStack, room: str
) -> None:
    async with (
        await ChatClient.v2(faults.stack, "alice", room=room) as alice,
        await ChatClient.v2(faults.stack, "bob", room=f"{room}-2") as bob,
    ):
        await bob.request("joinRoom", {"roomId": room})
        for number in range(3):
            await alice.say(f"message {number}", room, clientMessageId=client_message_id())
        await bob.until_said("message 0", "message 1", "message 2", room=room)
        await bob.history(room)
        await bob.request("leaveRoom", {"roomId": room})

    made = faults.proxy.operations
    assert set(made) <= {
        "TransactWriteItems", "PutItem", "GetItem", "DeleteItem", "Query", "BatchWriteItem", "Publish",
        "BatchGetItem",  # the sweeper, once it has waited; whether a user has a handle, in mock mode
        "UpdateItem",  # whether the user may, and so often: what is no send spends from a bucket of its own
    }  # fmt: skip
    transactions = [call.body for call in faults.proxy.calls if call.operation == "TransactWriteItems"]
    assert (
        len([body for body in transactions if b"displayName" not in body]) == 3
    )  # the rest are first handles
    jobs = published(faults, room)
    assert len([job for job in jobs if isinstance(job, DeliveryJob)]) == 3
    events = [(job.event.kind, job.event.user_id) for job in jobs if isinstance(job, EphemeralJob)]
    assert events[:3] == [("joined", "alice"), ("joined", "bob"), ("left", "bob")]
