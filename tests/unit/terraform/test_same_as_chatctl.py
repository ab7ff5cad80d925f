"""What Terraform would create on AWS is what chatctl creates on this machine."""

import json
from typing import Any

import pytest

from chatctl.figures import chart_queries
from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.render import policies
from infra.topology.render.alarms import composite_alarms, metric_alarms
from infra.topology.render.functions import event_source_mappings, function_request
from infra.topology.render.queues import queue_attributes, subscriptions
from infra.topology.render.tables import table_definition
from infra.topology.render.values import Outputs, environment_of
from tests.unit.terraform.plan import REGION, Plan
from tests.unit.terraform.requests import (
    alarm_of,
    by_name,
    index,
    key_schema,
    parsed,
    queue_attributes_of,
    sorted_projection,
    statements,
    without_order,
)

QUEUE_MAPPING = ("BatchSize", "MaximumBatchingWindowInSeconds", "ScalingConfig", "FunctionResponseTypes")


@pytest.fixture(scope="session")
def deployment(dev: Plan, topology: Topology) -> Deployment:
    """Where the plan of `dev` stands."""
    account = dev.of("aws_sns_topic")["main"]["arn"].split(":")[4]
    return Deployment(topology.project, "dev", REGION, account, dev.one("aws_apigatewayv2_api")["id"])


def test_the_tables_have_the_same_keys_and_indexes(
    dev: Plan, topology: Topology, deployment: Deployment
) -> None:
    planned = dev.of("aws_dynamodb_table")

    assert planned.keys() == topology.tables.keys()
    for name, table in topology.tables.items():
        wanted = table_definition(name, table, deployment)
        assert planned[name]["name"] == wanted["TableName"]
        assert planned[name]["billing_mode"] == wanted["BillingMode"]
        assert key_schema(planned[name]) == wanted["KeySchema"]
        assert sorted((key["name"], key["type"]) for key in planned[name]["attribute"]) == [
            (key["AttributeName"], key["AttributeType"]) for key in wanted["AttributeDefinitions"]
        ]
        assert sorted(map(index, planned[name]["global_secondary_index"]), key=by_name) == [
            {**index, "Projection": sorted_projection(index["Projection"])}
            for index in sorted(wanted.get("GlobalSecondaryIndexes", []), key=by_name)
        ]
        assert [ttl["attribute_name"] for ttl in planned[name]["ttl"]] == (
            [table.ttl_attribute] if table.ttl_attribute else []
        )
        stream = wanted.get("StreamSpecification", {"StreamEnabled": False})
        assert bool(planned[name]["stream_enabled"]) == stream["StreamEnabled"]
        if stream["StreamEnabled"]:
            assert planned[name]["stream_view_type"] == stream["StreamViewType"]


def test_the_queues_have_the_same_attributes_and_policies(
    dev: Plan, topology: Topology, deployment: Deployment
) -> None:
    planned = {
        values["name"]: queue_attributes_of(dev, values["name"])
        for values in dev.of("aws_sqs_queue").values()
    }

    assert planned == {
        name: {
            key: parsed(value) for key, value in queue_attributes(queue, name, topology, deployment).items()
        }
        for queue in topology.queues
        for name in deployment.queue_names(topology, queue)
    }


def test_the_subscriptions_filter_and_redrive_the_same(
    dev: Plan, topology: Topology, deployment: Deployment
) -> None:
    planned = {
        values["endpoint"]: {
            "RawMessageDelivery": values["raw_message_delivery"],
            "FilterPolicy": json.loads(values["filter_policy"]),
            "RedrivePolicy": json.loads(values["redrive_policy"]),
        }
        for values in dev.of("aws_sns_topic_subscription").values()
    }

    assert planned == {
        request["Endpoint"]: {key: parsed(value) for key, value in request["Attributes"].items()}
        for request in subscriptions(topology, deployment)
    }


def test_each_function_is_configured_the_same(dev: Plan, topology: Topology, deployment: Deployment) -> None:
    planned = dev.of("aws_lambda_function")
    outputs = _facts(dev)

    assert planned.keys() == topology.functions.keys()
    for name, function in topology.functions.items():
        wanted = function_request(
            name, function, deployment, b"", environment_of(name, topology, deployment, outputs)
        )
        assert {
            "FunctionName": planned[name]["function_name"],
            "Runtime": planned[name]["runtime"],
            "Architectures": planned[name]["architectures"],
            "Role": planned[name]["role"],
            "Handler": planned[name]["handler"],
            "Code": {"ZipFile": b""},
            "MemorySize": planned[name]["memory_size"],
            "Timeout": planned[name]["timeout"],
            "Environment": {"Variables": planned[name]["environment"][0]["variables"]},
        } == wanted


def test_each_function_may_do_the_same_and_nothing_else(
    dev: Plan, topology: Topology, deployment: Deployment
) -> None:
    planned = dev.named("aws_iam_role_policy", "grants")

    assert {name: statements(json.loads(values["policy"])) for name, values in planned.items()} == {
        name: statements(
            policies.role_policy(
                name, topology, deployment, user_pool_id=dev.one("aws_cognito_user_pool")["id"]
            )
        )
        for name, function in topology.functions.items()
        if function.grants  # AWS takes no policy without a statement
    }


def test_the_shard_queues_are_consumed_the_same(
    dev: Plan, topology: Topology, deployment: Deployment
) -> None:
    planned = {
        values["event_source_arn"]: {
            "BatchSize": values["batch_size"],
            "MaximumBatchingWindowInSeconds": values["maximum_batching_window_in_seconds"],
            "ScalingConfig": {"MaximumConcurrency": values["scaling_config"][0]["maximum_concurrency"]},
            "FunctionResponseTypes": values["function_response_types"],
        }
        for values in dev.named("aws_lambda_event_source_mapping", "queue").values()
    }

    assert planned == {
        mapping["EventSourceArn"]: {key: value for key, value in mapping.items() if key in QUEUE_MAPPING}
        for name in topology.functions
        for mapping in event_source_mappings(name, topology, deployment)
        if ":sqs:" in mapping["EventSourceArn"]
    }


def test_the_streams_are_consumed_the_same(dev: Plan, topology: Topology, deployment: Deployment) -> None:
    planned = [
        {
            "BatchSize": values["batch_size"],
            "MaximumBatchingWindowInSeconds": values["maximum_batching_window_in_seconds"],
            "StartingPosition": values["starting_position"],
            "BisectBatchOnFunctionError": values["bisect_batch_on_function_error"],
            "FilterCriteria": {
                "Filters": [{"Pattern": each["pattern"]} for each in values["filter_criteria"][0]["filter"]]
            },
        }
        for values in dev.named("aws_lambda_event_source_mapping", "stream").values()
    ]

    assert sorted(without_spaces(each) for each in planned) == sorted(
        without_spaces({key: value for key, value in mapping.items() if key in planned[0]})
        for name in topology.functions
        for mapping in event_source_mappings(name, topology, deployment)
        if ":dynamodb:" in mapping["EventSourceArn"]
    )


def test_only_the_fan_out_may_call_itself_in_a_loop(dev: Plan, topology: Topology) -> None:
    planned = {
        name: values["recursive_loop"]
        for name, values in dev.of("aws_lambda_function_recursion_config").items()
    }

    assert planned == {name: function.recursive_loop for name, function in topology.functions.items()}
    assert [name for name, loop in planned.items() if loop == "Allow"] == ["fanout"]


def test_the_routes_lead_to_the_same_functions_and_answer_the_same(dev: Plan, topology: Topology) -> None:
    integrations = {
        values["id"]: function for function, values in dev.of("aws_apigatewayv2_integration").items()
    }
    planned = {
        key: (
            integrations[values["target"].removeprefix("integrations/")],
            values["route_response_selection_expression"] == "$default",
            key in dev.of("aws_apigatewayv2_route_response"),
        )
        for key, values in dev.of("aws_apigatewayv2_route").items()
    }

    assert planned == {
        key: (route.function, route.route_response, route.route_response)
        for key, route in topology.routes.items()
    }


def test_the_alarms_are_the_same(dev: Plan, topology: Topology, deployment: Deployment) -> None:
    planned = {
        values["alarm_name"]: alarm_of(values) for values in dev.of("aws_cloudwatch_metric_alarm").values()
    }

    assert planned == {
        alarm["AlarmName"]: without_order(dict(alarm)) for alarm in metric_alarms(topology, deployment)
    }


def test_the_composite_alarms_watch_the_same(dev: Plan, topology: Topology, deployment: Deployment) -> None:
    planned = {
        values["alarm_name"]: (values["alarm_description"], sorted(values["alarm_rule"].split(" OR ")))
        for values in dev.of("aws_cloudwatch_composite_alarm").values()
    }

    assert planned == {
        alarm["AlarmName"]: (alarm.get("AlarmDescription"), sorted(alarm["AlarmRule"].split(" OR ")))
        for alarm in composite_alarms(topology, deployment)
    }


def without_spaces(mapping: dict[str, Any]) -> str:
    return json.dumps(mapping, sort_keys=True).replace(" ", "")


def _facts(plan: Plan) -> Outputs:
    stack = plan.outputs["stack"]
    pool = plan.one("aws_cognito_user_pool")["id"]
    return Outputs(
        queue_urls={values["name"]: values["url"] for values in plan.of("aws_sqs_queue").values()},
        callback_url=stack["callbackUrl"],
        websocket_url=stack["websocketUrl"],
        identity={
            "user_pool_id": pool,
            "client_id": plan.one("aws_cognito_user_pool_client")["id"],
            "issuer": f"https://cognito-idp.{REGION}.amazonaws.com/{pool}",
        },
        settings={
            "auth_mode": "cognito",
            "allowed_origins": f"https://{plan.one('aws_cloudfront_distribution')['domain_name']}",
            "log_level": "DEBUG",
            "metrics_namespace": "ServerlessChat/dev",
        },
    )


def test_the_dashboard_shows_the_same_metrics_in_the_same_places(
    dev: Plan, topology: Topology, deployment: Deployment
) -> None:
    shown = json.loads(dev.one("aws_cloudwatch_dashboard")["dashboard_body"])["widgets"]
    widgets = [each for each in shown if each["type"] == "metric"]
    top = min(each["y"] for each in widgets)
    charts = [
        (column, row, f"{stage.title}: {chart.title}", chart)
        for column, stage in enumerate(topology.dashboard)
        for row, chart in enumerate(stage.charts)
    ]

    assert len(widgets) == len(charts)
    for widget, (column, row, title, chart) in zip(widgets, charts, strict=True):
        assert (widget["x"] // widget["width"], (widget["y"] - top) // widget["height"]) == (column, row)
        assert widget["properties"]["title"].startswith(title)
        assert widget["properties"]["metrics"] == [
            [
                query["MetricStat"]["Metric"]["Namespace"],
                query["MetricStat"]["Metric"]["MetricName"],
                *(part for each in query["MetricStat"]["Metric"]["Dimensions"] for part in each.values()),
                {"label": label, "stat": query["MetricStat"]["Stat"]},
            ]
            for label, query in chart_queries("q", chart, topology, deployment).items()
        ]
