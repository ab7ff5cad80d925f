"""Functions hold the rights they need, log what they do, and run where they should."""

import json
from collections.abc import Iterator

from infra.topology.model import Topology
from tests.unit.terraform.plan import Plan, Values

# AWS offers no narrower resource for these (Service Authorization Reference: AWS X-Ray, Amazon EC2).
ACTIONS_WITHOUT_RESOURCE = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
}


def test_no_right_holds_a_wildcard_where_aws_offers_a_name(dev: Plan, prod: Plan) -> None:
    for plan in (dev, prod):
        allowed = [statement for statement in _statements(plan) if statement["Effect"] == "Allow"]

        assert allowed
        for statement in allowed:
            assert not [action for action in _list(statement["Action"]) if "*" in action]
            if "*" in _list(statement["Resource"]):
                assert set(_list(statement["Action"])) <= ACTIONS_WITHOUT_RESOURCE


def test_no_function_may_scan(prod: Plan) -> None:
    assert "dynamodb:Scan" not in [
        action for statement in _statements(prod) for action in _list(statement["Action"])
    ]


def test_code_may_not_touch_network_interfaces(prod: Plan) -> None:
    for name in _networked(prod):
        policy = prod.named("aws_iam_role_policy", "platform")[name]
        (denial,) = (s for s in json.loads(policy["policy"])["Statement"] if s["Effect"] == "Deny")
        function = prod.of("aws_lambda_function")[name]["arn"]
        assert denial["Condition"] == {"ArnEquals": {"lambda:SourceFunctionArn": function}}
        assert "ec2:CreateNetworkInterface" in denial["Action"]


def test_every_function_logs_json_for_fourteen_days_encrypted(dev: Plan, topology: Topology) -> None:
    groups = {group["name"]: group for group in dev.of("aws_cloudwatch_log_group").values()}

    for name, function in dev.of("aws_lambda_function").items():
        (logging,) = function["logging_config"]
        assert logging["log_format"] == "JSON"
        assert groups[logging["log_group"]]["retention_in_days"] == 14
        assert groups[logging["log_group"]]["kms_key_id"] == dev.one("aws_kms_key")["arn"]
        assert logging["log_group"] == f"/aws/lambda/{topology.project}-dev-{name}"


def test_the_way_of_a_message_is_traced(dev: Plan) -> None:
    traced = {
        name
        for name, function in dev.of("aws_lambda_function").items()
        if function["tracing_config"] == [{"mode": "Active"}]
    }

    assert traced == {"send-message", "fanout"}


def test_every_function_is_published_behind_its_live_alias(dev: Plan, topology: Topology) -> None:
    for function in dev.of("aws_lambda_function").values():
        assert function["publish"]
    aliases = dev.of("aws_lambda_alias")
    assert aliases.keys() == topology.functions.keys()
    assert {alias["name"] for alias in dev.named("aws_lambda_alias", "live").values()} == {"live"}
    assert dev.named("aws_lambda_alias", "closed").keys() == topology.functions.keys()


def test_queues_invoke_the_live_alias(dev: Plan) -> None:
    invoked = {mapping["function_name"] for mapping in dev.of("aws_lambda_event_source_mapping").values()}

    assert invoked
    assert invoked <= {alias["arn"] for alias in dev.of("aws_lambda_alias").values()}


def test_functions_run_in_the_private_subnets(prod: Plan) -> None:
    private = {values["id"] for values in prod.named("aws_subnet", "private").values()}

    for name in _networked(prod):
        assert set(prod.of("aws_lambda_function")[name]["vpc_config"][0]["subnet_ids"]) == private


def test_the_canary_comes_from_outside_as_users_do(prod: Plan) -> None:
    platform = json.loads(prod.named("aws_iam_role_policy", "platform")["canary"]["policy"])

    assert not prod.of("aws_lambda_function")["canary"]["vpc_config"]
    assert not [action for s in platform["Statement"] for action in _list(s["Action"]) if "ec2:" in action]


def test_the_canary_runs_where_an_environment_asks_for_it_and_no_run_is_repeated(
    dev: Plan, prod: Plan
) -> None:
    always = {"apply-retention", "close-expired", "erase-accounts"}
    assert dev.of("aws_cloudwatch_event_rule").keys() == always
    rules, targets = prod.of("aws_cloudwatch_event_rule"), prod.of("aws_cloudwatch_event_target")
    rule, target = rules["canary"], targets["canary"]
    permission = prod.named("aws_lambda_permission", "schedule")["canary"]
    repetition = prod.of("aws_lambda_function_event_invoke_config")["canary"]

    assert rule["schedule_expression"] == "rate(5 minutes)"
    assert rules["close-expired"]["schedule_expression"] == "rate(1 minute)"
    assert target["rule"] == rule["name"]
    assert target["arn"] == prod.named("aws_lambda_alias", "live")["canary"]["arn"]
    assert (permission["principal"], permission["source_arn"]) == ("events.amazonaws.com", rule["arn"])
    assert repetition["qualifier"] == permission["qualifier"] == "live"
    assert repetition["maximum_retry_attempts"] == 0


def test_alarms_on_the_canary_stand_where_it_runs(dev: Plan, prod: Plan) -> None:
    standing = [
        {name for name in plan.of("aws_cloudwatch_metric_alarm") if name in {"canary", "canary-silent"}}
        for plan in (dev, prod)
    ]

    assert standing == [set(), {"canary", "canary-silent"}]


def test_without_a_vpc_there_is_no_right_on_networks(dev: Plan) -> None:
    assert not any(function["vpc_config"] for function in dev.of("aws_lambda_function").values())
    assert not [
        action for s in _statements(dev) for action in _list(s["Action"]) if action.startswith("ec2:")
    ]


def test_lambdas_own_lines_about_every_invocation_are_left_out_in_production(dev: Plan, prod: Plan) -> None:
    for plan, level in ((dev, "INFO"), (prod, "WARN")):
        assert {
            function["logging_config"][0]["system_log_level"]
            for function in plan.of("aws_lambda_function").values()
        } == {level}


def test_production_keeps_concurrency_for_those_who_send(prod: Plan) -> None:
    assert prod.of("aws_lambda_function")["send-message"]["reserved_concurrent_executions"] == 100


def test_a_storm_of_connections_leaves_the_fan_out_its_workers(prod: Plan, topology: Topology) -> None:
    mappings = [source for source in topology.functions["fanout"].consumes if source.queue]
    most = sum((source.maximum_concurrency or 0) * topology.shards for source in mappings)

    assert prod.of("aws_lambda_function")["fanout"]["reserved_concurrent_executions"] >= most


def _networked(plan: Plan) -> set[str]:
    """The functions that are in a network where the environment has one."""
    return plan.of("aws_lambda_function").keys() - {"canary"}


def _statements(plan: Plan) -> Iterator[Values]:
    for block in ("grants", "platform"):
        for policy in plan.named("aws_iam_role_policy", block).values():
            yield from json.loads(policy["policy"])["Statement"]


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
