"""The WebSocket API: its routes' rights, limits, logs and address."""

import json

from tests.unit.terraform.plan import Plan


def test_the_route_is_chosen_by_the_action_of_the_body(dev: Plan) -> None:
    api = dev.one("aws_apigatewayv2_api")

    assert api["protocol_type"] == "WEBSOCKET"
    assert api["ip_address_type"] == "dualstack"
    assert api["route_selection_expression"] == "$request.body.action"


def test_each_route_may_invoke_the_live_alias_of_its_function_alone(dev: Plan) -> None:
    api = dev.one("aws_apigatewayv2_api")

    permissions = {
        route: permission
        for route, permission in dev.of("aws_lambda_permission").items()
        if permission["principal"] == "apigateway.amazonaws.com"
    }
    assert permissions.keys() == dev.of("aws_apigatewayv2_route").keys()
    for route, permission in permissions.items():
        assert permission["source_arn"] == f"{api['execution_arn']}/dev/{route}"
        assert permission["qualifier"] == "live"


def test_no_throttle_is_lower_than_the_account_s_since_one_user_could_use_it_up(
    dev: Plan, prod: Plan
) -> None:
    for plan in (dev, prod):
        stage = plan.one("aws_apigatewayv2_stage")
        (default,) = stage["default_route_settings"]
        assert (default["throttling_rate_limit"], default["throttling_burst_limit"]) == (10_000, 5_000)
        assert not stage["route_settings"]


def test_cloudwatch_charges_for_no_metric_of_a_route(dev: Plan, prod: Plan) -> None:
    for plan in (dev, prod):
        stage = plan.one("aws_apigatewayv2_stage")
        for settings in (*stage["default_route_settings"], *stage["route_settings"]):
            assert not settings["detailed_metrics_enabled"]


def test_no_log_holds_query_strings_bodies_or_tokens(prod: Plan) -> None:
    stage = prod.one("aws_apigatewayv2_stage")
    logged = set(json.loads(stage["access_log_settings"][0]["format"]).values())

    assert logged
    assert not [
        value
        for value in logged
        if "querystring" in value.lower() or "authorizer" in value or "body" in value
    ]
    assert "$context.path" not in logged
    for settings in (*stage["default_route_settings"], *stage["route_settings"]):
        assert settings["logging_level"] == "OFF"
        assert not settings["data_trace_enabled"]


def test_an_own_domain_is_what_clients_are_told_while_functions_post_to_the_aws_one(
    whole: dict[str, Plan],
) -> None:
    plan = whole["prod"]
    stack = plan.outputs["stack"]
    (headers,) = plan.one("aws_cloudfront_response_headers_policy")["security_headers_config"]

    assert stack["websocketUrl"] == "wss://ws.example.com"
    assert stack["callbackUrl"].endswith(".amazonaws.com/prod")
    assert plan.one("aws_apigatewayv2_api_mapping")["domain_name"]
    records = {(each["name"], each["type"]) for each in plan.values_of("aws_route53_record")}
    assert records >= {("ws.example.com", "A"), ("ws.example.com", "AAAA")}
    assert (
        "connect-src 'self' wss://ws.example.com https://"
        in headers["content_security_policy"][0]["content_security_policy"]
    )
