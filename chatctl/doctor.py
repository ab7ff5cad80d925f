"""What is wrong, or will be, with an environment on AWS that its alarms do not tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chatctl.access import DeploymentAccess
from chatctl.health import ON, read_alarms
from infra.release.aliases import CLOSED, LIVE
from infra.topology.model import Topology

PENDING = "PendingConfirmation"
CERTIFICATE_DAYS = 30
PATIENCE_SECONDS = 60  # in which everyone should be back after an outage
# Quota "New connections per second", of the table of WebSocket quotas in API Gateway's developer guide.
NEW_CONNECTIONS = {"ServiceCode": "apigateway", "QuotaCode": "L-9ED1E49A"}
CLOUDFRONT_REGION = "us-east-1"  # where certificates of distributions have to be
Client = Callable[..., Any]
QUOTAS = "docs/deploy.md#before-a-launch"


@dataclass(frozen=True)
class Finding:
    """Something to look after, and the page that says how."""

    what: str
    page: str


def examine(
    access: DeploymentAccess, client: Client, topology: Topology, *, users: int, now: datetime
) -> list[Finding]:
    """Return what is found; nothing is changed.

    Args:
        access: the deployment.
        client: returns a client of a service beyond those of `access`, in another region if one is named.
        topology: what it is to hold.
        users: how many are to be connected at once.
        now: with its time zone.
    """
    return [
        *_concurrency(access, topology),
        *_new_connections(client, users),
        *_alarms(access),
        *_listeners(access),
        *_versions(access),
        *_certificates(client, access.prefix, now),
    ]


def _concurrency(access: DeploymentAccess, topology: Topology) -> Iterator[Finding]:
    limit = access.clients.functions.get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    if limit < topology.account_concurrency:
        yield Finding(
            f"the account may run {limit} Lambda executions at once, the alarm `concurrency` assumes"
            f" {topology.account_concurrency}: raise the quota, or set account_concurrency",
            QUOTAS,
        )


def _new_connections(client: Client, users: int) -> Iterator[Finding]:
    rate = client("service-quotas").get_service_quota(**NEW_CONNECTIONS)["Quota"]["Value"]
    if users > rate * PATIENCE_SECONDS:
        seconds = users / rate
        yield Finding(
            f"{users:,} users take {seconds:,.0f} s to come back at {rate:,.0f} new connections a second",
            QUOTAS,
        )


def _alarms(access: DeploymentAccess) -> Iterator[Finding]:
    for alarm in read_alarms(access.clients.cloudwatch, access.prefix):
        if alarm.state == ON:
            page = alarm.description.rpartition("/")[2]
            yield Finding(f"{alarm.name} is on since {alarm.since}", f"docs/operations/runbooks/{page}")


def _listeners(access: DeploymentAccess) -> Iterator[Finding]:
    deployment, sns = access.deployment, access.clients.sns
    for topic in ("page", "tell"):
        subscriptions = sns.list_subscriptions_by_topic(TopicArn=deployment.topic_arn(topic))["Subscriptions"]
        if not subscriptions:
            yield Finding(f"nobody is told of alarms: {topic} has no subscriber", "docs/deploy.md")
        for subscription in subscriptions:
            if subscription["SubscriptionArn"] == PENDING:
                yield Finding(
                    f"{subscription['Endpoint']} has not confirmed its mail for {topic}", "docs/deploy.md"
                )


def _versions(access: DeploymentAccess) -> Iterator[Finding]:
    functions = access.clients.functions
    for name in access.functions.values():
        live = functions.get_alias(FunctionName=name, Name=LIVE)
        closed = functions.get_alias(FunctionName=name, Name=CLOSED)
        if live["FunctionVersion"] == closed["FunctionVersion"]:
            yield Finding(f"{name} has no release and answers 503", "docs/deploy.md#releases")
        if live.get("RoutingConfig", {}).get("AdditionalVersionWeights"):
            yield Finding(f"{name} shares its calls: a release ended half-way", "docs/deploy.md#releases")


def _certificates(client: Client, prefix: str, now: datetime) -> Iterator[Finding]:
    for domain in client("apigatewayv2").get_domain_names()["Items"]:
        for configuration in domain["DomainNameConfigurations"]:
            arn = configuration["CertificateArn"]
            yield from _ends_soon(client("acm"), arn, domain["DomainName"], now)
    for page in client("cloudfront").get_paginator("list_distributions").paginate():
        for distribution in page["DistributionList"].get("Items", ()):
            arn = distribution["ViewerCertificate"].get("ACMCertificateArn")
            if distribution["Comment"] == prefix and arn:  # else CloudFront's own, for its own name
                names = ", ".join(distribution["Aliases"].get("Items", ()))
                yield from _ends_soon(client("acm", CLOUDFRONT_REGION), arn, names, now)


def _ends_soon(acm: Any, arn: str, domain: str, now: datetime) -> Iterator[Finding]:
    ends = acm.describe_certificate(CertificateArn=arn)["Certificate"].get("NotAfter")
    if ends and ends - now < timedelta(days=CERTIFICATE_DAYS):
        yield Finding(f"the certificate of {domain} ends on {ends:%Y-%m-%d}", "docs/deploy.md")
