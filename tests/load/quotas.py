"""The quotas of an AWS account that a swarm can meet, as Service Quotas tells them."""

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Quotas:
    """An account's limits in its region, by default AWS's.

    Attributes:
        new_connections: a second ("Amazon API Gateway quotas", WebSocket APIs).
        requests: a second, of all APIs of the account.
        concurrency: invocations at once ("Lambda quotas"). Young accounts have 10.
    """

    new_connections: float = 500
    requests: float = 10_000
    concurrency: float = 1_000


# Service, what the quota's name has in it, and what it is here.
KNOWN = (
    ("apigateway", "new connections per second", "new_connections"),
    ("apigateway", "throttle rate", "requests"),
    ("lambda", "concurrent executions", "concurrency"),
)


def read_quotas(client: Any) -> Quotas:
    """Return the account's quotas; AWS's default where the account has none of its own.

    Args:
        client: boto3's `service-quotas`.
    """
    found = Quotas()
    for service in dict.fromkeys(service for service, _, _ in KNOWN):
        for page in client.get_paginator("list_service_quotas").paginate(ServiceCode=service):
            for quota in page["Quotas"]:
                for of_service, name, known_as in KNOWN:
                    if service == of_service and name in quota["QuotaName"].lower():
                        found = replace(found, **{known_as: quota["Value"]})
    return found
