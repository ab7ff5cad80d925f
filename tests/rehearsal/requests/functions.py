"""Requests for Lambda functions, and for what calls them."""

from __future__ import annotations

import io
import time
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

from tests.rehearsal.requests.made import Client, Made
from tests.unit.terraform.plan import REPOSITORY, Values


def function(client: Client, values: Values) -> Made:
    functions, name = client("lambda"), values["function_name"]
    (logging,) = values["logging_config"]
    made = functions.create_function(
        FunctionName=name,
        Role=values["role"],
        Runtime=values["runtime"],
        Architectures=values["architectures"],
        Handler=values["handler"],
        MemorySize=values["memory_size"],
        Timeout=values["timeout"],
        Code={"ZipFile": closed_package()},
        Publish=True,
        Environment=values["environment"][0] and {"Variables": values["environment"][0]["variables"]},
        TracingConfig={"Mode": values["tracing_config"][0]["mode"]},
        LoggingConfig={
            "LogFormat": logging["log_format"],
            "ApplicationLogLevel": logging["application_log_level"],
            "SystemLogLevel": logging["system_log_level"],
            "LogGroup": logging["log_group"],
        },
    )
    if values["reserved_concurrent_executions"] > 0:
        functions.put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=values["reserved_concurrent_executions"]
        )
    arn = made["FunctionArn"].removesuffix(":1")
    return Made({"arn": arn}, partial(functions.delete_function, FunctionName=name))


def closed_package() -> bytes:
    """The package of the version that answers 503, as Terraform's archive_file makes it."""
    closed = Path(REPOSITORY / "infra/terraform/modules/functions/closed.py").read_text(encoding="utf-8")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("closed.py", closed)
    return buffer.getvalue()


def function_alias(client: Client, values: Values) -> Made:
    functions = client("lambda")
    names = {"FunctionName": values["function_name"], "Name": values["name"]}
    functions.create_alias(**names, FunctionVersion="1")
    return Made(delete=partial(functions.delete_alias, **names))


def mapping(client: Client, values: Values) -> Made:
    functions = client("lambda")
    mapping: dict[str, Any] = {
        "EventSourceArn": values["event_source_arn"],
        "FunctionName": values["function_name"].split(":function:")[-1].split(":")[0],
        "BatchSize": values["batch_size"],
    }
    if values["function_response_types"]:
        mapping["FunctionResponseTypes"] = values["function_response_types"]
    for scaling in values["scaling_config"]:
        mapping["ScalingConfig"] = {"MaximumConcurrency": scaling["maximum_concurrency"]}
    if values["starting_position"]:
        mapping["StartingPosition"] = values["starting_position"]
    made = functions.create_event_source_mapping(**mapping)
    return Made(delete=partial(functions.delete_event_source_mapping, UUID=made["UUID"]))


def permission(client: Client, values: Values) -> Made:
    functions = client("lambda")
    names = {"FunctionName": values["function_name"], "StatementId": f"s{time.monotonic_ns()}"}
    functions.add_permission(
        **names, Action=values["action"], Principal=values["principal"], SourceArn=values["source_arn"]
    )
    return Made(delete=partial(functions.remove_permission, **names))


def schedule(client: Client, values: Values) -> Made:
    events, name = client("events"), values["name"]
    made = events.put_rule(
        Name=name, Description=values["description"], ScheduleExpression=values["schedule_expression"]
    )
    return Made({"arn": made["RuleArn"]}, partial(events.delete_rule, Name=name))


def scheduled_call(client: Client, values: Values) -> Made:
    events, rule = client("events"), values["rule"]
    events.put_targets(Rule=rule, Targets=[{"Id": "function", "Arn": values["arn"]}])
    return Made(delete=partial(events.remove_targets, Rule=rule, Ids=["function"]))


def invoke_config(client: Client, values: Values) -> Made:
    functions = client("lambda")
    names = {"FunctionName": values["function_name"], "Qualifier": values["qualifier"]}
    functions.put_function_event_invoke_config(
        **names,
        MaximumEventAgeInSeconds=values["maximum_event_age_in_seconds"],
        MaximumRetryAttempts=values["maximum_retry_attempts"],
    )
    return Made(delete=partial(functions.delete_function_event_invoke_config, **names))


def api(client: Client, values: Values) -> Made:
    api = client("apigatewayv2")
    made = api.create_api(
        Name=values["name"],
        ProtocolType=values["protocol_type"],
        RouteSelectionExpression=values["route_selection_expression"],
        IpAddressType=values["ip_address_type"],
    )
    return Made({"id": made["ApiId"]}, partial(api.delete_api, ApiId=made["ApiId"]))


def integration(client: Client, values: Values) -> Made:
    made = client("apigatewayv2").create_integration(
        ApiId=values["api_id"],
        IntegrationType=values["integration_type"],
        IntegrationMethod=values["integration_method"],
        IntegrationUri=values["integration_uri"],
        ContentHandlingStrategy=values["content_handling_strategy"],
        TimeoutInMillis=values["timeout_milliseconds"],
    )
    return Made({"id": made["IntegrationId"]})


def route(client: Client, values: Values) -> Made:
    route: dict[str, Any] = {
        "ApiId": values["api_id"],
        "RouteKey": values["route_key"],
        "AuthorizationType": values["authorization_type"],
        "Target": values["target"],
    }
    if values["route_response_selection_expression"]:
        route["RouteResponseSelectionExpression"] = values["route_response_selection_expression"]
    return Made({"id": client("apigatewayv2").create_route(**route)["RouteId"]})


def route_response(client: Client, values: Values) -> Made:
    client("apigatewayv2").create_route_response(
        ApiId=values["api_id"], RouteId=values["route_id"], RouteResponseKey=values["route_response_key"]
    )
    return Made()
