"""Lets the emulator forget: it keeps all logs and metrics, and reads all of them at each question about them.

It answers nothing else meanwhile, so that a stack became slower with every message that it had carried. What
AWS forgets, it forgets after a log group's retention and after 15 months.
"""

import time
from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch, cloudwatch_logs, lambda_svc

# A log stream each, for who looks into what went wrong: a minute at the 60 messages a second of two cores.
KEPT_INVOCATIONS = 4_000
KEPT_METRICS_SECONDS = 3 * 3600  # alarms look back for an hour at most
EVICTION_SECONDS = 60.0  # between looks for old metrics; every request as shipped


def forget_old_logs(kept: int = KEPT_INVOCATIONS) -> None:
    """Let the emulator drop a function's oldest log stream for each one beyond `kept`.

    Raises:
        AttributeError: this MiniStack writes logs in another way.
    """
    emit: Callable[..., None] = lambda_svc._emit_lambda_logs
    groups = cloudwatch_logs._log_groups

    def emit_and_forget(func: dict[str, Any], *args: object, **options: object) -> None:
        emit(func, *args, **options)
        name = (func.get("config") or func)["FunctionName"]
        group = groups.get(f"/aws/lambda/{name}")
        while group and len(group["streams"]) > kept:
            group["streams"].pop(next(iter(group["streams"])), None)  # the oldest: a dict keeps its order

    lambda_svc._emit_lambda_logs = emit_and_forget


def forget_old_metrics(clock: Callable[[], float] = time.monotonic) -> None:
    """Let the emulator drop metrics after some hours, and look for them less often.

    Raises:
        AttributeError: this MiniStack keeps metrics in another way.
    """
    evict: Callable[[], None] = cloudwatch._evict_old_metrics
    cloudwatch.TWO_WEEKS_SECONDS = min(cloudwatch.TWO_WEEKS_SECONDS, KEPT_METRICS_SECONDS)
    due = clock()

    def evict_at_times() -> None:
        nonlocal due
        if clock() >= due:
            due = clock() + EVICTION_SECONDS
            evict()

    cloudwatch._evict_old_metrics = evict_at_times
