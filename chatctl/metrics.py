"""CloudWatch metrics, read in as few calls as it allows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

QUERIES_A_CALL = 500  # CloudWatch API reference, GetMetricData

Points = tuple[tuple[int, float], ...]
"""Pairs of a period's start (epoch ms) and its value, oldest first."""


def metric_query(
    query_id: str,
    namespace: str,
    metric: str,
    dimension: tuple[str, str],
    *,
    statistic: str,
    period_seconds: int,
) -> MetricDataQueryTypeDef:
    """Return the query of a metric with one dimension, a pair of name and value."""
    return {
        "Id": query_id,
        "MetricStat": {
            "Metric": {
                "Namespace": namespace,
                "MetricName": metric,
                "Dimensions": [{"Name": dimension[0], "Value": dimension[1]}],
            },
            "Period": period_seconds,
            "Stat": statistic,
        },
    }


def read_points(
    cloudwatch: CloudWatchClient, queries: Sequence[MetricDataQueryTypeDef], start: datetime, end: datetime
) -> dict[str, Points]:
    """Return the points of each query by its id; none for one that CloudWatch knows nothing of."""
    points: dict[str, Points] = {query["Id"]: () for query in queries}
    for first in range(0, len(queries), QUERIES_A_CALL):
        pages = cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries[first : first + QUERIES_A_CALL], StartTime=start, EndTime=end
        )
        for page in pages:
            for result in page["MetricDataResults"]:
                moments = (int(moment.timestamp() * 1000) for moment in result["Timestamps"])
                found = zip(moments, result["Values"], strict=True)
                points[result["Id"]] = tuple(sorted([*points[result["Id"]], *found]))
    return points
