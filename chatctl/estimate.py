"""What an environment will cost a month, before anything is deployed: a model over `infra/prices.yaml`.

Counted are the calls of the code (docs/benchmarks/calls.md) and what AWS bills beside them. Sizes and
durations are assumptions, each a constant with its unit; nothing here was measured on AWS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from chatctl.setups import Crowd, Setup
from chatctl.usage import (
    CHANGE_WRITE_UNITS,
    CONNECTION_WRITE_UNITS,
    EXPIRY_WRITE_UNITS,
    LAST_SEEN_WRITE_UNITS,
    MEMBER_BYTES,
    READ_UNIT_BYTES,
    SEND_WRITE_UNITS,
    SPENDING_WRITE_UNITS,
    Prices,
)
from infra.topology.model import Topology

DAYS, HOURS = 30.4, 730  # of a month
GB = 1e9
# The front end's habits: REPLACE_AFTER_MS of frontend/src; CHECK is how often it once read pages.
CHECK_MINUTES, CONNECTION_MINUTES = 5, 110
TYPING_A_SEND = 2  # told with the first key and after TYPING_INTERVAL_MS: a message takes some 8 s to write
EVENT_ROOM_LIMIT = 100  # PRESENCE_ROOM_LIMIT: above it nobody is told who comes, goes and types
PAGE_BYTES = 700_000  # of a first visit: docs/benchmarks/frontend.md
# Bytes of a line of log.
ACCESS_LINE, PLATFORM_LINES, ANSWERED_LINE, METRICS_LINE, SETTLED_LINE = 450, 900, 350, 600, 500
POST_BYTES = 2_400  # a post through a NAT gateway, TLS and headers in both directions
REPLY_BYTES, MESSAGE_BYTES = 300, 450  # to a client
STORED_BYTES = 700  # a message with its index
# GB-seconds of an invocation, by the function behind it.
FRAME_GB_SECONDS = {
    "ping": 0.5 * 0.005,
    "check": 0.5 * 0.010,
    "members": 0.5 * 0.010,
    "typing": 0.5 * 0.008,
    "send": 0.5 * 0.025,
    "change": 0.5 * 0.025,
    "search": 0.5 * 0.040,
    "mentions": 0.5 * 0.015,
    "connect": 0.5 * 0.020,
}
FANOUT_GB, FANOUT_SECONDS, POST_SECONDS, POSTS_IN_FLIGHT = 1769 / 1024, 0.015, 0.010, 64
HANDSHAKE_READ_UNITS = 2  # whether its user is banned from the room, and once whether its token was renewed
# The sweeper waits until what was stored is old enough; one at a time, with a window before each.
SWEEP_GB, SWEEP_SECONDS, SWEEP_WINDOW_SECONDS = 0.25, 12, 5
# The index follows what was stored: a row for each different word of a message, and one call a window.
WORDS_A_MESSAGE, POSTING_BYTES = 8, 180
# Of messages, so many mention somebody: who that is and may read is looked up, and a row written.
MENTIONS_A_MESSAGE, MENTION_WRITE_UNITS, MENTION_READ_UNITS = 0.05, 1, 3
# Of messages, so many are reacted to, edited or deleted: most changes are reactions.
CHANGES_A_MESSAGE = 0.3
# Somebody searches once in twenty messages; read are the pages of two words, ten messages, and who may.
SEARCHES_A_MESSAGE, SEARCH_READ_UNITS = 0.05, 12
# Who comes online asks for what mentions them: here five messages of one room.
MENTIONS_READ_UNITS = 6.5
INDEX_GB, INDEX_SECONDS, INDEX_WINDOW_SECONDS = 0.25, 0.05, 1
INDEX_WRITE_UNITS = WORDS_A_MESSAGE + MENTIONS_A_MESSAGE * MENTION_WRITE_UNITS
CANARY_GB, CANARY_SECONDS = 0.25, 2
CLOSER_GB, CLOSER_SECONDS = 0.25, 30  # of close-expired, if each run finds something to wait for
ERASER_SECONDS = 0.05  # of erase-accounts, mostly: nobody is on its list
XRAY_SHARE = 0.05
FREE_DASHBOARD_LINES = 50  # prices.yaml
POLLS_A_MINUTE = 15  # of each queue that a function consumes, by Lambda while nothing happens


@dataclass(frozen=True)
class Traffic:
    """What clients make of a system in a span of time.

    Attributes:
        minutes: of all connections.
        connects: connections opened.
        frames: sent by clients, by the kinds of `FRAME_GB_SECONDS`; `connect` is not among them.
        deliveries: a message or an event to one member each.
        room: connections of a room that a message goes to.
        events: that a connection comes or goes, or that somebody types.
        sweeps: runs of the sweeper.
        indexings: runs of what indexes messages.
    """

    minutes: float
    connects: float
    frames: Mapping[str, float]
    deliveries: float
    room: float
    events: float = 0
    sweeps: float = 0
    indexings: float = 0


Usage = Mapping[str, float]


def standing(topology: Topology, setup: Setup) -> Usage:
    """Return what a month uses up while nobody chats."""
    watched = sum(
        max(1, len(alarm.metrics)) * len(topology.instances(alarm.each))
        for alarm in topology.alarms.values()
        if setup.canary or not alarm.scheduled
    )
    idle: Usage = {
        "nat_gateway_hour": HOURS * setup.nat_gateways,
        "public_ipv4_hour": HOURS * setup.nat_gateways,
        "interface_endpoint_hour": HOURS * setup.endpoint_addresses,
        "kms_key": 1,
        "alarm_metric": watched if setup.watched_metrics is None else setup.watched_metrics,
        "composite_alarm": len(topology.composite_alarms),
        "dashboard": int((setup.dashboard_lines or _drawn_lines(topology)) > FREE_DASHBOARD_LINES),
        "sqs_request": (setup.polled_queues or _consumed_queues(topology)) * POLLS_A_MINUTE * 60 * HOURS,
    }
    if setup.limits:
        idle = together(idle, _closing(topology))
    return together(idle, canary(topology)) if setup.canary else idle


def _drawn_lines(topology: Topology) -> int:
    lines = (line for stage in topology.dashboard for chart in stage.charts for line in chart.lines)
    return sum(len(topology.instances(line.each)) for line in lines)


def _closing(topology: Topology) -> Usage:
    runs = HOURS * 60  # of each that is called every minute; apply-retention, every hour, is next to nothing
    return {
        "lambda_request": _scheduled_runs(topology, optional=False),
        "lambda_gb_second": runs * CLOSER_GB * (CLOSER_SECONDS + ERASER_SECONDS),
        "dynamodb_read_unit": runs,  # of the list of deleted accounts
    }


def canary(topology: Topology) -> Usage:
    """Return what the canary uses up in a month beside its alarms: two connections, a send, a page, a run."""
    runs = _scheduled_runs(topology, optional=True)
    frames, connects = 2 * runs, 2 * runs
    line = ACCESS_LINE + ANSWERED_LINE + METRICS_LINE
    return {
        "websocket_message": 2 * frames + runs,
        "websocket_connection_minute": connects * CANARY_SECONDS / 60,
        "lambda_request": runs + frames + 2 * connects + 4 * runs,
        "lambda_gb_second": runs * CANARY_GB * CANARY_SECONDS
        + 2 * connects * FRAME_GB_SECONDS["connect"]
        + frames * FRAME_GB_SECONDS["send"]
        + runs * SWEEP_GB * SWEEP_SECONDS
        + 3 * runs * FANOUT_GB * FANOUT_SECONDS,
        "dynamodb_write_unit": runs * (SEND_WRITE_UNITS + WORDS_A_MESSAGE)
        + connects * CONNECTION_WRITE_UNITS,
        "dynamodb_read_unit": 3 * runs,
        "dynamodb_gb_month": runs * STORED_BYTES / GB,
        "sns_publish": runs + 2 * connects,
        "sqs_request": 2 * (runs + 2 * connects),
        "logs_gb": (frames + 2 * connects + 2 * runs) * line / GB,
    }


def _scheduled_runs(topology: Topology, *, optional: bool) -> float:
    """Return how often a month functions are called by their schedules."""
    return sum(
        HOURS * 60 / function.schedule_minutes
        for function in topology.functions.values()
        if function.schedule_minutes and function.optional is optional
    )


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
    posting_bytes = setup.indexes * WORDS_A_MESSAGE * POSTING_BYTES
    stored_gb = traffic.frames["send"] * (STORED_BYTES + posting_bytes) / GB
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
    """Return what the clients of a crowd make in a month.

    A connection that opens asks whether the server is there, what was said, and who is in the room; the first
    of a user what mentions them, too. That it only replaces another is told to nobody.
    """
    minutes = crowd.users * crowd.hours_a_day * 60 * DAYS
    sends = crowd.users * crowd.messages_a_day * DAYS
    changes = CHANGES_A_MESSAGE * sends * setup.changes
    comings = crowd.users * DAYS * min(1, crowd.hours_a_day)
    replaced = minutes / CONNECTION_MINUTES
    is_small = crowd.room <= EVENT_ROOM_LIMIT
    typing = TYPING_A_SEND * sends * is_small
    told = is_small * (2 * comings + replaced * setup.tells_replacements) + typing
    connects = comings + replaced
    return Traffic(
        minutes=minutes,
        connects=connects,
        frames={
            "ping": minutes / setup.ping_minutes + connects,
            "check": minutes / CHECK_MINUTES * setup.checks + connects,
            "members": minutes / CHECK_MINUTES * setup.checks + connects,
            "typing": typing,
            "send": sends,
            "change": changes,
            "search": SEARCHES_A_MESSAGE * sends * setup.indexes,
            "mentions": comings * setup.indexes,
        },
        deliveries=(sends + changes + told) * (crowd.room - 1),
        room=crowd.room,
        events=2 * connects + typing,
        sweeps=setup.sweeps * min(sends, HOURS * 3600 / (SWEEP_SECONDS + SWEEP_WINDOW_SECONDS)),
        indexings=setup.indexes * min(sends, HOURS * 3600 / (INDEX_SECONDS + INDEX_WINDOW_SECONDS)),
    )


def carrying(traffic: Traffic, setup: Setup) -> Usage:
    """Return what traffic uses up while it is carried; what is kept of it, pages and users are not in it."""
    frames, connects, deliveries, events = (
        traffic.frames,
        traffic.connects,
        traffic.deliveries,
        traffic.events,
    )
    sends, changes = frames["send"], frames["change"]
    jobs = sends + changes + events
    calls = sum(frames.values()) + 2 * connects
    audience = max(0.5, traffic.room * MEMBER_BYTES / READ_UNIT_BYTES)
    return {
        "websocket_message": 2 * sum(frames.values()) + deliveries,
        "websocket_connection_minute": traffic.minutes,
        "sns_publish": jobs,
        "sqs_request": 2 * jobs,
        "lambda_request": calls + jobs + traffic.sweeps + traffic.indexings,
        "lambda_gb_second": sum(frames[kind] * FRAME_GB_SECONDS[kind] for kind in frames)
        + 2 * connects * FRAME_GB_SECONDS["connect"]
        + traffic.sweeps * SWEEP_GB * SWEEP_SECONDS
        + traffic.indexings * INDEX_GB * INDEX_SECONDS
        + FANOUT_GB * (jobs * FANOUT_SECONDS + deliveries / POSTS_IN_FLIGHT * POST_SECONDS),
        "dynamodb_write_unit": sends * (SEND_WRITE_UNITS + setup.indexes * INDEX_WRITE_UNITS)
        + changes * CHANGE_WRITE_UNITS
        + connects * CONNECTION_WRITE_UNITS
        + setup.limits * connects * (EXPIRY_WRITE_UNITS + LAST_SEEN_WRITE_UNITS)
        + setup.limits * _limited(traffic) * SPENDING_WRITE_UNITS,
        "dynamodb_read_unit": frames["check"]
        + setup.limits * connects * HANDSHAKE_READ_UNITS
        + setup.indexes * sends * MENTIONS_A_MESSAGE * MENTION_READ_UNITS
        + frames["search"] * SEARCH_READ_UNITS
        + frames["mentions"] * MENTIONS_READ_UNITS
        + 0.5 * (frames["ping"] + connects + sends)
        + (frames["members"] + jobs) * audience,
        "logs_gb": _log_bytes(traffic, setup) / GB,
        "xray_trace": XRAY_SHARE * (calls + jobs if setup.all_traced else sends + changes + jobs),
        "transfer_gb": (sum(frames.values()) * REPLY_BYTES + deliveries * MESSAGE_BYTES) / GB,
        "nat_gb": deliveries * POST_BYTES / GB if setup.posts_through_nat and setup.nat_gateways else 0,
    }


def _limited(traffic: Traffic) -> float:
    """Return how many handshakes, and frames with a limit of their own, there are."""
    limited = ("check", "members", "typing", "search", "mentions")
    return traffic.connects + sum(traffic.frames[kind] for kind in limited)


def _log_bytes(traffic: Traffic, setup: Setup) -> float:
    """Return log bytes a month: of frames about no message, if they went well, one in so many is logged."""
    sends = traffic.frames["send"] + traffic.frames["change"]
    others = sum(traffic.frames.values()) - sends
    platform = PLATFORM_LINES if setup.platform_lines else 0
    each = ACCESS_LINE + platform
    well = ANSWERED_LINE / setup.log_one_in
    of_sends = each + ANSWERED_LINE + METRICS_LINE + SETTLED_LINE + 2 * METRICS_LINE
    of_connects = each + ANSWERED_LINE + METRICS_LINE
    return (
        others * (each + well)
        + sends * of_sends
        + 2 * traffic.connects * of_connects
        + traffic.events * (platform + METRICS_LINE)
    )


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
