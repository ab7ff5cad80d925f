"""Which AWS calls the functions make, seen from outside."""

from tests.chat_client import ChatClient
from tests.integration.faulty_stack import FaultyStack


async def test_no_function_ever_scans_and_a_send_is_one_put_and_one_publish(
    faults: FaultyStack, room: str
) -> None:
    async with (
        await ChatClient.v2(faults.stack, "alice", room=room) as alice,
        await ChatClient.v2(faults.stack, "bob", room=f"{room}-2") as bob,
    ):
        await bob.request("joinRoom", {"roomId": room})
        for number in range(3):
            await alice.say(f"message {number}", room)
        await bob.until_said("message 0", "message 1", "message 2", room=room)
        await bob.history(room)
        await bob.request("leaveRoom", {"roomId": room})

    made = faults.proxy.operations
    assert set(made) <= {"PutItem", "DeleteItem", "Query", "BatchWriteItem", "Publish"}
    assert made.count("Publish") == 3 + len(["alice", "bob", "bob joins", "bob leaves"])
