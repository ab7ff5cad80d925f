"""One of the two systems that are compared: where it is, and what its clients and functions are."""

import json
import random
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass
from typing import Any

from infra.clients import Clients
from infra.local import loopback
from infra.local.stack_file import StackFile
from tests.integration.aws_proxy import AwsProxy

EMPTY_PATIENCE_SECONDS = 180.0  # a thousand `$disconnect`
POLL_SECONDS = 0.5
QUIET_SECONDS = 2.0


class StillBusy(Exception):
    """What a run began has not come to its end; another run would be measured with it."""


@dataclass(frozen=True)
class Side:
    """A deployed system.

    Attributes:
        v1: whether its clients speak protocol v1.
        functions: those on the way of a message; their AWS calls are counted.
        connections_table: by which one sees that all members of a run are gone.
        pids: of the processes that carry it, those that they start being part of it.
    """

    name: str
    websocket_url: str
    admin_url: str
    v1: bool
    functions: tuple[str, ...]
    connections_table: str
    pids: tuple[int, ...] = ()

    def calls(self, proxy: AwsProxy) -> Counter[str]:
        """AWS calls by operation so far: those through the proxy, and the posts that the edge has counted."""
        stats: dict[str, int] = self._admin("GET", "/stats")
        posts = sum(number for name, number in stats.items() if name.startswith("posts."))
        return Counter(proxy.operations) + Counter(PostToConnection=posts)

    def set_faults(self, faults: list[dict[str, Any]]) -> None:
        """Replaces the edge's faults."""
        self._admin("PUT", "/faults", faults)

    def some_connections(self, share: float, chance: random.Random) -> list[str]:
        """A random share of the open connections, one at least."""
        listed = [each["connectionId"] for each in self._admin("GET", "/connections")]
        return chance.sample(listed, max(1, round(share * len(listed)))) if listed else []

    def wait_until_left(self, clients: Clients) -> None:
        """Returns when `$disconnect` has run for all members of the run before.

        Raises:
            StillBusy: it has not.
        """
        deadline = time.monotonic() + EMPTY_PATIENCE_SECONDS
        while clients.dynamodb.scan(TableName=self.connections_table, Limit=1)["Items"]:
            if time.monotonic() > deadline:
                raise StillBusy(f"{self.name} still has connections of the run before")
            time.sleep(POLL_SECONDS)

    def _admin(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.admin_url + path, method=method, data=data)
        with loopback.OPENER.open(request) as answer:
            return json.load(answer)


def ours(stack: StackFile) -> Side:
    """The system of this project, as `chatctl up` runs it."""
    return Side(
        name="ours",
        websocket_url=stack.websocket_url,
        admin_url=stack.edge_admin_url,
        v1=False,
        functions=(stack.functions["send-message"], stack.functions["fanout"]),
        connections_table=stack.tables["connections"],
        pids=tuple(stack.pids.values()),
    )


def wait_until_quiet(proxy: AwsProxy) -> None:
    """Returns when nothing goes through the proxy any more: members who leave are told to those who stay.

    Raises:
        StillBusy: it does not end.
    """
    deadline, seen = time.monotonic() + EMPTY_PATIENCE_SECONDS, -1
    while len(proxy.operations) != seen:
        if time.monotonic() > deadline:
            raise StillBusy("the functions do not come to rest")
        seen = len(proxy.operations)
        time.sleep(QUIET_SECONDS)


def lead_through(proxy: AwsProxy, side: Side, clients: Clients) -> None:
    """Lets the counted functions make their AWS calls through the proxy."""
    for function in side.functions:
        standing = clients.functions.get_function_configuration(FunctionName=function)
        variables = {**standing["Environment"]["Variables"], "AWS_ENDPOINT_URL": proxy.url}
        clients.functions.update_function_configuration(
            FunctionName=function, Environment={"Variables": variables}
        )
