"""The same crowd on other ways to push messages, over the same prices.

Sign-in, history and the page cost the same everywhere and are left out; so is the work of running it.
"""

from __future__ import annotations

from math import ceil

from chatctl.estimate import HOURS, Usage, talking, together, traffic_of
from chatctl.setups import Crowd, Setup
from chatctl.usage import Prices

# An assumption for a node of 1 vCPU and 2 GB, with room for a storm of reconnects; Centrifugo's own advice:
# https://centrifugal.dev/docs/server/infra_tuning
CONNECTIONS_A_NODE, LEAST_NODES, NODE_GB = 20_000, 2, 2
CONNECTIONS_A_BALANCER_UNIT = 3_000
PUSHING = (
    "websocket_message",
    "websocket_connection_minute",
    "sns_publish",
    "sqs_request",
    "lambda_request",
    "lambda_gb_second",
    "dynamodb_read_unit",
    "xray_trace",
    "logs_gb",
    "nat_gb",
    "transfer_gb",
)


def pushing_usd(crowd: Crowd, setup: Setup, prices: Prices) -> dict[str, float]:
    """Return what pushing costs a month, by the way it is done; without free tiers."""
    used = talking(crowd, setup)
    minutes = used["websocket_connection_minute"]
    traffic = traffic_of(crowd, setup)
    entries = traffic.frames["send"] + traffic.frames["change"]
    publishes = entries + traffic.events
    deliveries = traffic.deliveries + entries  # their senders hear themselves
    transfer: Usage = {"transfer_gb": used["transfer_gb"]}
    function: Usage = {"lambda_request": publishes, "lambda_gb_second": publishes * 0.0125}
    ways: dict[str, Usage] = {
        "this system": {name: used[name] for name in PUSHING},
        "AppSync Events": together(
            {"appsync_event_operation": publishes + deliveries, "appsync_connection_minute": minutes},
            function,
            transfer,
        ),
        "IoT Core": together(
            {"iot_message": publishes + deliveries + minutes / 20, "iot_connection_minute": minutes},
            function,
            transfer,
        ),
        "Centrifugo on Fargate": together(_fleet(crowd), transfer),
    }
    return {
        way: sum(amount * prices.prices[name].usd_per_million / 1e6 for name, amount in usage.items())
        for way, usage in ways.items()
    }


def _fleet(crowd: Crowd) -> Usage:
    """Two nodes at least, behind a load balancer, with Redis between them; sized for everyone at once."""
    nodes = max(LEAST_NODES, ceil(crowd.users / CONNECTIONS_A_NODE) + 1)
    return {
        "fargate_vcpu_hour": nodes * HOURS,
        "fargate_gb_hour": nodes * NODE_GB * HOURS,
        "load_balancer_hour": HOURS,
        "load_balancer_unit_hour": HOURS * ceil(crowd.users / CONNECTIONS_A_BALANCER_UNIT),
        "redis_hour": 2 * HOURS,
        "public_ipv4_hour": 2 * HOURS,
    }
