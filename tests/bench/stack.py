"""Through the whole local stack, warm: latency in a room of 10, beside the hops that its way is made of.

A message is sent 150 ms after the one before has arrived. The emulator's poller sleeps 50 ms after a look
that found nothing, and it looks once more when a batch is done: a message sent at once waits for that, as the
figures with `back_to_back` show.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from shared.aws.callback import NOTHING, CallbackClient
from shared.aws.sigv4 import StaticCredentials
from shared.stores.connections import Connections
from shared.stores.dynamodb import marshal
from tests.bench.fanout_in_memory import message
from tests.support.chat_client import ChatClient
from tests.support.running_stack import running_stack

MEMBERS = 10
WARM_UP, SENDS = 20, 150
PAUSE_SECONDS = 0.15
HOP_WARM_UP, HOPS = 10, 50


def run() -> dict[str, float]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), "cognito", "--frontend", "none") as stack,
    ):
        paced = asyncio.run(_latency(stack, "", PAUSE_SECONDS))
        return paced | asyncio.run(_latency(stack, "_back_to_back", 0)) | _hops(stack)


def _spread(name: str, seconds: list[float]) -> dict[str, float]:
    ordered = sorted(each * 1000 for each in seconds)
    return {f"{name}.p50": statistics.median(ordered), f"{name}.p99": ordered[int(len(ordered) * 0.99) - 1]}


async def _members(opened: AsyncExitStack, stack: StackFile, room: str, count: int) -> list[ChatClient]:
    users = ("alice", "bob", "carol")
    return [
        await opened.enter_async_context(await ChatClient.v2(stack, users[number % 3], room=room))
        for number in range(count)
    ]


async def _latency(stack: StackFile, kind: str, pause_seconds: float) -> dict[str, float]:
    echoes, arrivals = [], []
    async with AsyncExitStack() as opened:
        clients = await _members(opened, stack, f"latency{kind}", MEMBERS)
        for number in range(WARM_UP + SENDS):
            text = f"message {number}"
            begin = time.perf_counter()
            await clients[0].say(text, f"latency{kind}")
            echo = time.perf_counter() - begin
            for client in clients[1:]:
                await client.until_said(text, room=f"latency{kind}")
            if number >= WARM_UP:
                echoes.append(echo)
                arrivals.append(time.perf_counter() - begin)
            await asyncio.sleep(pause_seconds)
    return _spread(f"echo_latency_ms{kind}", echoes) | _spread(f"end_to_end_latency_ms{kind}", arrivals)


def _hops(stack: StackFile) -> dict[str, float]:
    """The calls that a message's way is made of, each alone against the same emulator."""
    clients = local_clients(stack.aws_endpoint_url, stack.region)
    dynamodb, sns, sqs, functions = clients.dynamodb, clients.sns, clients.sqs, clients.functions
    item = marshal(message(1, room="hops").model_dump(by_alias=True))
    frame = json.dumps({"action": "ping", "requestId": "1"})
    ping = json.dumps({"requestContext": {"connectionId": "x=", "routeKey": "ping"}, "body": frame})
    queue = sqs.create_queue(QueueName="hops")["QueueUrl"]

    def invoke() -> None:
        functions.invoke(FunctionName=stack.functions["ping"], Payload=ping)["Payload"].read()

    def put_item() -> None:
        dynamodb.put_item(TableName=stack.tables["messages"], Item=item)

    def publish() -> None:
        sns.publish(TopicArn=stack.topic_arn, Message="{}", MessageGroupId="hops")

    def send_and_receive() -> None:
        sqs.send_message(QueueUrl=queue, MessageBody="{}")
        sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1)

    def query_members() -> None:
        Connections(dynamodb, stack.tables["connections"]).members("latency", 0)

    figures: dict[str, float] = {}
    for hop in (invoke, put_item, publish, send_and_receive, query_members, _post_to_nobody(stack)):
        taken = []
        for _ in range(HOP_WARM_UP + HOPS):
            begin = time.perf_counter()
            hop()
            taken.append(time.perf_counter() - begin)
        figures |= _spread(f"hop_latency_ms.{hop.__name__}", taken[HOP_WARM_UP:])
    return figures


def _post_to_nobody(stack: StackFile) -> Callable[[], None]:
    client = CallbackClient(
        stack.callback_url,
        region=stack.region,
        credentials=lambda: StaticCredentials("test", "test"),
        max_connections=1,
    )

    def post() -> None:
        client.post("nobody=", NOTHING, timeout_seconds=3, tag=None)
        (answer,) = client.answers(3)
        assert answer.status == 410, answer  # signed, routed and looked up, with nobody there

    return post
