"""A chat server that does as little as one can: what a swarm reaches against it is the swarm's own limit.

One process, everything in memory, nothing refused: `python -m tests.load.trivial_server [HOST]` prints its
address.
"""

import asyncio
import json
import secrets
import sys
import time
from collections import defaultdict
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from shared.protocol.message import sort_key
from shared.uuid7 import uuid7

HISTORY = 100  # messages; enough for a run of seconds with few senders


async def _serve(host: str) -> None:
    members: defaultdict[str, set[ServerConnection]] = defaultdict(set)
    histories: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    sent: dict[str, dict[str, Any]] = {}  # by the client's id, so that a repetition is answered alike

    async def handle(socket: ServerConnection) -> None:
        assert socket.request is not None
        (room,) = parse_qs(urlsplit(socket.request.path).query)["roomId"]
        members[room].add(socket)
        try:
            with suppress(ConnectionClosed):  # swarms end without a word
                async for text in socket:
                    await answer(socket, room, json.loads(text))
        finally:
            members[room].discard(socket)

    async def answer(socket: ServerConnection, room: str, frame: dict[str, Any]) -> None:
        if frame["action"] == "getMessages":
            page = histories[room][-HISTORY:]
            reply = {"type": "messageHistory", "requestId": frame["requestId"], "data": page}
            await socket.send(json.dumps(reply | {"nextCursor": None}))
            return
        key = frame["data"].get("clientMessageId") or secrets.token_hex()
        is_new = key not in sent
        message = sent.setdefault(key, _message(frame["data"]))
        if is_new:  # first of all: the sender may have gone, and come back to say it again
            histories[room].append(message)
            broadcast(members[room] - {socket}, json.dumps({"type": "newMessage", "data": message}))
        reply = {"type": "newMessage", "requestId": frame["requestId"], "data": message}
        await socket.send(json.dumps(reply))

    async with serve(
        handle,
        host,
        0,
        subprotocols=[Subprotocol("chat.v2")],
        compression=None,
        ping_interval=None,
        open_timeout=60,
        backlog=4096,
    ) as server:
        sys.stdout.write(f"ws://{host}:{server.sockets[0].getsockname()[1]}/\n")
        sys.stdout.flush()
        await asyncio.get_running_loop().create_future()


def _message(data: dict[str, Any]) -> dict[str, Any]:
    created_at = int(time.time() * 1000)
    message_id = str(uuid7(created_at, secrets.token_bytes(10)))
    return {
        "roomId": data["roomId"],
        "messageId": message_id,
        "sortKey": sort_key(created_at, message_id),
        "content": data["content"],
        "createdAt": created_at,
    }


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"))
