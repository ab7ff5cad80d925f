"""How each resource type is created, in the order of dependencies: planned values in, calls out."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from tests.rehearsal.requests import buckets, functions, identity, stores, watching, web
from tests.rehearsal.requests.made import Client, Made
from tests.unit.terraform.plan import Values


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
    "aws_iam_openid_connect_provider": identity.openid_provider,
    "aws_kms_key": identity.key,
    "aws_kms_alias": identity.key_alias,
    "aws_s3_bucket": buckets.bucket,
    "aws_s3_bucket_versioning": partial(
        buckets.bucket_setting,
        "put_bucket_versioning",
        "VersioningConfiguration",
        lambda values: {"Status": values["versioning_configuration"][0]["status"]},
    ),
    "aws_s3_bucket_public_access_block": partial(
        buckets.bucket_setting,
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
        buckets.bucket_setting,
        "put_bucket_ownership_controls",
        "OwnershipControls",
        lambda values: {"Rules": [{"ObjectOwnership": values["rule"][0]["object_ownership"]}]},
    ),
    "aws_s3_bucket_server_side_encryption_configuration": partial(
        buckets.bucket_setting,
        "put_bucket_encryption",
        "ServerSideEncryptionConfiguration",
        lambda _: {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]},
    ),
    "aws_s3_bucket_lifecycle_configuration": partial(
        buckets.bucket_setting,
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
    "aws_iam_role": identity.role,
    "aws_iam_role_policy_attachment": identity.attachment,
    "aws_cloudfront_origin_access_control": web.origin_access_control,
    **dict.fromkeys(BEYOND_MOTO, _beyond_moto),
    "aws_cloudfront_distribution": web.distribution,
    "aws_s3_bucket_policy": partial(
        buckets.bucket_setting,
        "put_bucket_policy",
        "Policy",
        lambda values: json.dumps(json.loads(values["policy"])),
    ),
    "aws_dynamodb_table": stores.table,
    "aws_sns_topic": stores.topic,
    "aws_sqs_queue": stores.queue,
    "aws_sqs_queue_policy": partial(stores.queue_attribute, "Policy", "policy"),
    "aws_sqs_queue_redrive_policy": partial(stores.queue_attribute, "RedrivePolicy", "redrive_policy"),
    "aws_sqs_queue_redrive_allow_policy": partial(
        stores.queue_attribute, "RedriveAllowPolicy", "redrive_allow_policy"
    ),
    "aws_sns_topic_subscription": stores.subscription,
    "aws_cognito_user_pool": identity.user_pool,
    "aws_cognito_user_pool_client": identity.user_pool_client,
    "aws_apigatewayv2_api": functions.api,
    "aws_cloudwatch_log_group": watching.log_group,
    "aws_iam_role_policy": identity.role_policy,
    "aws_iam_policy": identity.policy,
    "aws_lambda_function": functions.function,
    "aws_lambda_alias": functions.function_alias,
    "aws_lambda_event_source_mapping": functions.mapping,
    "aws_apigatewayv2_integration": functions.integration,
    "aws_apigatewayv2_route": functions.route,
    "aws_apigatewayv2_route_response": functions.route_response,
    "aws_cloudwatch_event_rule": functions.schedule,
    "aws_cloudwatch_event_target": functions.scheduled_call,
    "aws_lambda_function_event_invoke_config": functions.invoke_config,
    "aws_lambda_permission": functions.permission,
    "aws_cloudwatch_metric_alarm": watching.alarm,
    "aws_cloudwatch_dashboard": watching.dashboard,
}
ORDER = tuple(CREATE)
