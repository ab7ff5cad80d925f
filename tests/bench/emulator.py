"""CPU of the emulator's process for one call of each kind: what a message on the local stack is made of.

`request` asks for nothing: what HTTP itself costs here. `invoke` less `request` is what handing an event to a
warm function costs, and its answer back: all that another Invoke in its place could save. The function's own
process is not in it. What the emulator does while nobody asks is taken off.
"""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from infra.local import loopback
from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from shared.stores.connections import Connections
from shared.stores.dynamodb import marshal
from tests.bench.fanout_in_memory import message
from tests.support.running_stack import running_stack

WARM_UP, CALLS = 20, 300
IDLE_SECONDS = 10.0
INVOCATIONS_A_MESSAGE = 2  # of `send-message` and `fanout`


def run() -> dict[str, float]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), "mock", "--frontend", "none") as stack,
    ):
        emulator = psutil.Process(stack.pids["emulator"])
        begin = _cpu(emulator)
        time.sleep(IDLE_SECONDS)
        idle_share = (_cpu(emulator) - begin) / IDLE_SECONDS
        figures = {
            f"emulator_cpu_ms.{call.__name__}": _cost(emulator, call, idle_share) for call in _calls(stack)
        }
    saved = INVOCATIONS_A_MESSAGE * (figures["emulator_cpu_ms.invoke"] - figures["emulator_cpu_ms.request"])
    return figures | {"emulator_cpu_ms.invoking_for_a_message": saved}


def _calls(stack: StackFile) -> list[Callable[[], None]]:
    clients = local_clients(stack.aws_endpoint_url, stack.region)
    dynamodb, sns, functions = clients.dynamodb, clients.sns, clients.functions
    item = marshal(message(1, room="hops").model_dump(by_alias=True))
    frame = json.dumps({"action": "ping", "requestId": "1"})
    ping = json.dumps({"requestContext": {"connectionId": "x=", "routeKey": "ping"}, "body": frame})

    def request() -> None:
        with loopback.OPENER.open(f"{stack.aws_endpoint_url}/_ministack/health") as answer:
            answer.read()

    def put_item() -> None:
        dynamodb.put_item(TableName=stack.tables["messages"], Item=item)

    def query() -> None:
        Connections(dynamodb, stack.tables["connections"]).members("nobody", 0)

    def publish() -> None:
        # Without a shard no queue takes it: the fan-out is not called.
        sns.publish(TopicArn=stack.topic_arn, Message="{}", MessageGroupId="hops")

    def invoke() -> None:
        functions.invoke(FunctionName=stack.functions["ping"], Payload=ping)["Payload"].read()

    return [request, put_item, query, publish, invoke]


def _cost(emulator: psutil.Process, call: Callable[[], None], idle_share: float) -> float:
    """Return ms of CPU."""
    for _ in range(WARM_UP):
        call()
    begin, used = time.perf_counter(), _cpu(emulator)
    for _ in range(CALLS):
        call()
    used, took = _cpu(emulator) - used, time.perf_counter() - begin
    return 1000 * (used - idle_share * took) / CALLS


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
