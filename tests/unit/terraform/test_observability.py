"""Alarms reach people, every function is watched, and the dashboard shows what exists."""

import json

from infra.topology.model import Topology
from tests.unit.terraform.plan import Plan


def test_every_function_is_watched_for_errors_throttles_and_time_outs(dev: Plan, topology: Topology) -> None:
    watched = {
        (metric["dimensions"]["FunctionName"], metric["metric_name"])
        for alarm in dev.of("aws_cloudwatch_metric_alarm").values()
        for metric in (alarm, *(metric for query in alarm["metric_query"] for metric in query["metric"]))
        if metric["namespace"] == "AWS/Lambda" and metric["dimensions"]
    }
    streamed = {(f"chat-dev-{name}", "IteratorAge") for name in ("sweeper", "index-messages")}

    assert (
        watched
        >= {
            (f"chat-dev-{name}", metric)
            for name in topology.functions
            for metric in ("Errors", "Throttles", "Duration")
        }
        | streamed
    )


def test_each_environment_counts_in_a_namespace_of_its_own(dev: Plan, prod: Plan) -> None:
    for plan, namespace in ((dev, "ServerlessChat/dev"), (prod, "ServerlessChat/prod")):
        written = {
            function["environment"][0]["variables"]["POWERTOOLS_METRICS_NAMESPACE"]
            for function in plan.of("aws_lambda_function").values()
        }
        alarms = plan.of("aws_cloudwatch_metric_alarm")
        watched = {alarms[name]["namespace"] for name in ("fanout-lag", "swept-messages")}

        assert written == watched == {namespace}


def test_every_alarm_tells_and_the_composite_pages(dev: Plan) -> None:
    topics = {name: topic["arn"] for name, topic in dev.named("aws_sns_topic", "alarms").items()}

    for alarm in dev.of("aws_cloudwatch_metric_alarm").values():
        assert alarm["alarm_actions"] == alarm["ok_actions"] == [topics["tell"]]
    for composite in dev.of("aws_cloudwatch_composite_alarm").values():
        assert set(composite["alarm_actions"]) == {topics["page"]}


def test_an_address_is_subscribed_to_what_it_was_given_for(whole: dict[str, Plan], dev: Plan) -> None:
    plan = whole["dev"]

    (subscription,) = plan.named("aws_sns_topic_subscription", "email").values()
    assert subscription["endpoint"] == "on-call@example.com"
    assert subscription["topic_arn"] == plan.named("aws_sns_topic", "alarms")["page"]["arn"]
    assert not dev.named("aws_sns_topic_subscription", "email")


def test_the_dashboard_shows_every_alarm_and_every_shard_without_overlap(dev: Plan) -> None:
    widgets = json.loads(dev.one("aws_cloudwatch_dashboard")["dashboard_body"])["widgets"]
    paging, telling, *charts = widgets

    shown_alarms = [*paging["properties"]["alarms"], *telling["properties"]["alarms"]]
    assert sorted(shown_alarms) == sorted(
        alarm["arn"] for alarm in dev.of("aws_cloudwatch_metric_alarm").values()
    )
    assert min(chart["y"] for chart in charts) == paging["height"] + telling["height"]
    places = [(widget["x"], widget["y"]) for widget in charts]
    assert len(set(places)) == len(places)
    assert all(widget["x"] + widget["width"] <= 24 for widget in widgets)
    shown = json.dumps(charts)
    assert all(f'"{queue["name"]}"' in shown for queue in dev.of("aws_sqs_queue").values())


def test_each_metric_of_the_dashboard_is_a_flat_list_as_cloudwatch_wants(dev: Plan) -> None:
    widgets = json.loads(dev.one("aws_cloudwatch_dashboard")["dashboard_body"])["widgets"]

    for widget in widgets[2:]:
        for metric in widget["properties"]["metrics"]:
            assert all(isinstance(part, str) for part in metric[:-1])
            assert isinstance(metric[-1], str | dict)
