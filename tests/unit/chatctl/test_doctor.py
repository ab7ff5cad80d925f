"""`doctor` finds what the alarms do not tell, and names the page to read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from chatctl.access import DeploymentAccess
from chatctl.doctor import CLOUDFRONT_REGION, Finding, examine
from infra.topology.deployment import Deployment
from infra.topology.model import Topology

NOW = datetime(2026, 11, 27, tzinfo=UTC)
REGION = "eu-central-1"
DEPLOYMENT = Deployment("chat", "dev", REGION, "123456789012", "api")


def _healthy() -> dict[str, Any]:
    """What AWS answers of an environment in order, by the call."""
    return {
        "get_account_settings": {"AccountLimit": {"ConcurrentExecutions": 1_000}},
        "get_service_quota": {"Quota": {"Value": 500.0}},
        "alarms": [],
        "list_subscriptions_by_topic": {
            "Subscriptions": [{"SubscriptionArn": "arn:1", "Endpoint": "a@example.com"}]
        },
        "live": {"FunctionVersion": "7"},
        "closed": {"FunctionVersion": "1"},
        "get_domain_names": {
            "Items": [
                {"DomainName": "ws.example.com", "DomainNameConfigurations": [{"CertificateArn": "arn:c"}]}
            ]
        },
        "list_distributions": [_distribution("chat-dev"), _distribution("other", "arn:of-others")],
        "describe_certificate": {"Certificate": {"NotAfter": NOW + timedelta(days=90)}},
    }


def _distribution(comment: str, arn: str = "") -> dict[str, Any]:
    certificate = {"ACMCertificateArn": arn} if arn else {"CloudFrontDefaultCertificate": True}
    return {
        "Comment": comment,
        "Aliases": {"Quantity": 1, "Items": ["chat.example.com"]},
        "ViewerCertificate": certificate,
    }


def _client(answers: dict[str, Any]) -> Callable[..., Any]:
    names = ("get_service_quota", "get_domain_names", "describe_certificate")
    calls = {name: partial(_answer, answers[name]) for name in names}
    pages = [{"DistributionList": {"Items": answers["list_distributions"]}}, {"DistributionList": {}}]
    paginator = SimpleNamespace(paginate=lambda: pages)

    def client(service: str, region: str = REGION) -> Any:
        if (service, region) == ("acm", CLOUDFRONT_REGION):
            soon = {"Certificate": {"NotAfter": NOW + timedelta(days=5)}}
            return SimpleNamespace(describe_certificate=partial(_answer, soon))
        return SimpleNamespace(**calls, get_paginator=lambda _: paginator)

    return client


def _answer(value: Any, **_: Any) -> Any:
    return value


def _access(answers: dict[str, Any]) -> DeploymentAccess:
    def call(name: str) -> Callable[..., Any]:
        return lambda **_: answers[name]

    pages = [{"MetricAlarms": answers["alarms"], "CompositeAlarms": []}]
    clients: Any = SimpleNamespace(
        functions=SimpleNamespace(
            get_account_settings=call("get_account_settings"),
            get_alias=lambda **asked: answers[asked["Name"]],
        ),
        cloudwatch=SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=lambda **_: pages)),
        sns=SimpleNamespace(list_subscriptions_by_topic=call("list_subscriptions_by_topic")),
    )
    return DeploymentAccess(
        deployment=DEPLOYMENT,
        operator="somebody",
        clients=clients,
        queue_urls={},
        functions={"connect": "chat-dev-connect"},
    )


def _examine(answers: dict[str, Any], topology: Topology) -> list[Finding]:
    return examine(_access(answers), _client(answers), topology, users=1_000, now=NOW)


def test_an_environment_in_order_has_no_findings(topology: Topology) -> None:
    assert _examine(_healthy(), topology) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"get_account_settings": {"AccountLimit": {"ConcurrentExecutions": 10}}}, "10 Lambda executions"),
        ({"get_service_quota": {"Quota": {"Value": 10.0}}}, "1,000 users take 100 s to come back"),
        ({"list_subscriptions_by_topic": {"Subscriptions": []}}, "nobody is told"),
        (
            {
                "list_subscriptions_by_topic": {
                    "Subscriptions": [{"SubscriptionArn": "PendingConfirmation", "Endpoint": "b@"}]
                }
            },
            "b@ has not confirmed",
        ),
        ({"live": {"FunctionVersion": "1"}}, "has no release"),
        (
            {"live": {"FunctionVersion": "7", "RoutingConfig": {"AdditionalVersionWeights": {"8": 0.1}}}},
            "ended half-way",
        ),
        (
            {"describe_certificate": {"Certificate": {"NotAfter": NOW + timedelta(days=3)}}},
            "ends on 2026-11-30",
        ),
        (
            {"list_distributions": [_distribution("chat-dev", "arn:of-the-page")]},
            "the certificate of chat.example.com ends on 2026-12-02",
        ),
        (
            {
                "alarms": [
                    {
                        "AlarmName": "chat-dev-index-throttles",
                        "StateValue": "ALARM",
                        "StateUpdatedTimestamp": NOW,
                        "AlarmDescription": "Throttled. Runbook: https://example.com/index-throttles.md",
                    }
                ]
            },
            "chat-dev-index-throttles is on",
        ),
    ],
)
def test_what_is_not_in_order_is_said_with_its_page(
    topology: Topology, changed: dict[str, Any], said: str
) -> None:
    findings = _examine({**_healthy(), **changed}, topology)

    assert findings
    assert all(said in finding.what for finding in findings)
    assert all(finding.page.startswith("docs/") for finding in findings)


def test_the_runbook_of_an_alarm_is_its_page(topology: Topology) -> None:
    alarm = {
        "AlarmName": "chat-dev-x",
        "StateValue": "ALARM",
        "StateUpdatedTimestamp": NOW,
        "AlarmDescription": "On. Runbook: https://example.com/dead-letters.md",
    }
    (finding,) = _examine({**_healthy(), "alarms": [alarm]}, topology)

    assert finding.page == "docs/operations/runbooks/dead-letters.md"
