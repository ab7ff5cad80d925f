"""A chat client for tests: speaks v1 or v2, and keeps every frame it gets, in order."""

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlencode

import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile

Frame = dict[str, Any]

PATIENCE_SECONDS = 120.0  # how long a test waits for what must come; nothing is asserted about how soon


class ChatClient:
    """One connection. `frames` are all typed frames, `silences` counts the empty messages."""

    def __init__(self, socket: ClientConnection, name: str, token: str | None) -> None:
        self.socket = socket
        self.name = name
        self.token = token
        self.frames: list[Frame] = []
        self.silences = 0
        self.close_code: int | None = None
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def v2(cls, stack: StackFile, user: str, *, room: str = "global", token: str | None = None) -> Self:
        """A v2 client of that demo user; in mock mode of whoever that is."""
        query = {"roomId": room}
        offered = [Subprotocol("chat.v2")]
        if stack.auth_mode == "cognito":
            token = token or id_token(stack, user)
            offered.append(Subprotocol(f"bearer.{token}"))
        else:
            query |= {"userId": user, "username": user.title()}
        return await cls._open(stack, user, query, offered, token)

    @classmethod
    async def v1(cls, stack: StackFile, user: str) -> Self:
        """A client that knows nothing but the reference's protocol (mock mode)."""
        return await cls._open(stack, user, {"userId": user, "username": user.title()}, None, None)

    @classmethod
    async def _open(
        cls,
        stack: StackFile,
        user: str,
        query: dict[str, str],
        offered: list[Subprotocol] | None,
        token: str | None,
    ) -> Self:
        # The user agent tells the edge's list of connections which one is this client.
        name = f"{user}-{uuid.uuid4().hex[:8]}"
        url = f"{stack.websocket_url}?{urlencode(query)}"
        socket = await connect(
            url,
            subprotocols=offered,
            user_agent_header=name,
            ping_interval=None,
            open_timeout=PATIENCE_SECONDS,
        )
        return cls(socket, name, token)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()
        await self._reading

    @property
    def types(self) -> set[str]:
        return {frame["type"] for frame in self.frames}

    def contents(self, room: str = "global") -> list[str]:
        """The texts of the messages of a room that were delivered or echoed, in order of arrival."""
        return [said["content"] for said in self.messages(room)]

    def messages(self, room: str = "global") -> list[Frame]:
        """The messages of a room that were delivered or echoed, in order of arrival."""
        said: list[Frame] = []
        for frame in self.frames:
            if frame["type"] in {"newMessage", "newMessages"}:
                data = frame["data"]
                said += data if isinstance(data, list) else [data]
        return [as_others_see(each) for each in said if each["roomId"] == room]

    def merged(self, room: str = "global") -> list[Frame]:
        """The room as a v2 client shows it: merged by id, ordered by sort key."""
        by_id = {said["messageId"]: said for said in self.messages(room)}
        return sorted(by_id.values(), key=lambda said: str(said["sortKey"]))

    async def send_raw(self, body: str | bytes) -> None:
        await self.socket.send(body)

    async def send_frame(self, action: str, data: Frame | None = None, **fields: Any) -> None:
        frame: Frame = {"action": action, **fields}
        if data is not None:
            frame["data"] = data
        await self.send_raw(json.dumps(frame))

    async def request(self, action: str, data: Frame | None = None, **fields: Any) -> Frame:
        """Sends a frame with a request id, and a token if there is one; the reply."""
        request_id = uuid.uuid4().hex
        if self.token and "token" not in fields:
            fields["token"] = self.token
        await self.send_frame(action, data, requestId=request_id, **fields)
        await self.until(lambda: any(frame.get("requestId") == request_id for frame in self.frames))
        return next(frame for frame in self.frames if frame.get("requestId") == request_id)

    async def say(self, content: str, room: str = "global", **data: Any) -> Frame:
        """Send a message, again after the wait that the server asks for; return it as acknowledged."""
        reply = await self.request("sendMessage", {"content": content, "roomId": room, **data})
        while "retryAfterMs" in reply["data"]:
            await asyncio.sleep(reply["data"]["retryAfterMs"] / 1000)
            reply = await self.request("sendMessage", {"content": content, "roomId": room, **data})
        assert reply["type"] == "newMessage", reply
        return as_others_see(reply["data"])

    async def history(self, room: str = "global") -> list[Frame]:
        """All of a room, page by page."""
        found: list[Frame] = []
        data: Frame = {"roomId": room, "limit": 100, "after": "0000000000000#"}
        while True:
            reply = await self.request("getMessages", data)
            assert reply["type"] == "messageHistory", reply
            found += map(as_others_see, reply["data"])
            if reply["nextCursor"] is None:
                return found
            data["after"] = reply["nextCursor"]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits for frames until the condition holds."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._news:
            await self._news.wait_for(condition)

    async def until_said(self, *contents: str, room: str = "global") -> None:
        """Waits until all these texts have been delivered or echoed."""
        await self.until(lambda: set(contents) <= set(self.contents(room)))

    async def until_silences(self, count: int) -> None:
        """Waits until that many empty messages have come."""
        await self.until(lambda: self.silences >= count)

    async def until_closed(self) -> int:
        """Waits until the server closes; the close code."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._reading
        assert self.close_code is not None
        return self.close_code

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                async with self._news:
                    if text:
                        self.frames.append(json.loads(text))
                    else:
                        self.silences += 1
                    self._news.notify_all()
        except websockets.ConnectionClosed:
            pass
        self.close_code = self.socket.close_code


def as_others_see(message: Frame) -> Frame:
    """The message without what only its author is told, so that views of several users can be compared."""
    return {name: value for name, value in message.items() if name != "clientMessageId"}


def client_message_id() -> str:
    """A `clientMessageId` that nobody has used."""
    return str(uuid.uuid4())


def id_token(stack: StackFile, user: str) -> str:
    """A fresh ID token of a demo user."""
    assert stack.cognito is not None
    cognito = local_clients(stack.cognito.endpoint, stack.region).cognito
    password = next(each.password for each in stack.demo_users if each.username == user)
    answer = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=stack.cognito.client_id,
        AuthParameters={"USERNAME": user, "PASSWORD": password or ""},
    )
    return answer["AuthenticationResult"]["IdToken"]
