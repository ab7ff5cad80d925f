"""What `chatctl dashboard` shows: the charts of the topology's dashboard, and the state of each alarm."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from chatctl.access import DeploymentAccess
from chatctl.health import AlarmNow, read_alarms
from chatctl.metrics import Points, read_points
from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.parts.dashboard import Chart
from infra.topology.render.alarms import metric_stat

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

WINDOW_MINUTES = 30
PERIOD_SECONDS = 60


class Series(BaseModel):
    """One line of a chart."""

    model_config = ConfigDict(frozen=True)

    label: str
    points: Points


class ChartFigures(BaseModel):
    """A chart with its lines."""

    model_config = ConfigDict(frozen=True)

    title: str
    unit: str
    series: tuple[Series, ...]


class StageFigures(BaseModel):
    """A column of the dashboard with its charts."""

    model_config = ConfigDict(frozen=True)

    title: str
    charts: tuple[ChartFigures, ...]


class Figures(BaseModel):
    """One deployment at one moment, `at` in epoch ms, and in the `minutes` before it."""

    model_config = ConfigDict(frozen=True)

    prefix: str
    at: int
    minutes: int
    alarms: tuple[AlarmNow, ...]
    stages: tuple[StageFigures, ...]


def read_figures(access: DeploymentAccess, topology: Topology, now: datetime) -> Figures:
    """Ask CloudWatch."""
    queries = {
        (column, row): chart_queries(f"s{column}c{row}", chart, topology, access.deployment)
        for column, stage in enumerate(topology.dashboard)
        for row, chart in enumerate(stage.charts)
    }
    asked = [query for of_chart in queries.values() for query in of_chart.values()]
    first = now.replace(second=0, microsecond=0) - timedelta(minutes=WINDOW_MINUTES)
    points = read_points(access.clients.cloudwatch, asked, first, now + timedelta(seconds=1))
    return Figures(
        prefix=access.prefix,
        at=int(now.timestamp() * 1000),
        minutes=WINDOW_MINUTES,
        alarms=tuple(read_alarms(access.clients.cloudwatch, access.prefix)),
        stages=tuple(
            StageFigures(
                title=stage.title,
                charts=tuple(
                    ChartFigures(
                        title=chart.title,
                        unit=chart.unit,
                        series=tuple(
                            Series(label=label, points=points[query["Id"]])
                            for label, query in queries[column, row].items()
                        ),
                    )
                    for row, chart in enumerate(stage.charts)
                ),
            )
            for column, stage in enumerate(topology.dashboard)
        ),
    )


def chart_queries(
    key: str, chart: Chart, topology: Topology, deployment: Deployment
) -> dict[str, MetricDataQueryTypeDef]:
    """Return the queries of a chart's lines by their labels; `key` begins their ids."""
    lines = [(line, each) for line in chart.lines for each in topology.instances(line.each)]
    return {
        line.label.replace("{each}", each or ""): {
            "Id": f"{key}l{number}",
            "MetricStat": metric_stat(line, each, PERIOD_SECONDS, topology, deployment),
        }
        for number, (line, each) in enumerate(lines)
    }
