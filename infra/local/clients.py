"""boto3 clients for one AWS endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_iam import IAMClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

# The emulator takes any key; this one is its account 000000000000.
LOCAL_KEY = "test"


@dataclass(frozen=True)
class Clients:
    """boto3 clients of every service that operators and the local stack talk to."""

    cloudwatch: CloudWatchClient
    cognito: CognitoIdentityProviderClient
    dynamodb: DynamoDBClient
    iam: IAMClient
    functions: LambdaClient
    logs: CloudWatchLogsClient
    sns: SNSClient
    sqs: SQSClient


def local_session(region: str) -> boto3.Session:
    """Return a session with the emulator's key."""
    return boto3.Session(LOCAL_KEY, LOCAL_KEY, region_name=region)


def local_clients(endpoint_url: str, region: str) -> Clients:
    """Clients for an emulator on this machine: short time-outs, one retry, no credentials looked up."""
    session = local_session(region)
    config = Config(
        connect_timeout=2,
        read_timeout=30,
        retries={"total_max_attempts": 2, "mode": "standard"},
        proxies={},
    )
    return Clients(
        cloudwatch=session.client("cloudwatch", endpoint_url=endpoint_url, config=config),
        cognito=session.client("cognito-idp", endpoint_url=endpoint_url, config=config),
        dynamodb=session.client("dynamodb", endpoint_url=endpoint_url, config=config),
        iam=session.client("iam", endpoint_url=endpoint_url, config=config),
        functions=session.client("lambda", endpoint_url=endpoint_url, config=config),
        logs=session.client("logs", endpoint_url=endpoint_url, config=config),
        sns=session.client("sns", endpoint_url=endpoint_url, config=config),
        sqs=session.client("sqs", endpoint_url=endpoint_url, config=config),
    )
