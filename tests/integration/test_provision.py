"""The emulator holds what the topology says, and enforces it."""

import io
import json
import time
import zipfile
from collections.abc import Iterator

import pytest

from infra.clients import Clients
from infra.local.clients import local_clients
from infra.local.deployment import local_deployment
from infra.local.provision import reapply
from infra.local.stack_file import StackFile
from infra.topology.file import load_topology

TOPOLOGY = load_topology()
DEPLOYMENT = local_deployment(TOPOLOGY)
PATIENCE_SECONDS = 240.0
SCANNER = """
import boto3, os
def handler(event, context):
    client = boto3.client("dynamodb")
    try:
        getattr(client, event["call"])(**event["arguments"])
    except client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return "done"
"""


@pytest.fixture
def clients(stack: StackFile) -> Clients:
    return local_clients(stack.aws_endpoint_url, stack.region)


@pytest.fixture
def probe(clients: Clients) -> Iterator[str]:
    """A function with the role of `connect`, which may put connections and nothing else."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("scanner.py", SCANNER)
    clients.functions.create_function(
        FunctionName="probe",
        Runtime="python3.13",
        Role=DEPLOYMENT.role_arn("connect"),
        Handler="scanner.handler",
        Code={"ZipFile": code.getvalue()},
        Timeout=10,
    )
    yield "probe"
    clients.functions.delete_function(FunctionName="probe")


def call(clients: Clients, probe: str, name: str, **arguments: object) -> object:
    payload = json.dumps({"call": name, "arguments": arguments}).encode()
    answer = clients.functions.invoke(FunctionName=probe, Payload=payload)
    return json.loads(answer["Payload"].read())


def test_a_function_may_do_what_the_topology_grants_and_nothing_else(clients: Clients, probe: str) -> None:
    item = {"connectionId": {"S": "probe"}, "roomId": {"S": "probe"}, "ttl": {"N": "1"}}
    connections, messages = DEPLOYMENT.name("connections"), DEPLOYMENT.name("messages")

    assert call(clients, probe, "put_item", TableName=connections, Item=item) == "done"
    assert call(clients, probe, "scan", TableName=connections) == "AccessDeniedException"
    assert call(clients, probe, "put_item", TableName=messages, Item=item) == "AccessDeniedException"


def test_provisioning_again_changes_nothing(stack: StackFile) -> None:
    reapply(stack, TOPOLOGY)

    assert reapply(stack, TOPOLOGY) == []


def test_a_changed_topology_is_applied_to_what_stands(stack: StackFile) -> None:
    shard = TOPOLOGY.queues["shard"].model_copy(update={"visibility_timeout_seconds": 200})
    connect = TOPOLOGY.functions["connect"].model_copy(update={"memory_mb": 640})
    changed = TOPOLOGY.model_copy(
        update={
            "queues": {**TOPOLOGY.queues, "shard": shard},
            "functions": {**TOPOLOGY.functions, "connect": connect},
        }
    )
    reapply(stack, TOPOLOGY)

    try:
        assert reapply(stack, changed) == [
            *(f"changed queue chat-local-shard-{number}" for number in range(4)),
            "changed configuration of function chat-local-connect",
        ]
    finally:
        reapply(stack, TOPOLOGY)


def test_a_dead_letter_raises_its_alarm_and_the_composite(stack: StackFile, clients: Clients) -> None:
    dead_letters, users = DEPLOYMENT.name("dead-letters"), DEPLOYMENT.name("users-are-affected")

    clients.sqs.send_message(QueueUrl=stack.dead_letter_queue_url, MessageBody="a job that failed too often")

    try:
        until_state(clients, "ALARM", dead_letters, users)
    finally:
        clients.sqs.purge_queue(QueueUrl=stack.dead_letter_queue_url)


def until_state(clients: Clients, state: str, *names: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        page = clients.cloudwatch.describe_alarms(
            AlarmNames=list(names), AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        states = {
            alarm["AlarmName"]: alarm["StateValue"]
            for alarm in (*page["MetricAlarms"], *page["CompositeAlarms"])
        }
        if states == dict.fromkeys(names, state):
            return
        assert time.monotonic() < deadline, states
        time.sleep(0.1)
