"""The quotas of an account are read as Service Quotas tells them, by AWS's own model of it."""

import boto3
import pytest
from botocore.stub import Stubber

from tests.load.quotas import Quotas, read_quotas


def quota(name: str, value: float) -> dict[str, object]:
    return {"QuotaName": name, "Value": value}


@pytest.fixture
def account() -> Stubber:
    stubber = Stubber(
        boto3.client(
            "service-quotas", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
        )
    )
    stubber.activate()
    return stubber


def test_the_quotas_of_the_account_are_found_on_whatever_page_they_are(account: Stubber) -> None:
    account.add_response(
        "list_service_quotas",
        {"Quotas": [quota("Throttle rate", 2500.0)], "NextToken": "more"},
        {"ServiceCode": "apigateway"},
    )
    account.add_response(
        "list_service_quotas",
        {"Quotas": [quota("WebSocket new connections per second", 50.0)]},
        {"ServiceCode": "apigateway", "NextToken": "more"},
    )
    account.add_response(
        "list_service_quotas", {"Quotas": [quota("Concurrent executions", 10.0)]}, {"ServiceCode": "lambda"}
    )
    assert read_quotas(account.client) == Quotas(new_connections=50.0, requests=2500.0, concurrency=10.0)
    account.assert_no_pending_responses()


def test_what_the_account_has_no_quota_of_its_own_for_is_as_aws_has_it(account: Stubber) -> None:
    for service in ("apigateway", "lambda"):
        account.add_response(
            "list_service_quotas", {"Quotas": [quota("Something else", 1.0)]}, {"ServiceCode": service}
        )
    assert read_quotas(account.client) == Quotas()
