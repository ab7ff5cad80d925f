"""Workers that die in the middle lose nothing."""

import pytest

from tests.integration.aws_proxy import Call
from tests.integration.fault_scenes import add_ghost, everyone_has, members
from tests.integration.faulty_stack import SLICE, FaultyStack
from tests.support.eventually import eventually


@pytest.mark.parametrize(
    ("moment", "operation"),
    [
        pytest.param("before the posts", "Query", marks=pytest.mark.nightly),
        pytest.param("after the posts", "DeleteItem", marks=pytest.mark.nightly),
        ("between scatter and acknowledgement", "SendMessageBatch"),
    ],
)
async def test_a_worker_that_is_killed_loses_nothing(
    faults: FaultyStack, room: str, moment: str, operation: str
) -> None:
    killed = 0

    def kill_once(call: Call) -> None:
        nonlocal killed
        fanout = call.operation != "Query" or b"roomId-index" in call.body
        if call.operation == operation and fanout and not killed:
            killed += faults.kill_fanout_workers()

    async with members(faults, room, *(f"m{number}" for number in range(SLICE + 3))) as clients:
        if operation == "DeleteItem":
            add_ghost(faults, room, "0ghost=")
        faults.proxy.after = kill_once
        said = [await clients[0].say(moment, room)]

        await everyone_has(said, room, clients)
        await eventually(lambda: killed > 0)
        await eventually(faults.idle)
        assert faults.dead_letters() == []


async def test_a_worker_that_is_killed_between_posts_loses_nothing(faults: FaultyStack, room: str) -> None:
    async with members(faults, room, "alice", "bob", "carol") as (alice, bob, carol):
        faults.faults(
            {"action": "delay", "delay_ms": 2_000, "connection_ids": [faults.connection_id(bob)], "count": 1}
        )
        said = [await alice.say("Hello", room)]
        await carol.until_said("Hello", room=room)
        assert faults.kill_fanout_workers()

        await everyone_has(said, room, [alice, bob, carol])
        assert faults.dead_letters() == []
