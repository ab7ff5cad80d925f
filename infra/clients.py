"""Clients of the AWS services that operators and the local stack use, each made at its first use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_iam import IAMClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Clients:
    """Clients by service. Making one takes some 70 ms, so a command pays only for those it uses.

    Attributes:
        create: makes a client of the service with that botocore name; keywords as of `create_client`.
    """

    create: Callable[..., Any]

    @cached_property
    def cloudwatch(self) -> CloudWatchClient:
        """CloudWatch: metrics and alarms."""
        client: CloudWatchClient = self.create("cloudwatch")
        return client

    @cached_property
    def cognito(self) -> CognitoIdentityProviderClient:
        """Cognito user pools."""
        client: CognitoIdentityProviderClient = self.create("cognito-idp")
        return client

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """DynamoDB."""
        client: DynamoDBClient = self.create("dynamodb")
        return client

    @cached_property
    def iam(self) -> IAMClient:
        """IAM: roles and their policies."""
        client: IAMClient = self.create("iam")
        return client

    @cached_property
    def functions(self) -> LambdaClient:
        """Lambda."""
        client: LambdaClient = self.create("lambda")
        return client

    @cached_property
    def logs(self) -> CloudWatchLogsClient:
        """CloudWatch Logs."""
        client: CloudWatchLogsClient = self.create("logs")
        return client

    @cached_property
    def sns(self) -> SNSClient:
        """SNS."""
        client: SNSClient = self.create("sns")
        return client

    @cached_property
    def sqs(self) -> SQSClient:
        """SQS."""
        client: SQSClient = self.create("sqs")
        return client

    def callback(self, address: str) -> ApiGatewayManagementApiClient:
        """Return a client of `@connections` at an API's address with its stage."""
        client: ApiGatewayManagementApiClient = self.create("apigatewaymanagementapi", endpoint_url=address)
        return client
