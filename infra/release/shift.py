"""A release at a small share of the traffic first, while the alarms are watched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from infra.release.aliases import CLOSED, LIVE, version_of
from infra.release.versions import Published, Report

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_lambda import LambdaClient

SHARE = 0.10
WATCH_SECONDS = 300  # every alarm that pages looks back three minutes
LOOK_SECONDS = 15
ON = "ALARM"


class AlarmsCameOn(Exception):
    """Alarms came on while the new versions had their share; they have none any more."""


def share_then_watch(
    functions: LambdaClient,
    cloudwatch: CloudWatchClient,
    published: Published,
    *,
    prefix: str,
    report: Report,
    sleep: Callable[[float], None],
) -> None:
    """Give the new versions a tenth of the calls for five minutes.

    Functions that were never released get nothing: nobody depends on them yet. Those that the release leaves
    as they are get nothing either: Lambda gives no share to a version that has all. Alarms that were on
    before are no reason to stop: the release may be what ends them.

    Args:
        functions: client of AWS Lambda.
        cloudwatch: client of CloudWatch.
        published: what `publish` gave.
        prefix: first part of the names of the environment's alarms.
        report: takes one line about each step.
        sleep: takes seconds.

    Raises:
        AlarmsCameOn: names them; the old versions have all of the traffic again.
    """
    shared = [name for name, version in published.items() if _is_replaced(functions, name, version)]
    if not shared:
        return
    before = _on(cloudwatch, prefix)
    try:
        for name in shared:
            _weigh(functions, name, {published[name]: SHARE})
        report(f"{SHARE:.0%} of the calls go to the new versions for {WATCH_SECONDS // 60} minutes")
        for _ in range(WATCH_SECONDS // LOOK_SECONDS):
            sleep(LOOK_SECONDS)
            if new := _on(cloudwatch, prefix) - before:
                raise AlarmsCameOn(
                    f"{', '.join(sorted(new))}: the old versions have all of the traffic again"
                )
    except BaseException:
        _take_back(functions, shared)
        raise


def _is_replaced(functions: LambdaClient, name: str, version: str) -> bool:
    live = version_of(functions, name, LIVE)
    return live not in (None, version, version_of(functions, name, CLOSED))


def _take_back(functions: LambdaClient, names: Iterable[str]) -> None:
    for name in names:
        _weigh(functions, name, {})


def _weigh(functions: LambdaClient, name: str, weights: dict[str, float]) -> None:
    functions.update_alias(FunctionName=name, Name=LIVE, RoutingConfig={"AdditionalVersionWeights": weights})


def _on(cloudwatch: CloudWatchClient, prefix: str) -> set[str]:
    pages = cloudwatch.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix=f"{prefix}-", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return {
        alarm["AlarmName"]
        for page in pages
        for alarm in (*page["MetricAlarms"], *page["CompositeAlarms"])
        if alarm["StateValue"] == ON
    }
