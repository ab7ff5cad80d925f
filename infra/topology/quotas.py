"""What AWS would refuse, or does not recommend, of a topology that is otherwise right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.topology.model import Topology

DEAD_LETTER_SOURCES = 10  # that may be named (SQS API, SetQueueAttributes, RedriveAllowPolicy)
# Children of a composite alarm (CloudWatch user guide, service quotas), and alarms of a dashboard's widget
# (CloudWatch API reference, "Dashboard body structure and syntax").
MOST_ALARMS = 100
FUNCTION_NAME, BUCKET_NAME = 64, 63  # characters: Lambda and IAM API references, "Bucket naming rules" of S3


def short_visibility_timeouts(topology: Topology) -> Iterator[str]:
    """Yield a sentence for each queue whose messages come back while they are still worked on."""
    for name, function in topology.functions.items():
        for source in function.consumes:
            queue = topology.queues.get(source.queue or "")
            # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: six times the time-out
            if queue and queue.visibility_timeout_seconds < 6 * function.timeout_seconds:
                yield f"function {name}: its queue's visibility time-out is under six times its own time-out"


def beyond_quotas(topology: Topology) -> Iterator[str]:
    """Yield a sentence for each thing that AWS would refuse in the middle of an `apply`."""
    for name in topology.queues:
        sources = sum(
            topology.shards if queue.per_shard else 1
            for queue in topology.queues.values()
            if queue.dead_letter_queue == name
        )
        if sources > DEAD_LETTER_SOURCES:
            yield f"queue {name}: dead letters of {sources} queues, SQS takes those of {DEAD_LETTER_SOURCES}"
    # Terraform's variable `environment` takes ten characters.
    longest = max(len(f"{topology.project}-{'e' * 10}-{name}") for name in topology.functions)
    if longest > FUNCTION_NAME:
        yield f"function names of {longest} characters, Lambda and IAM take {FUNCTION_NAME}: shorten project"
    bucket = len(f"{topology.project}-terraform-state-{'0' * 12}")
    if bucket > BUCKET_NAME:
        yield f"a bucket's name of {bucket} characters, S3 takes {BUCKET_NAME}: shorten project"
    for severity in ("page", "tell"):
        alarms = sum(
            len(topology.instances(alarm.each))
            for alarm in topology.alarms.values()
            if alarm.severity == severity
        )
        if alarms > MOST_ALARMS:
            yield f"{alarms} alarms {severity}, CloudWatch takes {MOST_ALARMS} in one rule or widget"
