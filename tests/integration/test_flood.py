"""One user floods the whole stack while twenty connections of others talk: `make attack`.

How much slower they get is told, not judged: flooder, stack and clients share this machine's cores.
"""

import asyncio
import json
import logging
import multiprocessing
import time
from contextlib import suppress
from statistics import quantiles
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from infra.local.stack_file import StackFile
from tests.support.chat_client import ChatClient, id_token

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

pytestmark = pytest.mark.attack

HONEST = ("alice", "bob") * 10  # the stack has three users, each with the limits of a thousand
SECONDS = 20.0
EVERY_SECONDS = 1.0
OPENED_AGAIN_SECONDS = 1.0  # as CONNECT_LIMIT has it, once its burst is spent


async def talk(client: ChatClient, room: str) -> list[float]:
    """Say something every second; return how long each took until it was acknowledged, in seconds."""
    took, until = [], time.monotonic() + SECONDS
    while time.monotonic() < until:
        began = time.monotonic()
        reply = await client.request("sendMessage", {"content": "Hello", "roomId": room})
        took.append(time.monotonic() - began)
        assert reply["type"] == "newMessage", reply
        await asyncio.sleep(max(0.0, began + EVERY_SECONDS - time.monotonic()))
    return took


def flood(stack: StackFile, token: str, sent: "Synchronized[int]") -> None:
    """Send frames without a token as fast as a socket takes them, on a new one whenever it is closed.

    It has a process of its own, so that it takes no time from those who measure.
    """
    body = json.dumps({"action": "sendMessage", "requestId": "r", "data": {"content": "flood"}})
    offered = [Subprotocol("chat.v2"), Subprotocol(f"bearer.{token}")]
    while True:
        with (
            suppress(ConnectionClosed, InvalidHandshake, TimeoutError),
            connect(stack.websocket_url, subprotocols=offered) as socket,
        ):
            while True:
                socket.send(body)
                sent.value += 1
        time.sleep(OPENED_AGAIN_SECONDS)


def p99(times: list[list[float]]) -> float:
    return quantiles([each for of_one in times for each in of_one], n=100)[98]


async def test_a_flood_has_no_frame_of_others_refused(stack: StackFile, room: str) -> None:
    rooms = [f"{room}-{number}" for number in range(len(HONEST))]
    clients = [await ChatClient.v2(stack, user, room=each) for user, each in zip(HONEST, rooms, strict=True)]

    async def everybody() -> float:
        return p99(await asyncio.gather(*map(talk, clients, rooms)))

    await everybody()  # the functions that this load keeps busy have started
    calm = await everybody()
    spawning = multiprocessing.get_context("spawn")
    sent = spawning.Value("i", 0)
    flooding = spawning.Process(target=flood, args=(stack, id_token(stack, "carol"), sent), daemon=True)
    flooding.start()
    try:
        flooded = await everybody()
    finally:
        flooding.kill()
        flooding.join()

    told = (
        f"p99 {calm * 1000:.0f} ms in calm, {flooded * 1000:.0f} ms beside a flood of {sent.value:,} frames"
    )
    logging.getLogger(__name__).info(told)
    assert sent.value > 1_000
    for client in clients:
        await client.socket.close()
