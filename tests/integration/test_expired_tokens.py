"""A connection whose token has expired is closed on the whole stack; one that showed a newer token is not."""

import asyncio
import time

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from shared.stores.connections import Connections
from shared.stores.expiries import Expiries, Expiry
from tests.support.chat_client import ChatClient
from tests.support.invoke import invoke

SOON_SECONDS = 60.0  # a deadline, not a wait


async def test_only_what_showed_no_newer_token_is_closed(stack: StackFile, room: str) -> None:
    clients = local_clients(stack.aws_endpoint_url, stack.region)
    connections = Connections(clients.dynamodb, stack.tables["connections"])
    expiries = Expiries(clients.dynamodb, stack.tables["expiries"])
    async with await ChatClient.v2(stack, "alice", room=room) as alice:
        bob = await ChatClient.v2(stack, "bob", room=room)
        ended = int(time.time()) - 1
        for each in connections.occupants(room, int(time.time()), 10).counted:
            (row,) = connections.stored(each.connection_id)
            expiries.note(Expiry(ended, each.connection_id))
            if row.username.lower() == "bob":
                connections.renew(row, ended)

        invoke(stack, "close-expired")

        await asyncio.wait_for(bob.until_closed(), SOON_SECONDS)
        reply = await alice.request("sendMessage", {"content": "still here", "roomId": room})
        assert reply["type"] == "newMessage"
    assert list(expiries.within(ended, ended)) == []
