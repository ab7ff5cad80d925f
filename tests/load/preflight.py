"""Before a swarm goes to AWS: what it will ask for against the account's quotas, and what it costs. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from tests.load.fitting import demands
from tests.load.measures import Sample
from tests.load.scenario import Scenario

PRICES = Path("infra/prices.yaml")


class NotAgreed(Exception):
    """A quota is too small, the cost is over the budget, or nobody agreed to it."""


class BudgetSpent(Exception):
    """What the run has cost by now is more than it may."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """An account's limits in its region, per second, by default AWS's (API Gateway, "WebSocket quotas")."""

    new_connections: float = 500
    requests: float = 10_000


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a run makes: `connection_minutes`, messages sent, and deliveries, each a message to one member."""

    connection_minutes: float
    handshakes: float
    messages: float
    deliveries: float


Price = Callable[[Traffic], float]
"""Prices traffic in USD: `by_prices`, or what `chatctl estimate` says of the same traffic."""


def traffic_of(scenario: Scenario) -> Traffic:
    """Return what a scenario makes from its beginning to its end."""
    minutes = handshakes = messages = deliveries = 0.0
    before = 0
    for stage, demand in zip(scenario.stages, demands(scenario), strict=True):
        minutes += stage.seconds * (before + stage.connections) / 2 / 60
        handshakes += stage.seconds * demand.handshakes + before * stage.drop
        messages += stage.seconds * demand.messages
        deliveries += stage.seconds * demand.deliveries
        before = stage.connections
    return Traffic(minutes, handshakes, messages, deliveries)


def traffic_so_far(samples: list[Sample]) -> Traffic:
    """Return what a run has made by its last sample."""
    minutes, before = 0.0, 0.0
    for sample in samples:
        minutes += sample.connections * (sample.second - before) / 60
        before = sample.second
    last = samples[-1]
    return Traffic(minutes, last.connections, last.sent, last.delivered)


def read_quotas(client: Any) -> Quotas:
    """Return the account's quotas from Service Quotas; AWS's default where it does not list one.

    Args:
        client: boto3's `service-quotas`.
    """
    found = Quotas()
    for page in client.get_paginator("list_service_quotas").paginate(ServiceCode="apigateway"):
        for quota in page["Quotas"]:
            if quota["QuotaName"] == "Throttle rate":
                found = replace(found, requests=quota["Value"])
            elif "new connections per second" in quota["QuotaName"].lower():
                found = replace(found, new_connections=quota["Value"])
    return found


def by_prices(prices: Mapping[str, float]) -> Price:
    """Return the price of what a message's way is made of, by `infra/prices.yaml`, per unit.

    Each post is charged as its own, as if nothing were coalesced: the most that it can be. Logs, traces, NAT
    and what an idle deployment costs are not in it.
    """

    def price(traffic: Traffic) -> float:
        frames = 2 * (traffic.messages + traffic.handshakes) + traffic.deliveries
        invocations = 2 * traffic.messages + 3 * traffic.handshakes
        return (
            frames * prices["websocket_message"]
            + invocations * (prices["lambda_request"] + 0.02 * prices["lambda_gb_second"])
            + (2 * traffic.messages + 2 * traffic.handshakes) * prices["dynamodb_write_unit"]
            + (traffic.messages + traffic.deliveries / 50) * prices["dynamodb_read_unit"]
            + traffic.messages * prices["sns_publish"]
            + 2 * traffic.messages * prices["sqs_request"]
            + traffic.connection_minutes * prices.get("websocket_connection_minute", 0.25e-6)
        )

    return price


def read_prices(path: Path = PRICES) -> dict[str, float]:
    """Return USD a unit by name."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["prices"]
    return {name: float(entry["usd_per_million"]) / 1e6 for name, entry in entries.items()}


def refuse_unaffordable(
    scenario: Scenario,
    quotas: Quotas,
    price: Price,
    budget_usd: float,
    agree: Callable[[str], bool],
) -> None:
    """Return if the run may be made.

    Raises:
        NotAgreed: see there.
    """
    for demand in demands(scenario):
        opened, asked = demand.handshakes, demand.messages + demand.deliveries + demand.handshakes
        for what, rate, quota in (
            ("opens {:.0f} connections", opened, quotas.new_connections),
            ("makes {:.0f} requests", asked, quotas.requests),
        ):
            if rate > quota:
                raise NotAgreed(f"{demand.stage} {what.format(rate)} a second, the quota is {quota:.0f}")
    usd = price(traffic_of(scenario))
    if usd > budget_usd:
        raise NotAgreed(f"the run costs about {usd:.2f} USD, the budget is {budget_usd:.2f}")
    if not agree(f"The run costs about {usd:.2f} USD. Make it?"):
        raise NotAgreed("nobody agreed to the cost")


class Budget:
    """Ends a run that costs more than it may."""

    def __init__(self, price: Price, usd: float) -> None:
        self._price = price
        self._usd = usd
        self._samples: list[Sample] = []

    def check(self, sample: Sample) -> None:
        """Take in a sample.

        Raises:
            BudgetSpent: see there.
        """
        self._samples.append(sample)
        spent = self._price(traffic_so_far(self._samples))
        if spent > self._usd:
            raise BudgetSpent(
                f"after {sample.second:.0f} s the run has cost {spent:.2f} USD, the budget is {self._usd:.2f}"
            )
