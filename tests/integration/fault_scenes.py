"""What the tests of the fault matrix share."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

from shared.jobs import DeliveryJob, EphemeralJob, read_job
from tests.integration.faulty_stack import FaultyStack
from tests.support.chat_client import ChatClient, Frame
from tests.support.eventually import eventually


@asynccontextmanager
async def members(stack: FaultyStack, room: str, *names: str) -> AsyncIterator[list[ChatClient]]:
    """A v2 client in the room for each name; all have been told who came before the scene begins."""
    async with AsyncExitStack() as opened:
        clients = [
            await opened.enter_async_context(await ChatClient.v2(stack.stack, name, room=room))
            for name in names
        ]
        await eventually(stack.idle)
        yield clients


def published(faults: FaultyStack, room: str) -> list[DeliveryJob | EphemeralJob]:
    """The jobs of a room that the functions asked SNS to publish. Of other rooms some may come late."""
    bodies = [parse_qs(call.body.decode()) for call in faults.proxy.calls if call.operation == "Publish"]
    return [read_job(body["Message"][0]) for body in bodies if body["MessageGroupId"] == [room]]


async def everyone_has(said: list[Frame], room: str, clients: list[ChatClient]) -> None:
    """Each client's merged view becomes exactly these messages."""
    expected = sorted(said, key=lambda each: str(each["sortKey"]))
    await eventually(lambda: all(client.merged(room) == expected for client in clients))


async def dead_letter(faults: FaultyStack) -> dict[str, Any]:
    """Waits for the one dead letter."""
    letters: list[dict[str, Any]] = []

    def arrived() -> bool:
        letters.extend(faults.dead_letters())  # takes them
        return bool(letters)

    await eventually(arrived)
    (letter,) = letters
    return letter


def add_ghost(faults: FaultyStack, room: str, connection_id: str, username: str = "Ghost") -> None:
    """A member whose connection is gone, as `$disconnect` leaves it when it gets lost."""
    faults.client("dynamodb").put_item(
        TableName=faults.stack.tables["connections"],
        Item={
            "connectionId": {"S": connection_id}, "roomId": {"S": room}, "userId": {"S": "ghost"},
            "username": {"S": username}, "connectedAt": {"N": "0"}, "ttl": {"N": "9999999999"},
            "protocol": {"S": "v2"},
        },
    )  # fmt: skip
