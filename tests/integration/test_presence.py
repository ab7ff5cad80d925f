"""Presence and typing, seen by clients: told to v2 members of the room alone, never stored, never retried."""

import time

from infra.local.stack_file import StackFile
from shared.jobs import EphemeralJob
from shared.protocol.frames import DEFAULT_ROOM
from shared.stores.connections import LIFETIME_SECONDS
from tests.integration.fault_scenes import members, published
from tests.integration.faulty_stack import FaultyStack
from tests.support.chat_client import ChatClient, Frame
from tests.support.eventually import eventually

WRITE_BATCH = 25  # DynamoDB BatchWriteItem
ROOM_LIMIT = 100  # infra/topology/topology.yaml, PRESENCE_ROOM_LIMIT


def changes(client: ChatClient, room: str) -> list[tuple[str, bool]]:
    """Who came (True) and went, as the client was told, in order of arrival."""
    return [
        (change["userId"], change["online"])
        for frame in client.frames
        if frame["type"] == "presence" and frame["data"]["roomId"] == room
        for change in frame["data"]["changes"]
    ]


def typists(client: ChatClient, room: str) -> set[str]:
    """Who typed, as the client was told."""
    return {
        user["userId"]
        for frame in client.frames
        if frame["type"] == "typing" and frame["data"]["roomId"] == room
        for user in frame["data"]["users"]
    }


async def members_of(client: ChatClient, room: str) -> Frame:
    """The answer to getMembers."""
    reply = await client.request("getMembers", {"roomId": room})
    assert reply["type"] == "members", reply
    answer: Frame = reply["data"]
    return answer


async def told(faults: FaultyStack, room: str, *kinds: str) -> None:
    """Waits until events of these kinds were published in the room and all they led to is done."""

    def announced() -> list[str]:
        return [job.event.kind for job in published(faults, room) if isinstance(job, EphemeralJob)]

    await eventually(lambda: announced() == list(kinds))
    await eventually(faults.idle)


def fill(faults: FaultyStack, room: str, count: int) -> None:
    """Connections that nobody holds, as `$connect` writes them."""
    items = [
        {
            "connectionId": {"S": f"empty-{number:04d}="},
            "roomId": {"S": room},
            "userId": {"S": f"u{number:04d}"},
            "username": {"S": f"User {number:04d}"},
            "connectedAt": {"N": "0"},
            "ttl": {"N": str(int(time.time()) + LIFETIME_SECONDS)},
            "protocol": {"S": "v2"},
        }
        for number in range(count)
    ]
    for start in range(0, count, WRITE_BATCH):
        requests = [{"PutRequest": {"Item": item}} for item in items[start : start + WRITE_BATCH]]
        faults.client("dynamodb").batch_write_item(
            RequestItems={faults.stack.tables["connections"]: requests}
        )


async def test_members_see_who_comes_and_goes_and_types(mock_stack: StackFile, room: str) -> None:
    async with await ChatClient.v2(mock_stack, "alice", room=room) as alice:
        async with await ChatClient.v2(mock_stack, "bob", room=f"{room}-home") as bob:
            await bob.request("joinRoom", {"roomId": room})
            await alice.until(lambda: ("bob", True) in changes(alice, room))
            assert (await bob.request("typing", {"roomId": room}))["type"] == "ack"
            await alice.until(lambda: typists(alice, room) == {"bob"})
            await bob.request("leaveRoom", {"roomId": room})
            await alice.until(lambda: changes(alice, room)[-1] == ("bob", False))
            await bob.request("joinRoom", {"roomId": room})
            await alice.until(lambda: changes(alice, room)[-1] == ("bob", True))
        await alice.until(lambda: changes(alice, room)[-1] == ("bob", False))

        assert typists(bob, room) == set()
        assert all(user != "bob" for user, _ in changes(bob, room))


async def test_only_v2_members_of_the_room_are_told(mock_stack: StackFile, room: str) -> None:
    async with (
        await ChatClient.v2(mock_stack, "alice", room=DEFAULT_ROOM) as alice,
        await ChatClient.v1(mock_stack, "dora") as dora,
        await ChatClient.v2(mock_stack, "carol", room=room) as carol,
        await ChatClient.v2(mock_stack, "bob", room=DEFAULT_ROOM) as bob,
    ):
        # A v1 client is seen; it neither hears nor asks.
        await alice.until(lambda: ("dora", True) in changes(alice, DEFAULT_ROOM))
        await dora.send_frame("typing", {"roomId": DEFAULT_ROOM})
        await dora.send_frame("getMembers", {"roomId": DEFAULT_ROOM})
        await dora.until_silences(2)
        await bob.request("typing", {"roomId": DEFAULT_ROOM})
        await alice.until(lambda: typists(alice, DEFAULT_ROOM) == {"bob"})
        await alice.say("after that")
        await dora.until_said("after that")
        await bob.request("typing", {"roomId": room})
        await carol.until(lambda: typists(carol, room) == {"bob"})

        assert dora.types == {"newMessage"}
        assert changes(carol, DEFAULT_ROOM) == []
        assert typists(carol, DEFAULT_ROOM) == set()


async def test_two_tabs_are_one_user_who_goes_with_the_last(faults: FaultyStack, room: str) -> None:
    async with members(faults, room, "alice") as (alice,):
        async with members(faults, room, "bob", "bob") as (first, second):
            assert [each["userId"] for each in (await members_of(alice, room))["members"]] == ["alice", "bob"]
            faults.proxy.reset()
            await first.socket.close()
            await told(faults, room, "left")

            assert ("bob", False) not in changes(alice, room)
            assert ("bob", False) not in changes(second, room)
        await alice.until(lambda: ("bob", False) in changes(alice, room))

        answer = await members_of(alice, room)
        assert (answer["online"], answer["more"]) == (1, False)


async def test_a_large_room_is_counted_and_nothing_is_pushed(faults: FaultyStack, room: str) -> None:
    fill(faults, room, ROOM_LIMIT)
    async with members(faults, room, "alice", "bob") as (alice, bob):
        faults.proxy.reset()
        await bob.request("typing", {"roomId": room})
        await bob.request("leaveRoom", {"roomId": room})
        await told(faults, room, "typing", "left")

        answer = await members_of(alice, room)
        assert (answer["members"], answer["online"], answer["more"]) == (None, ROOM_LIMIT + 1, False)
        assert alice.types == {"members"}

        crowd = f"{room}-crowd"  # another room: the count of a large one is remembered for 10 s
        fill(faults, crowd, 1_001)
        answer = await members_of(alice, crowd)
        assert (answer["members"], answer["more"]) == (None, True)
        assert answer["online"] <= 1_000


async def test_events_are_in_no_history_and_no_dead_letter_queue(faults: FaultyStack, room: str) -> None:
    async with members(faults, room, "alice", "bob") as (alice, bob):
        await bob.request("typing", {"roomId": room})
        await alice.until(lambda: typists(alice, room) == {"bob"})
        await eventually(faults.idle)

        assert await alice.history(room) == []
        assert faults.dead_letters() == []


async def test_where_the_endpoint_fails_events_are_lost_and_messages_are_not(
    faults: FaultyStack, room: str
) -> None:
    async with members(faults, room, "alice", "bob") as (alice, bob):
        alice_alone = [faults.connection_id(alice)]
        faults.faults({"action": "status", "status": 500, "connection_ids": alice_alone})
        faults.proxy.reset()
        await bob.request("typing", {"roomId": room})
        await told(faults, room, "typing")

        assert faults.met() == [1]
        faults.faults()
        await bob.say("still here", room)
        await alice.until_said("still here", room=room)
        assert typists(alice, room) == set()
        assert faults.dead_letters() == []


async def test_where_nothing_can_be_published_people_come_and_go_all_the_same(
    faults: FaultyStack, room: str
) -> None:
    faults.proxy.rule = lambda call: "xml:InternalError" if call.operation == "Publish" else None
    async with members(faults, room, "alice", "bob") as (alice, bob):
        assert (await bob.request("typing", {"roomId": room}))["type"] == "ack"
        assert (await bob.request("leaveRoom", {"roomId": room}))["type"] == "ack"
        assert (await bob.request("joinRoom", {"roomId": room}))["type"] == "ack"
        assert (await members_of(alice, room))["online"] == 2
        assert alice.types == {"members"}
