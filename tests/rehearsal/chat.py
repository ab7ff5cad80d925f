"""A stand-in for what is behind the WebSocket address: rooms in memory, as much as a smoke test needs."""

from __future__ import annotations

import json
from collections import defaultdict
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol


async def chat_server() -> Server:
    """Serve on a free port of loopback."""
    members: dict[str, set[ServerConnection]] = defaultdict(set)
    said: dict[str, list[dict[str, str]]] = defaultdict(list)

    async def talk(connection: ServerConnection) -> None:
        request = connection.request
        room = parse_qs(urlsplit(request.path if request else "").query)["roomId"][0]
        members[room].add(connection)
        async for text in connection:
            frame = json.loads(text)
            if frame["action"] == "sendMessage":
                said[room].append({"messageId": str(uuid4()), "content": frame["data"]["content"]})
                reply = json.dumps({"type": "newMessage", "data": said[room][-1]})
                for member in members[room]:
                    await member.send(reply)
            else:
                await connection.send(json.dumps({"type": "messageHistory", "data": said[room]}))

    return await serve(talk, "127.0.0.1", 0, subprotocols=[Subprotocol("chat.v2")])
