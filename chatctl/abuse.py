"""Who sends most, who is refused most, who was banned, what was reported: from logs, audit and reports."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from chatctl.access import DeploymentAccess
from shared.stores.rooms import Report, Rooms

EVENTS_LIMIT = 10_000  # of a log group: a second or two of reading, and FilterLogEvents costs nothing
REPORTS_LIMIT = 1_000  # of the last 90 days; some 30 read units
ANSWERING_FUNCTIONS = ("send-message", "rooms", "get-messages", "manage-rooms", "search-messages", "ping")


@dataclass(frozen=True)
class Refused:
    """How often frames of a user, or of a connection whose user is not known, were refused for a reason."""

    who: str
    code: str
    count: int


@dataclass(frozen=True)
class Abuse:
    """What stands out.

    Attributes:
        talkers: user ids and how many messages each sent, most first.
        refused: most first.
        verdicts: lines of the audit about users, newest first.
        reports: what users told of messages, newest first.
        partial: whether a log, or the reports, held more than was read.
    """

    talkers: list[tuple[str, int]]
    refused: list[Refused]
    verdicts: list[dict[str, Any]]
    reports: list[Report]
    partial: bool


def find_abuse(access: DeploymentAccess, since: int, verdicts_since: int, limit: int) -> Abuse:
    """Read what stands out, `limit` rows of each; times are epoch ms."""
    groups = {
        name: f"/aws/lambda/{access.functions[name]}"
        for name in ANSWERING_FUNCTIONS
        if name in access.functions
    }
    said = _messages(access, groups["send-message"], "frame answered", since)
    refused = [line for group in groups.values() for line in _messages(access, group, "frame refused", since)]
    audited = _lines(access, access.deployment.audit_log_group, '"users"', verdicts_since)
    talkers = Counter(str(line["userId"]) for line in said if "userId" in line)
    reasons = Counter(
        (str(line.get("userId") or line.get("connectionId")), str(line.get("code"))) for line in refused
    )
    verdicts = [line for line in audited if str(line.get("audit")).startswith("users ")]
    reports, has_more = _rooms(access).reports(REPORTS_LIMIT)
    return Abuse(
        talkers.most_common(limit),
        [Refused(who, code, count) for (who, code), count in reasons.most_common(limit)],
        sorted(verdicts, key=lambda line: str(line.get("when")), reverse=True)[:limit],
        reports[:limit],
        partial=has_more or EVENTS_LIMIT in (len(said), len(audited)) or len(refused) >= EVENTS_LIMIT,
    )


def _rooms(access: DeploymentAccess) -> Rooms:
    name = access.deployment.name
    return Rooms(access.clients.dynamodb, name("rooms"), name("memberships"))


def _messages(access: DeploymentAccess, group: str, message: str, since: int) -> list[dict[str, Any]]:
    """Return the lines of that message; a filter also finds those that hold its words elsewhere."""
    return [line for line in _lines(access, group, f'"{message}"', since) if line.get("message") == message]


def _lines(access: DeploymentAccess, group: str, pattern: str, since: int) -> list[dict[str, Any]]:
    return list(islice(_matching(access, group, pattern, since), EVENTS_LIMIT))


def _matching(access: DeploymentAccess, group: str, pattern: str, since: int) -> Iterator[dict[str, Any]]:
    logs = access.clients.logs
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=since, filterPattern=pattern
    )
    try:
        for page in pages:
            for event in page["events"]:
                try:
                    line = json.loads(event["message"])
                except ValueError:
                    continue
                if isinstance(line, dict):
                    yield line
    except logs.exceptions.ResourceNotFoundException:
        return  # a function that never ran has no log group
