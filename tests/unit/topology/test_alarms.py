"""Alarms of the topology become CloudWatch's requests."""

import re
from dataclasses import replace
from pathlib import Path

from botocore import xform_name
from botocore.session import Session

from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.render.alarms import composite_alarms, metric_alarms


def test_an_alarm_for_each_shard_watches_that_shards_queue(
    topology: Topology, deployment: Deployment
) -> None:
    watched = {
        alarm["AlarmName"]: alarm["Dimensions"]
        for alarm in metric_alarms(topology, deployment)
        if "oldest-message-age" in alarm["AlarmName"]
    }

    assert watched == {
        f"chat-test-oldest-message-age-{n}": [{"Name": "QueueName", "Value": f"chat-test-shard-{n}"}]
        for n in range(4)
    }


def test_a_share_of_the_time_out_becomes_milliseconds(topology: Topology, deployment: Deployment) -> None:
    thresholds = {alarm["AlarmName"]: alarm["Threshold"] for alarm in metric_alarms(topology, deployment)}

    assert thresholds["chat-test-function-duration-fanout"] == 24_000
    assert thresholds["chat-test-function-duration-connect"] == 8_000


def test_a_share_of_the_account_becomes_executions(topology: Topology, deployment: Deployment) -> None:
    thresholds = {alarm["AlarmName"]: alarm["Threshold"] for alarm in metric_alarms(topology, deployment)}

    assert thresholds["chat-test-concurrency"] == 0.8 * topology.account_concurrency


def test_each_index_is_watched_under_the_name_of_its_table(
    topology: Topology, deployment: Deployment
) -> None:
    (alarm,) = (
        alarm
        for alarm in metric_alarms(topology, deployment)
        if alarm["AlarmName"] == "chat-test-index-throttles-connections-roomId-index"
    )

    assert [query["MetricStat"]["Metric"]["Dimensions"] for query in alarm["Metrics"][1:]] == [
        [
            {"Name": "TableName", "Value": "chat-test-connections"},
            {"Name": "GlobalSecondaryIndexName", "Value": "roomId-index"},
        ]
    ] * 2


def test_alarms_and_charts_ask_api_gateway_for_what_it_tells_without_detailed_metrics(
    topology: Topology,
) -> None:
    """Those by route cost 0.30 USD a month each, five for every route.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html
    """
    watched = [each for alarm in topology.alarms.values() for each in (*alarm.metrics.values(), alarm.metric)]
    drawn = [line for stage in topology.dashboard for chart in stage.charts for line in chart.lines]

    of_api_gateway = [each for each in (*watched, *drawn) if each and each.namespace == "AWS/ApiGateway"]

    assert of_api_gateway
    assert all(each.dimensions.keys() == {"ApiId"} for each in of_api_gateway)


def test_errors_of_every_dynamodb_operation_that_the_stores_call_are_counted(topology: Topology) -> None:
    """One that is left out fails unseen, as transactions did, which are every send."""
    operations = Session().get_service_model("dynamodb").operation_names
    code = "".join(path.read_text(encoding="utf-8") for path in Path("shared/stores").glob("*.py"))
    called = {
        name
        for name in operations
        if re.search(rf"client\.{xform_name(name)}\(|get_paginator\(\"{xform_name(name)}\"\)", code)
    }

    counted = {
        metric.dimensions["Operation"].value for metric in topology.alarms["table-errors"].metrics.values()
    }

    assert "TransactWriteItems" in called
    assert counted == called


def test_internal_errors_of_every_service_that_answers_frames_are_counted(topology: Topology) -> None:
    """One that is left out fails unseen."""
    answering = {
        service
        for path in Path("services").glob("*/handlers/*.py")
        if "answering(" in (code := path.read_text(encoding="utf-8"))
        for service in re.findall(r'observability\("(\w+)"\)', code)
    }
    counted = topology.alarms["internal-errors"].metrics.values()
    drawn = [
        line
        for stage in topology.dashboard
        for chart in stage.charts
        for line in chart.lines
        if line.name == "InternalErrors"
    ]

    assert {"ingest", "rooms"} < answering
    assert {metric.dimensions["service"].value for metric in counted} == answering
    assert {line.dimensions["service"].value for line in drawn} == answering


def test_whatever_follows_a_stream_or_keeps_dead_letters_is_watched(topology: Topology) -> None:
    """One that is left out falls behind, or fills, unseen."""
    watched = [
        (metric.name, reference)
        for alarm in topology.alarms.values()
        for metric in (*alarm.metrics.values(), alarm.metric)
        if metric
        for reference in metric.dimensions.values()
    ]
    following = {
        name
        for name, function in topology.functions.items()
        if any(each.stream for each in function.consumes)
    }
    dead_letters = {queue.dead_letter_queue for queue in topology.queues.values() if queue.dead_letter_queue}

    assert following == {reference.function for name, reference in watched if name == "IteratorAge"}
    assert dead_letters <= {reference.queue for _, reference in watched}


def test_dynamodb_is_called_in_the_stores_alone() -> None:
    services = "".join(path.read_text(encoding="utf-8") for path in Path("services").rglob("*.py"))

    assert not re.search(r"\.(\w+_item|\w+_items|get_paginator)\(", services)


def test_percentiles_and_other_statistics_go_where_cloudwatch_wants_them(
    topology: Topology, deployment: Deployment
) -> None:
    alarms = {alarm["AlarmName"]: alarm for alarm in metric_alarms(topology, deployment)}

    assert alarms["chat-test-fanout-lag"]["ExtendedStatistic"] == "p99"
    assert "Statistic" not in alarms["chat-test-fanout-lag"]
    assert alarms["chat-test-fanout-lag"]["Namespace"] == "ServerlessChat/test"
    assert alarms["chat-test-dead-letters"]["Statistic"] == "Maximum"


def test_an_expression_returns_the_result_alone(topology: Topology, deployment: Deployment) -> None:
    (alarm,) = (
        alarm
        for alarm in metric_alarms(topology, deployment)
        if alarm["AlarmName"].endswith("delivery-failures")
    )

    assert {query["Id"]: query["ReturnData"] for query in alarm["Metrics"]} == {
        "result": True,
        "failed": False,
        "delivered": False,
    }
    assert "MetricName" not in alarm


def test_the_composite_listens_to_every_alarm_that_pages(topology: Topology, deployment: Deployment) -> None:
    (composite,) = composite_alarms(topology, deployment)
    rule = composite["AlarmRule"].split(" OR ")
    metric_alarm_names = {alarm["AlarmName"] for alarm in metric_alarms(topology, deployment)}

    assert "ALARM(chat-test-dead-letters)" in rule
    assert "ALARM(chat-test-oldest-message-age-3)" in rule
    assert not [term for term in rule if "concurrency" in term]
    assert {term.removeprefix("ALARM(").removesuffix(")") for term in rule} <= metric_alarm_names


def test_every_alarm_leads_to_its_runbook(topology: Topology, deployment: Deployment) -> None:
    descriptions = [alarm["AlarmDescription"] for alarm in metric_alarms(topology, deployment)]

    assert all(f"Runbook: {topology.runbooks}/" in description for description in descriptions)


def test_every_alarm_names_its_runbook(topology: Topology, deployment: Deployment) -> None:
    deployment = replace(deployment, schedules=True)
    descriptions = [
        alarm["AlarmDescription"]
        for alarm in (*metric_alarms(topology, deployment), *composite_alarms(topology, deployment))
    ]

    pages = {description.split(f" Runbook: {topology.runbooks}/")[1] for description in descriptions}
    assert pages == {f"{name}.md" for name in (*topology.alarms, *topology.composite_alarms)}


def test_an_alarm_on_a_schedule_stands_where_something_runs_by_it(
    topology: Topology, deployment: Deployment
) -> None:
    standing = [
        {str(alarm["AlarmName"]) for alarm in metric_alarms(topology, each)}
        for each in (deployment, replace(deployment, schedules=True))
    ]

    assert standing[1] - standing[0] == {"chat-test-canary", "chat-test-canary-silent"}
    (composite,) = composite_alarms(topology, deployment)
    assert "ALARM(chat-test-canary)" not in composite["AlarmRule"].split(" OR ")
