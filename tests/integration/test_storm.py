"""Everything at once: a seeded storm of faults over many messages and members, judged by an oracle.

In each run tests/unit/fanout/test_storm.py has one in virtual time, and the files beside this one have each
fault alone.
"""

import asyncio
import random
from contextlib import AsyncExitStack

import pytest

from tests.integration.aws_proxy import Call
from tests.integration.faulty_stack import FaultyStack
from tests.support.chat_client import ChatClient, Frame, client_message_id

SEED = 20_261_123
SENDERS = 10
PATIENCE_SECONDS = 150.0


@pytest.mark.nightly
@pytest.mark.parametrize(("members", "messages"), [(10, 80), (50, 1_000)])
async def test_after_a_storm_every_members_view_is_the_history(
    faults: FaultyStack, room: str, members: int, messages: int
) -> None:
    chance = random.Random(SEED)

    def some_calls_fail(call: Call) -> str | None:
        if chance.random() >= 0.02:
            return None
        return "xml:Throttled" if call.operation == "Publish" else "ThrottlingException"

    async with AsyncExitStack() as opened:
        clients = [
            await opened.enter_async_context(
                await ChatClient.v2(faults.stack, f"member-{number:02d}", room=room)
            )
            for number in range(members)
        ]
        other = await opened.enter_async_context(await ChatClient.v2(faults.stack, "other", room=f"{room}-2"))
        ids = [faults.connection_id(client) for client in clients]
        faults.faults(
            {"action": "status", "status": 429, "methods": ["POST"], "share": 0.03, "seed": SEED},
            {"action": "status", "status": 500, "methods": ["POST"], "share": 0.02, "seed": SEED + 1},
            {"action": "reset", "methods": ["POST"], "share": 0.01, "seed": SEED + 2},
            {"action": "refuse", "methods": ["POST"], "share": 0.01, "seed": SEED + 3},
            {"action": "status", "status": 429, "methods": ["POST"], "connection_ids": ids[-2:], "count": 40},
        )
        faults.proxy.rule = some_calls_fail

        killing = asyncio.create_task(_kill_now_and_then(faults, every_calls=messages // 2))
        acknowledged = await _everyone_talks(clients[:SENDERS], room, messages)
        await killing
        faults.proxy.reset()

        history = await clients[0].history(room)
        surviving = [client for client in clients if client.close_code is None]
        await _until_views_are_the_history(surviving, room, history)

        assert {said["messageId"] for said in acknowledged} <= {said["messageId"] for said in history}
        assert len(acknowledged) == messages
        assert len(surviving) >= members - 5
        assert other.messages(room) == []
        assert history == sorted(history, key=lambda said: str(said["sortKey"]))
        for letter in faults.dead_letters():
            assert '"targets":[' in letter["body"]


async def _everyone_talks(senders: list[ChatClient], room: str, messages: int) -> list[Frame]:
    async def talk(client: ChatClient) -> list[Frame]:
        said = []
        for number in range(messages // SENDERS):
            own = client_message_id()
            data = {"content": f"{client.name} {number}", "roomId": room, "clientMessageId": own}
            reply: Frame = {}
            while reply.get("type") != "newMessage":
                await asyncio.sleep(reply.get("data", {}).get("retryAfterMs", 0) / 1000)
                reply = await client.request("sendMessage", data)
            said.append(reply["data"])
        return said

    return [each for part in await asyncio.gather(*map(talk, senders)) for each in part]


async def _kill_now_and_then(faults: FaultyStack, every_calls: int) -> None:
    for _ in range(3):
        before = len(faults.proxy.operations)
        while len(faults.proxy.operations) < before + every_calls:
            await asyncio.sleep(0.1)
        await asyncio.to_thread(faults.kill_fanout_workers)


async def _until_views_are_the_history(clients: list[ChatClient], room: str, history: list[Frame]) -> None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while any(client.merged(room) != history for client in clients if client.close_code is None):
                await asyncio.sleep(0.5)
    except TimeoutError:
        expected = {said["messageId"] for said in history}
        missing = {
            client.name: len(expected - {said["messageId"] for said in client.messages(room)})
            for client in clients
        }
        raise AssertionError(f"messages missing: {missing}") from None
