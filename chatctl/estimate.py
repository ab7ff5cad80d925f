"""What an environment will cost a month, before anything is deployed: a model over `infra/prices.yaml`.

Counted are the calls of the code (docs/benchmarks/calls.md) and what AWS bills beside them. Sizes and
durations are assumptions, each a constant with its unit; nothing here was measured on AWS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from chatctl.setups import Crowd, Setup
from chatctl.usage import MEMBER_BYTES, READ_UNIT_BYTES, Prices
from infra.topology.model import Topology

DAYS, HOURS = 30.4, 730  # of a month
GB = 1e9
# The front end's habits, in frontend/src/protocol: PING_INTERVAL_MS, RECONCILE_INTERVAL_MS, REPLACE_AFTER_MS.
PING_MINUTES, CHECK_MINUTES, CONNECTION_MINUTES = 4, 5, 110
PAGE_BYTES = 700_000  # of a first visit: docs/benchmarks/frontend.md
# Bytes of a line of log.
ACCESS_LINE, PLATFORM_LINES, ANSWERED_LINE, METRICS_LINE, SETTLED_LINE = 450, 900, 350, 600, 500
POST_BYTES = 2_400  # a post through a NAT gateway, TLS and headers in both directions
REPLY_BYTES, MESSAGE_BYTES = 300, 450  # to a client
STORED_BYTES = 700  # a message with its index
# GB-seconds of an invocation, by the function behind it.
FRAME_GB_SECONDS = {
    "ping": 0.25 * 0.004,
    "check": 0.5 * 0.010,
    "members": 0.5 * 0.010,
    "send": 0.5 * 0.025,
    "connect": 0.5 * 0.020,
}
FANOUT_GB, FANOUT_SECONDS, POST_SECONDS, POSTS_IN_FLIGHT = 1769 / 1024, 0.015, 0.010, 64
# A send writes message, index, the client's id and the user's allowance, at twice the price: one transaction.
SEND_WRITE_UNITS, CONNECTION_WRITE_UNITS = 8, 6
CANARY_GB, CANARY_SECONDS = 0.25, 2
XRAY_SHARE = 0.05
POLLS_A_MINUTE = 15  # of each queue that a function consumes, by Lambda while nothing happens


@dataclass(frozen=True)
class Traffic:
    """What clients make of a system in a span of time.

    Attributes:
        minutes: of all connections.
        connects: connections opened.
        frames: sent by clients, by the kinds of `FRAME_GB_SECONDS`; `connect` is not among them.
        deliveries: a message to one member each.
        room: connections of a room that a message goes to.
    """

    minutes: float
    connects: float
    frames: Mapping[str, float]
    deliveries: float
    room: float


Usage = Mapping[str, float]


def standing(topology: Topology, setup: Setup) -> Usage:
    """Return what a month uses up while nobody chats."""
    watched = sum(
        max(1, len(alarm.metrics)) * len(topology.instances(alarm.each))
        for alarm in topology.alarms.values()
        if setup.canary or not alarm.scheduled
    )
    idle = {
        "nat_gateway_hour": HOURS * setup.nat_gateways,
        "public_ipv4_hour": HOURS * setup.nat_gateways,
        "interface_endpoint_hour": HOURS * setup.endpoint_addresses,
        "kms_key": 1,
        "alarm_metric": watched if setup.watched_metrics is None else setup.watched_metrics,
        "composite_alarm": len(topology.composite_alarms),
        "dashboard": int(setup.dashboard_lines > 50),  # noqa: PLR2004 # of a free one: see prices.yaml
        "sqs_request": _consumed_queues(topology) * POLLS_A_MINUTE * 60 * HOURS,
    }
    return together(idle, canary(topology)) if setup.canary else idle


def canary(topology: Topology) -> Usage:
    """Return what the canary uses up in a month beside its alarms: two connections, a send, a page, a run."""
    runs = sum(
        HOURS * 60 / function.schedule_minutes
        for function in topology.functions.values()
        if function.schedule_minutes
    )
    frames, connects = 2 * runs, 2 * runs
    line = ACCESS_LINE + ANSWERED_LINE + METRICS_LINE
    return {
        "websocket_message": 2 * frames + runs,
        "websocket_connection_minute": connects * CANARY_SECONDS / 60,
        "lambda_request": runs + frames + 2 * connects + 2 * runs,
        "lambda_gb_second": runs * CANARY_GB * CANARY_SECONDS
        + 2 * connects * FRAME_GB_SECONDS["connect"]
        + frames * FRAME_GB_SECONDS["send"]
        + 2 * runs * FANOUT_GB * FANOUT_SECONDS,
        "dynamodb_write_unit": runs * SEND_WRITE_UNITS + connects * CONNECTION_WRITE_UNITS,
        "dynamodb_read_unit": 3 * runs,
        "dynamodb_gb_month": runs * STORED_BYTES / GB,
        "sns_publish": runs + 2 * connects,
        "sqs_request": 2 * (runs + 2 * connects),
        "logs_gb": (frames + 2 * connects + 2 * runs) * line / GB,
    }


def _consumed_queues(topology: Topology) -> int:
    return sum(
        topology.shards if topology.queues[source.queue].per_shard else 1
        for function in topology.functions.values()
        for source in function.consumes
        if source.queue
    )


def talking(crowd: Crowd, setup: Setup) -> Usage:
    """Return what a month of a crowd uses up beside that."""
    traffic = traffic_of(crowd, setup)
    stored_gb = traffic.frames["send"] * STORED_BYTES / GB
    return {
        **carrying(traffic, setup),
        "dynamodb_gb_month": stored_gb,
        "dynamodb_backup_gb_month": stored_gb,
        "custom_metric": setup.own_metrics,
        "cloudfront_gb": crowd.users * 2 * PAGE_BYTES / GB,
        "cloudfront_request": crowd.users * DAYS * 4,
        f"cognito_{setup.cognito}_user": crowd.users,
    }


def traffic_of(crowd: Crowd, setup: Setup) -> Traffic:
    """Return what the clients of a crowd make in a month."""
    minutes = crowd.users * crowd.hours_a_day * 60 * DAYS
    sends = crowd.users * crowd.messages_a_day * DAYS
    return Traffic(
        minutes=minutes,
        connects=minutes / CONNECTION_MINUTES + crowd.users * DAYS * min(1, crowd.hours_a_day),
        frames={
            "ping": minutes / PING_MINUTES,
            "check": minutes / CHECK_MINUTES * setup.checks,
            "members": minutes / CHECK_MINUTES * setup.checks,
            "send": sends,
        },
        deliveries=sends * (crowd.room - 1),
        room=crowd.room,
    )


def carrying(traffic: Traffic, setup: Setup) -> Usage:
    """Return what traffic uses up while it is carried; what is kept of it, pages and users are not in it."""
    frames, connects, deliveries = traffic.frames, traffic.connects, traffic.deliveries
    sends = frames["send"]
    calls = sum(frames.values()) + 2 * connects
    audience = traffic.room * MEMBER_BYTES / READ_UNIT_BYTES
    return {
        "websocket_message": 2 * sum(frames.values()) + deliveries,
        "websocket_connection_minute": traffic.minutes,
        "sns_publish": sends,
        "sqs_request": 2 * sends,
        "lambda_request": calls + sends,
        "lambda_gb_second": sum(frames[kind] * FRAME_GB_SECONDS[kind] for kind in frames)
        + 2 * connects * FRAME_GB_SECONDS["connect"]
        + FANOUT_GB * (sends * FANOUT_SECONDS + deliveries / POSTS_IN_FLIGHT * POST_SECONDS),
        "dynamodb_write_unit": sends * SEND_WRITE_UNITS + connects * CONNECTION_WRITE_UNITS,
        "dynamodb_read_unit": frames["check"] + (frames["members"] + sends) * max(0.5, audience),
        "logs_gb": _log_bytes(frames, connects, setup) / GB,
        "xray_trace": XRAY_SHARE * (calls + sends if setup.all_traced else 2 * sends),
        "transfer_gb": (sum(frames.values()) * REPLY_BYTES + deliveries * MESSAGE_BYTES) / GB,
        "nat_gb": deliveries * POST_BYTES / GB if setup.posts_through_nat and setup.nat_gateways else 0,
    }


def _log_bytes(frames: Mapping[str, float], connects: float, setup: Setup) -> float:
    """Return log bytes a month; each send is logged, of other frames that went well one in so many."""
    sends, others = frames["send"], sum(frames.values()) - frames["send"]
    each = ACCESS_LINE + (PLATFORM_LINES if setup.platform_lines else 0)
    well = ANSWERED_LINE / setup.log_one_in
    of_sends = each + ANSWERED_LINE + METRICS_LINE + SETTLED_LINE + 2 * METRICS_LINE
    return others * (each + well) + sends * of_sends + 2 * connects * (each + ANSWERED_LINE + METRICS_LINE)


def together(*usages: Usage) -> Usage:
    """Return what several use up in all."""
    return {name: sum(usage.get(name, 0) for usage in usages) for name in {*chain.from_iterable(usages)}}


def usd_a_month(usage: Mapping[str, float], prices: Prices) -> dict[str, float]:
    """Return what each thing costs, less what is free for every account; what costs nothing is left out."""
    costs = {
        name: max(0.0, amount - prices.prices[name].free_a_month) * prices.prices[name].usd_per_million / 1e6
        for name, amount in usage.items()
    }
    return {name: usd for name, usd in costs.items() if usd}


def total_usd(crowd: Crowd, setup: Setup, topology: Topology, prices: Prices) -> float:
    """Return the whole bill of a month."""
    return sum(usd_a_month(together(standing(topology, setup), talking(crowd, setup)), prices).values())
