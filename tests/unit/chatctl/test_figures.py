"""The dashboard's figures, as CloudWatch on moto tells them."""

from datetime import UTC, datetime, timedelta

from chatctl.access import DeploymentAccess
from chatctl.figures import ChartFigures, Figures, chart_queries, read_figures
from infra.topology.deployment import Deployment
from infra.topology.model import Topology

NOW = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)


def chart(figures: Figures, title: str) -> ChartFigures:
    return next(chart for stage in figures.stages for chart in stage.charts if chart.title == title)


def test_a_chart_has_the_minutes_of_its_metrics_oldest_first(
    access: DeploymentAccess, topology: Topology
) -> None:
    minutes = [datetime(2026, 11, 23, 11, 58, tzinfo=UTC), datetime(2026, 11, 23, 11, 55, tzinfo=UTC)]
    for count, minute in enumerate([*minutes, NOW - timedelta(hours=2)], start=1):
        access.clients.cloudwatch.put_metric_data(
            Namespace=access.deployment.metrics_namespace(topology),
            MetricData=[
                {
                    "MetricName": "DeliveriesDelivered",
                    "Dimensions": [{"Name": "service", "Value": "fanout"}],
                    "Timestamp": minute,
                    "Value": count,
                }
            ],
        )

    figures = read_figures(access, topology, NOW)

    delivered, *others = chart(figures, "Deliveries").series
    assert delivered.points == tuple((int(minutes[n].timestamp() * 1000), n + 1) for n in (1, 0))
    assert not any(series.points for series in others)


def test_stages_and_charts_are_those_of_the_topology_in_its_order(
    access: DeploymentAccess, topology: Topology
) -> None:
    figures = read_figures(access, topology, NOW)

    shown = [(stage.title, [chart.title for chart in stage.charts]) for stage in figures.stages]
    assert shown == [(stage.title, [chart.title for chart in stage.charts]) for stage in topology.dashboard]


def test_a_line_for_each_shard_is_as_many_lines(topology: Topology, deployment: Deployment) -> None:
    charts = (chart for stage in topology.dashboard for chart in stage.charts)
    waiting = next(chart for chart in charts if chart.title == "Jobs waiting")

    queries = chart_queries("q", waiting, topology, deployment)

    assert {label: query["MetricStat"]["Metric"]["Dimensions"] for label, query in queries.items()} == {
        f"{label} {n}": [{"Name": "QueueName", "Value": f"chat-test-{queue}-{n}"}]
        for label, queue in (("shard", "shard"), ("slices", "slice"))
        for n in range(topology.shards)
    } | {"presence": [{"Name": "QueueName", "Value": "chat-test-presence"}]}
    assert len({query["Id"] for query in queries.values()}) == 2 * topology.shards + 1
