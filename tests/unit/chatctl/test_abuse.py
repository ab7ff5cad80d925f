"""What stands out, from logs and audit on moto."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from chatctl import abuse
from chatctl.abuse import ANSWERING_FUNCTIONS, Refused, find_abuse
from chatctl.access import DeploymentAccess
from chatctl.audit import audit
from infra.topology.file import load_topology
from infra.topology.render.tables import table_definition
from shared.stores.rooms import Report, Rooms

NOW = int(time.time() * 1000)


@pytest.fixture
def chatting(access: DeploymentAccess) -> DeploymentAccess:
    """A deployment whose send-message and audit have logs, and whose other functions never ran."""
    table = load_topology().tables["rooms"]
    access.clients.dynamodb.create_table(**table_definition("rooms", table, access.deployment))
    functions = {name: f"chat-test-{name}" for name in ANSWERING_FUNCTIONS}
    for group in ("/aws/lambda/chat-test-send-message", access.deployment.audit_log_group):
        access.clients.logs.create_log_group(logGroupName=group)
    access.clients.logs.create_log_stream(
        logGroupName="/aws/lambda/chat-test-send-message", logStreamName="s"
    )
    return replace(access, functions=functions)


def log(access: DeploymentAccess, *lines: dict[str, Any], at: int = NOW) -> None:
    access.clients.logs.put_log_events(
        logGroupName="/aws/lambda/chat-test-send-message",
        logStreamName="s",
        logEvents=[{"timestamp": at, "message": json.dumps(line)} for line in lines],
    )


def answered(user: str) -> dict[str, Any]:
    return {"message": "frame answered", "userId": user, "messageId": "m"}


def test_the_most_come_first_and_no_more_than_asked_for(chatting: DeploymentAccess) -> None:
    refused = {"message": "frame refused", "code": "RATE_LIMITED", "userId": "b0b", "connectionId": "c2"}
    log(chatting, answered("a11ce"), *[answered("b0b")] * 3, *[answered("car0l")] * 2)
    log(
        chatting,
        refused,
        refused,
        {"message": "frame refused", "code": "UNAUTHENTICATED", "connectionId": "c9"},
    )

    found = find_abuse(chatting, NOW - 1_000, NOW - 1_000, limit=2)

    assert found.talkers == [("b0b", 3), ("car0l", 2)]
    assert found.refused == [Refused("b0b", "RATE_LIMITED", 2), Refused("c9", "UNAUTHENTICATED", 1)]
    assert not found.partial


def test_only_lines_of_that_message_count_and_not_those_that_hold_its_words(
    chatting: DeploymentAccess,
) -> None:
    log(chatting, {"_aws": {"about": "frame refused"}, "code": "INVALID_FRAME", "FramesRefused": [1.0]})

    assert find_abuse(chatting, NOW - 1_000, NOW - 1_000, limit=10).refused == []


def test_what_is_older_is_not_counted(chatting: DeploymentAccess) -> None:
    log(chatting, answered("a11ce"), at=NOW - 60_000)

    assert find_abuse(chatting, NOW - 1_000, NOW - 1_000, limit=10).talkers == []


def test_bans_are_listed_newest_first_and_nothing_else_of_the_audit(chatting: DeploymentAccess) -> None:
    audit(chatting, "users ban", {"userId": "b0b"}, "spam", now=NOW / 1000)
    audit(chatting, "users unban", {"userId": "b0b"}, "a mistake", now=NOW / 1000 + 1)
    audit(chatting, "dlq drop", {"count": 1}, "users", now=NOW / 1000)

    verdicts = find_abuse(chatting, NOW, NOW - 1_000, limit=10).verdicts

    assert [(line["audit"], line["why"]) for line in verdicts] == [
        ("users unban", "a mistake"),
        ("users ban", "spam"),
    ]


def test_reports_are_listed_newest_first_and_nothing_else_of_the_directory(
    chatting: DeploymentAccess,
) -> None:
    rooms = Rooms(chatting.clients.dynamodb, "chat-test-rooms", "chat-test-memberships")
    chatting.clients.dynamodb.put_item(
        TableName="chat-test-rooms",
        Item={"roomId": {"S": "kitchen"}, "item": {"S": "room"}, "directory": {"S": "public"}},
    )
    reported = [
        Report("kitchen", f"176385600000{at}#m-{at}", "b0b", "a#1|ce", "rude \x1b[2J", at) for at in range(3)
    ]
    for each in reported:
        rooms.put_report(each)

    assert find_abuse(chatting, NOW, NOW, limit=2).reports == [reported[2], reported[1]]


def test_it_says_so_where_there_is_more_than_it_reads(
    chatting: DeploymentAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abuse, "EVENTS_LIMIT", 2)
    log(chatting, *[answered("a11ce")] * 3)

    found = find_abuse(chatting, NOW - 1_000, NOW, limit=10)

    assert (found.talkers, found.partial) == ([("a11ce", 2)], True)
