"""The requests that create a resource, by its type: planned values in, botocore calls out."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.unit.terraform.plan import REGION, REPOSITORY, Values
from tests.unit.terraform.requests import alarm_of

Client = Callable[[str], Any]


@dataclass(frozen=True)
class Made:
    """`facts` are the attributes that only AWS knows; `delete` undoes it."""

    facts: Mapping[str, str] = field(default_factory=dict)
    delete: Callable[[], Any] = lambda: None


def _bucket(client: Client, values: Values) -> Made:
    s3, name = client("s3"), values["bucket"]
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})

    def delete() -> None:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
            for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                s3.delete_object(Bucket=name, Key=version["Key"], VersionId=version["VersionId"])
        s3.delete_bucket(Bucket=name)

    return Made(delete=delete)


def _bucket_setting(
    call: str, parameter: str, setting: Callable[[Values], Any], client: Client, values: Values
) -> Made:
    getattr(client("s3"), call)(Bucket=values["bucket"], **{parameter: setting(values)})
    return Made()


def _role(client: Client, values: Values) -> Made:
    iam, name = client("iam"), values["name"]
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=values["assume_role_policy"],
        MaxSessionDuration=values["max_session_duration"] or 3600,
    )
    return Made({"arn": made["Role"]["Arn"]}, partial(iam.delete_role, RoleName=name))


def _role_policy(client: Client, values: Values) -> Made:
    iam, name, role = client("iam"), values["name"], values["role"]
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=values["policy"])
    return Made(delete=partial(iam.delete_role_policy, RoleName=role, PolicyName=name))


def _attachment(client: Client, values: Values) -> Made:
    iam, names = client("iam"), {"RoleName": values["role"], "PolicyArn": values["policy_arn"]}
    iam.attach_role_policy(**names)
    return Made(delete=partial(iam.detach_role_policy, **names))


def _policy(client: Client, values: Values) -> Made:
    iam = client("iam")
    arn = iam.create_policy(PolicyName=values["name"], PolicyDocument=values["policy"])["Policy"]["Arn"]
    return Made({"arn": arn}, partial(iam.delete_policy, PolicyArn=arn))


def _openid_provider(client: Client, values: Values) -> Made:
    iam = client("iam")
    made = iam.create_open_id_connect_provider(
        Url=values["url"], ClientIDList=values["client_id_list"], ThumbprintList=["0" * 40]
    )
    arn = made["OpenIDConnectProviderArn"]
    return Made({"arn": arn}, partial(iam.delete_open_id_connect_provider, OpenIDConnectProviderArn=arn))


def _key(client: Client, values: Values) -> Made:
    kms = client("kms")
    made = kms.create_key(Description=values["description"], Policy=values["policy"])["KeyMetadata"]
    kms.enable_key_rotation(KeyId=made["KeyId"])
    schedule = partial(
        kms.schedule_key_deletion, KeyId=made["KeyId"], PendingWindowInDays=values["deletion_window_in_days"]
    )
    return Made({"id": made["KeyId"], "key_id": made["KeyId"], "arn": made["Arn"]}, schedule)


def _key_alias(client: Client, values: Values) -> Made:
    kms = client("kms")
    kms.create_alias(AliasName=values["name"], TargetKeyId=values["target_key_id"])
    return Made(delete=partial(kms.delete_alias, AliasName=values["name"]))


def _table(client: Client, values: Values) -> Made:
    dynamodb, name = client("dynamodb"), values["name"]
    made = dynamodb.create_table(
        TableName=name,
        BillingMode=values["billing_mode"],
        AttributeDefinitions=[
            {"AttributeName": each["name"], "AttributeType": each["type"]} for each in values["attribute"]
        ],
        KeySchema=_key_schema([(values["hash_key"], "HASH"), (values["range_key"], "RANGE")]),
        **_indexes(values),
        SSESpecification={
            "Enabled": True,
            "SSEType": "KMS",
            "KMSMasterKeyId": values["server_side_encryption"][0]["kms_key_arn"],
        },
        DeletionProtectionEnabled=values["deletion_protection_enabled"],
        **_stream(values),
    )
    for ttl in values["ttl"]:
        dynamodb.update_time_to_live(
            TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": ttl["attribute_name"]}
        )
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    table = made["TableDescription"]
    facts = {"arn": table["TableArn"], "stream_arn": table.get("LatestStreamArn", "")}
    return Made(facts, partial(dynamodb.delete_table, TableName=name))


def _stream(values: Values) -> dict[str, Any]:
    if not values["stream_enabled"]:
        return {}
    return {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": values["stream_view_type"]}}


def _indexes(values: Values) -> dict[str, Any]:
    indexes = [
        {
            "IndexName": index["name"],
            "KeySchema": _key_schema(
                [(key["attribute_name"], key["key_type"]) for key in index["key_schema"]]
            ),
            "Projection": {"ProjectionType": index["projection_type"]}
            | ({"NonKeyAttributes": index["non_key_attributes"]} if index["non_key_attributes"] else {}),
        }
        for index in values["global_secondary_index"]
    ]
    return {"GlobalSecondaryIndexes": indexes} if indexes else {}


def _key_schema(keys: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys]


def _queue(client: Client, values: Values) -> Made:
    sqs = client("sqs")
    url = sqs.create_queue(
        QueueName=values["name"],
        Attributes={
            "VisibilityTimeout": str(values["visibility_timeout_seconds"]),
            "MessageRetentionPeriod": str(values["message_retention_seconds"]),
            "SqsManagedSseEnabled": "true",
        },
    )["QueueUrl"]
    return Made({"url": url, "id": url}, partial(sqs.delete_queue, QueueUrl=url))


def _queue_attribute(attribute: str, argument: str, client: Client, values: Values) -> Made:
    client("sqs").set_queue_attributes(QueueUrl=values["queue_url"], Attributes={attribute: values[argument]})
    return Made()


def _topic(client: Client, values: Values) -> Made:
    sns = client("sns")
    arn = sns.create_topic(Name=values["name"], Attributes={"KmsMasterKeyId": values["kms_master_key_id"]})[
        "TopicArn"
    ]
    return Made({"arn": arn, "id": arn}, partial(sns.delete_topic, TopicArn=arn))


def _subscription(client: Client, values: Values) -> Made:
    sns = client("sns")
    attributes = {
        "RawMessageDelivery": "true",
        "FilterPolicyScope": values["filter_policy_scope"],
        "FilterPolicy": values["filter_policy"],
        "RedrivePolicy": values["redrive_policy"],
    }
    arn = sns.subscribe(
        TopicArn=values["topic_arn"],
        Protocol=values["protocol"],
        Endpoint=values["endpoint"],
        Attributes={} if values["protocol"] == "email" else attributes,
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return Made({"arn": arn}, partial(sns.unsubscribe, SubscriptionArn=arn))


def _log_group(client: Client, values: Values) -> Made:
    logs, name = client("logs"), values["name"]
    logs.create_log_group(logGroupName=name, kmsKeyId=values["kms_key_id"])
    logs.put_retention_policy(logGroupName=name, retentionInDays=values["retention_in_days"])
    return Made(delete=partial(logs.delete_log_group, logGroupName=name))


def _user_pool(client: Client, values: Values) -> Made:
    cognito = client("cognito-idp")
    made = cognito.create_user_pool(
        PoolName=values["name"],
        UserPoolTier=values["user_pool_tier"],
        DeletionProtection=values["deletion_protection"],
        AliasAttributes=values["alias_attributes"],
        AutoVerifiedAttributes=values["auto_verified_attributes"],
        UsernameConfiguration={"CaseSensitive": False},
        Schema=[
            {
                "Name": each["name"],
                "AttributeDataType": each["attribute_data_type"],
                "Required": each["required"],
                "Mutable": each["mutable"],
            }
            for each in values["schema"]
        ],
    )["UserPool"]
    cognito.set_user_pool_mfa_config(
        UserPoolId=made["Id"],
        MfaConfiguration=values["mfa_configuration"],
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    return Made(
        {"id": made["Id"], "arn": made["Arn"]}, partial(cognito.delete_user_pool, UserPoolId=made["Id"])
    )


def _user_pool_client(client: Client, values: Values) -> Made:
    cognito = client("cognito-idp")
    (units,) = values["token_validity_units"]
    made = cognito.create_user_pool_client(
        UserPoolId=values["user_pool_id"],
        ClientName=values["name"],
        GenerateSecret=values["generate_secret"],
        ExplicitAuthFlows=values["explicit_auth_flows"],
        PreventUserExistenceErrors=values["prevent_user_existence_errors"],
        EnableTokenRevocation=values["enable_token_revocation"],
        IdTokenValidity=values["id_token_validity"],
        AccessTokenValidity=values["access_token_validity"],
        RefreshTokenValidity=values["refresh_token_validity"],
        TokenValidityUnits={
            "IdToken": units["id_token"],
            "AccessToken": units["access_token"],
            "RefreshToken": units["refresh_token"],
        },
    )["UserPoolClient"]
    ids = {"UserPoolId": values["user_pool_id"], "ClientId": made["ClientId"]}
    return Made({"id": made["ClientId"]}, partial(cognito.delete_user_pool_client, **ids))


def _function(client: Client, values: Values) -> Made:
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


def _function_alias(client: Client, values: Values) -> Made:
    functions = client("lambda")
    names = {"FunctionName": values["function_name"], "Name": values["name"]}
    functions.create_alias(**names, FunctionVersion="1")
    return Made(delete=partial(functions.delete_alias, **names))


def _mapping(client: Client, values: Values) -> Made:
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


def _permission(client: Client, values: Values) -> Made:
    functions = client("lambda")
    names = {"FunctionName": values["function_name"], "StatementId": f"s{time.monotonic_ns()}"}
    functions.add_permission(
        **names, Action=values["action"], Principal=values["principal"], SourceArn=values["source_arn"]
    )
    return Made(delete=partial(functions.remove_permission, **names))


def _api(client: Client, values: Values) -> Made:
    api = client("apigatewayv2")
    made = api.create_api(
        Name=values["name"],
        ProtocolType=values["protocol_type"],
        RouteSelectionExpression=values["route_selection_expression"],
        IpAddressType=values["ip_address_type"],
    )
    return Made({"id": made["ApiId"]}, partial(api.delete_api, ApiId=made["ApiId"]))


def _integration(client: Client, values: Values) -> Made:
    made = client("apigatewayv2").create_integration(
        ApiId=values["api_id"],
        IntegrationType=values["integration_type"],
        IntegrationMethod=values["integration_method"],
        IntegrationUri=values["integration_uri"],
        ContentHandlingStrategy=values["content_handling_strategy"],
        TimeoutInMillis=values["timeout_milliseconds"],
    )
    return Made({"id": made["IntegrationId"]})


def _route(client: Client, values: Values) -> Made:
    route: dict[str, Any] = {
        "ApiId": values["api_id"],
        "RouteKey": values["route_key"],
        "AuthorizationType": values["authorization_type"],
        "Target": values["target"],
    }
    if values["route_response_selection_expression"]:
        route["RouteResponseSelectionExpression"] = values["route_response_selection_expression"]
    return Made({"id": client("apigatewayv2").create_route(**route)["RouteId"]})


def _route_response(client: Client, values: Values) -> Made:
    client("apigatewayv2").create_route_response(
        ApiId=values["api_id"], RouteId=values["route_id"], RouteResponseKey=values["route_response_key"]
    )
    return Made()


def _distribution(client: Client, values: Values) -> Made:
    cloudfront = client("cloudfront")
    (origin,) = values["origin"]
    (behaviour,) = values["default_cache_behavior"]
    made = cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": values["comment"],
            "Comment": values["comment"],
            "Enabled": values["enabled"],
            "DefaultRootObject": values["default_root_object"],
            "Origins": {
                "Quantity": 1,
                "Items": [
                    {
                        "Id": origin["origin_id"],
                        "DomainName": origin["domain_name"],
                        "S3OriginConfig": {"OriginAccessIdentity": ""},
                        "OriginAccessControlId": origin["origin_access_control_id"],
                    }
                ],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": behaviour["target_origin_id"],
                "ViewerProtocolPolicy": behaviour["viewer_protocol_policy"],
                "CachePolicyId": behaviour["cache_policy_id"],
                "ResponseHeadersPolicyId": behaviour["response_headers_policy_id"],
            },
        }
    )["Distribution"]

    def delete() -> None:
        standing = cloudfront.get_distribution_config(Id=made["Id"])
        config = {**standing["DistributionConfig"], "Enabled": False}
        disabled = cloudfront.update_distribution(
            Id=made["Id"], IfMatch=standing["ETag"], DistributionConfig=config
        )
        cloudfront.delete_distribution(Id=made["Id"], IfMatch=disabled["ETag"])

    return Made({"id": made["Id"], "arn": made["ARN"], "domain_name": made["DomainName"]}, delete)


def _origin_access_control(client: Client, values: Values) -> Made:
    cloudfront = client("cloudfront")
    made = cloudfront.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": values["name"],
            "OriginAccessControlOriginType": values["origin_access_control_origin_type"],
            "SigningBehavior": values["signing_behavior"],
            "SigningProtocol": values["signing_protocol"],
        }
    )
    ids = {"Id": made["OriginAccessControl"]["Id"], "IfMatch": made["ETag"]}
    return Made({"id": ids["Id"]}, partial(cloudfront.delete_origin_access_control, **ids))


def _alarm(client: Client, values: Values) -> Made:
    cloudwatch = client("cloudwatch")
    alarm = alarm_of(values)
    if "Dimensions" in alarm:
        alarm["Dimensions"] = _as_list(alarm["Dimensions"])
    for query in alarm.get("Metrics", ()):
        if "MetricStat" in query:
            query["MetricStat"]["Metric"]["Dimensions"] = _as_list(
                query["MetricStat"]["Metric"]["Dimensions"] or {}
            )
    cloudwatch.put_metric_alarm(**alarm, AlarmActions=values["alarm_actions"], OKActions=values["ok_actions"])
    return Made(delete=partial(cloudwatch.delete_alarms, AlarmNames=[values["alarm_name"]]))


def _as_list(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def _dashboard(client: Client, values: Values) -> Made:
    cloudwatch, name = client("cloudwatch"), values["dashboard_name"]
    cloudwatch.put_dashboard(DashboardName=name, DashboardBody=values["dashboard_body"])
    return Made(delete=partial(cloudwatch.delete_dashboards, DashboardNames=[name]))


def _beyond_moto(client: Client, values: Values) -> Made:
    """Moto lacks the calls of this type; `rights` and tfcheck are all that look at it."""
    return Made()


BEYOND_MOTO = (
    "aws_api_gateway_account",
    "aws_cloudfront_function",
    "aws_cloudfront_response_headers_policy",
    "aws_apigatewayv2_deployment",
    "aws_lambda_function_recursion_config",
    "aws_apigatewayv2_stage",
    "aws_cloudwatch_composite_alarm",
    "aws_cloudwatch_query_definition",
)
# Each after what it refers to.
CREATE: dict[str, Callable[[Client, Values], Made]] = {
    "aws_iam_openid_connect_provider": _openid_provider,
    "aws_kms_key": _key,
    "aws_kms_alias": _key_alias,
    "aws_s3_bucket": _bucket,
    "aws_s3_bucket_versioning": partial(
        _bucket_setting,
        "put_bucket_versioning",
        "VersioningConfiguration",
        lambda values: {"Status": values["versioning_configuration"][0]["status"]},
    ),
    "aws_s3_bucket_public_access_block": partial(
        _bucket_setting,
        "put_public_access_block",
        "PublicAccessBlockConfiguration",
        lambda values: {
            "BlockPublicAcls": values["block_public_acls"],
            "BlockPublicPolicy": values["block_public_policy"],
            "IgnorePublicAcls": values["ignore_public_acls"],
            "RestrictPublicBuckets": values["restrict_public_buckets"],
        },
    ),
    "aws_s3_bucket_ownership_controls": partial(
        _bucket_setting,
        "put_bucket_ownership_controls",
        "OwnershipControls",
        lambda values: {"Rules": [{"ObjectOwnership": values["rule"][0]["object_ownership"]}]},
    ),
    "aws_s3_bucket_server_side_encryption_configuration": partial(
        _bucket_setting,
        "put_bucket_encryption",
        "ServerSideEncryptionConfiguration",
        lambda _: {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]},
    ),
    "aws_s3_bucket_lifecycle_configuration": partial(
        _bucket_setting,
        "put_bucket_lifecycle_configuration",
        "LifecycleConfiguration",
        lambda values: {
            "Rules": [
                {
                    "ID": rule["id"],
                    "Status": rule["status"],
                    "Filter": {"Prefix": ""},
                    "NoncurrentVersionExpiration": {
                        "NoncurrentDays": rule["noncurrent_version_expiration"][0]["noncurrent_days"]
                    },
                }
                for rule in values["rule"]
            ]
        },
    ),
    "aws_iam_role": _role,
    "aws_iam_role_policy_attachment": _attachment,
    "aws_cloudfront_origin_access_control": _origin_access_control,
    **dict.fromkeys(BEYOND_MOTO, _beyond_moto),
    "aws_cloudfront_distribution": _distribution,
    "aws_s3_bucket_policy": partial(
        _bucket_setting,
        "put_bucket_policy",
        "Policy",
        lambda values: json.dumps(json.loads(values["policy"])),
    ),
    "aws_dynamodb_table": _table,
    "aws_sns_topic": _topic,
    "aws_sqs_queue": _queue,
    "aws_sqs_queue_policy": partial(_queue_attribute, "Policy", "policy"),
    "aws_sqs_queue_redrive_policy": partial(_queue_attribute, "RedrivePolicy", "redrive_policy"),
    "aws_sqs_queue_redrive_allow_policy": partial(
        _queue_attribute, "RedriveAllowPolicy", "redrive_allow_policy"
    ),
    "aws_sns_topic_subscription": _subscription,
    "aws_cognito_user_pool": _user_pool,
    "aws_cognito_user_pool_client": _user_pool_client,
    "aws_apigatewayv2_api": _api,
    "aws_cloudwatch_log_group": _log_group,
    "aws_iam_role_policy": _role_policy,
    "aws_iam_policy": _policy,
    "aws_lambda_function": _function,
    "aws_lambda_alias": _function_alias,
    "aws_lambda_event_source_mapping": _mapping,
    "aws_apigatewayv2_integration": _integration,
    "aws_apigatewayv2_route": _route,
    "aws_apigatewayv2_route_response": _route_response,
    "aws_lambda_permission": _permission,
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_cloudwatch_dashboard": _dashboard,
}
ORDER = tuple(CREATE)
