"""The trace of a message goes with its job from queue to queue.

The emulator keeps the trace header of a single message, not of those sent in a batch: for these
`tests/unit/fanout/test_batch.py` looks at the calls.
"""

import asyncio
from typing import Any

from chatctl.access import access_of_stack
from chatctl.commands.trace import HOUR_MS, find_steps
from infra.topology.file import load_topology
from services.fanout.records import MAX_ATTEMPTS
from shared.jobs import DeliveryJob, Target, shard_of
from shared.protocol.message import Message
from tests.integration.fault_scenes import members
from tests.integration.faulty_stack import FaultyStack
from tests.support.eventually import eventually

TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"
HEADER = f"Root={TRACE_ID};Sampled=0"


def steps_of(faults: FaultyStack, message: Message) -> list[dict[str, Any]]:
    access, until = access_of_stack(load_topology(), faults.stack), message.created_at + HOUR_MS
    return find_steps(access, message.message_id, since=0, until=until)


async def test_a_job_is_logged_and_dead_lettered_in_the_trace_of_its_message(
    faults: FaultyStack, room: str
) -> None:
    async with members(faults, room, "alice", "bob") as (alice, bob):
        said = Message.model_validate(await alice.say("Hello", room))
        await bob.until_said("Hello", room=room)
        traced = said.model_copy(update={"message_id": said.message_id[:-4] + "0000"})
        connections = [faults.connection_id(client) for client in (alice, bob)]
        targets = tuple(Target(connection_id=each, protocol="v2") for each in connections)
        faults.faults({"action": "status", "status": 500, "connection_ids": [connections[1]]})

        faults.client("sqs").send_message(
            QueueUrl=faults.stack.shard_queue_urls[shard_of(room, len(faults.stack.shard_queue_urls))],
            MessageBody=DeliveryJob.of(traced, targets=targets, attempt=MAX_ATTEMPTS - 1).encode(),
            MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": HEADER}},
        )

        await eventually(lambda: bool(steps_of(faults, traced)))

    (step,) = await asyncio.to_thread(steps_of, faults, traced)
    assert (step["settlement"], step["traceId"]) == ("Undeliverable", TRACE_ID)
    (letter,) = faults.client("sqs").receive_message(
        QueueUrl=faults.stack.dead_letter_queue_url,
        MessageSystemAttributeNames=["AWSTraceHeader"],
        WaitTimeSeconds=5,
    )["Messages"]
    assert letter["Attributes"]["AWSTraceHeader"] == HEADER
