"""One user floods the whole stack while twenty connections of others talk: `make attack`.

How much slower they get is told, since stack and clients share this machine's cores. What a flood
may cost is judged: no frame of others, and on each socket no more invocations than it takes to close it.
"""

import asyncio
import json
import logging
import multiprocessing
import os
import time
from contextlib import suppress
from statistics import quantiles
from typing import TYPE_CHECKING, NamedTuple
from urllib.request import urlopen

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from infra.edge.gateway import MESSAGES_IN_FLIGHT_PER_CONNECTION
from infra.edge.lambdas import INVOCATIONS_OF_A_FUNCTION
from infra.local.stack_file import StackFile
from shared.tolerance import REFUSALS_LIMIT_WITHOUT_TOKEN
from tests.support.chat_client import ChatClient, id_token

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

pytestmark = pytest.mark.attack

HONEST = ("alice", "bob") * 10  # the stack has three users, each with the limits of a thousand
SECONDS = 8.0
ROUNDS = 3  # of calm and flood in turn, so that what else the machine does falls into both
EVERY_SECONDS = 1.0
TRIED_AGAIN_SECONDS = 1.0  # as CONNECT_LIMIT has it; after two expulsions each takes 30 s
# Each process that a flood keeps busy gives a socket its tolerance; what is on its way then still arrives.
INVOCATIONS_A_SOCKET = (
    REFUSALS_LIMIT_WITHOUT_TOKEN * INVOCATIONS_OF_A_FUNCTION + MESSAGES_IN_FLIGHT_PER_CONNECTION
)
CONNECT_AND_DISCONNECT = 2


class Flood(NamedTuple):
    """What a flooder has done, counted in shared memory."""

    frames: "Synchronized[int]"
    sockets: "Synchronized[int]"


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


def flood(stack: StackFile, token: str, done: Flood) -> None:
    """Send frames without a token as fast as a socket takes them, on a new one as soon as there may be one.

    It has a process of its own, which gives way to all others: a flooder's machine is not the service's.
    """
    os.nice(19)
    body = json.dumps({"action": "sendMessage", "requestId": "r", "data": {"content": "flood"}})
    offered = [Subprotocol("chat.v2"), Subprotocol(f"bearer.{token}")]
    while True:
        with (
            suppress(ConnectionClosed, InvalidHandshake, TimeoutError),
            connect(stack.websocket_url, subprotocols=offered) as socket,
        ):
            done.sockets.value += 1
            while True:
                socket.send(body)
                done.frames.value += 1
        time.sleep(TRIED_AGAIN_SECONDS)


def invocations(stack: StackFile) -> int:
    """How many there were, without those that never began."""
    with urlopen(f"{stack.edge_admin_url}/stats") as answer:
        stats = json.load(answer)
    return int(stats["invocations"]) - int(stats.get("invocations.throttled", 0))


def p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]


async def test_a_flood_has_no_frame_of_others_refused(stack: StackFile, room: str) -> None:
    rooms = [f"{room}-{number}" for number in range(len(HONEST))]
    clients = [await ChatClient.v2(stack, user, room=each) for user, each in zip(HONEST, rooms, strict=True)]
    spawning = multiprocessing.get_context("spawn")
    done = Flood(spawning.Value("i", 0), spawning.Value("i", 0))
    token = id_token(stack, "carol")
    calm, flooded, of_floods = list[float](), list[float](), 0

    async def everybody() -> list[float]:
        return [each for of_one in await asyncio.gather(*map(talk, clients, rooms)) for each in of_one]

    await everybody()  # the functions that this load keeps busy have started
    for _ in range(ROUNDS):
        calm += await everybody()
        before = invocations(stack)
        flooding = spawning.Process(target=flood, args=(stack, token, done), daemon=True)
        flooding.start()
        try:
            took = await everybody()
        finally:
            flooding.kill()
            flooding.join()
        flooded += took
        of_floods += invocations(stack) - before - len(took)

    ratio = p99(flooded) / p99(calm)
    logging.getLogger(__name__).info(
        f"p99 {p99(calm) * 1000:.0f} ms in calm, {p99(flooded) * 1000:.0f} ms ({ratio:.1f} times) beside "
        f"{done.frames.value:,} frames on {done.sockets.value} sockets, {of_floods:,} of which were looked at"
    )
    assert done.frames.value > 1_000
    assert of_floods <= done.sockets.value * (INVOCATIONS_A_SOCKET + CONNECT_AND_DISCONNECT)
    for client in clients:
        await client.socket.close()
