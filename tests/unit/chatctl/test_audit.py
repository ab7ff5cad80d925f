"""The audit: a line for each change, kept as long as the topology says, never a change without it."""

import json

import pytest
from botocore.exceptions import ClientError

from chatctl.access import DeploymentAccess
from chatctl.audit import audit
from infra.local.emulator.audit_log import apply_audit_log

NOW = 1_795_500_000.0
LOG_GROUP = "/chatctl/chat-test"
RETENTION_DAYS = 365


def test_who_what_when_and_why_are_told_and_kept(
    access: DeploymentAccess, capsys: pytest.CaptureFixture[str]
) -> None:
    apply_audit_log(access.clients.logs, LOG_GROUP, RETENTION_DAYS, lambda _: None)

    audit(access, "dlq drop begins", {"letters": 3}, "cleaning up", NOW)

    (kept,) = access.clients.logs.filter_log_events(logGroupName=LOG_GROUP)["events"]
    assert (
        json.loads(kept["message"])
        == json.loads(capsys.readouterr().err)
        == {
            "audit": "dlq drop begins",
            "when": "2026-11-24T06:00:00.000+00:00",
            "who": "tester",
            "where": "chat-test",
            "why": "cleaning up",
            "letters": 3,
        }
    )


def test_without_its_log_group_nothing_is_changed(access: DeploymentAccess) -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        audit(access, "dlq drop begins", {}, "cleaning up", NOW)


def test_the_group_is_made_once_and_its_retention_kept_right(access: DeploymentAccess) -> None:
    told: list[str] = []
    for _ in range(2):
        apply_audit_log(access.clients.logs, LOG_GROUP, RETENTION_DAYS, told.append)
    access.clients.logs.put_retention_policy(logGroupName=LOG_GROUP, retentionInDays=1)
    apply_audit_log(access.clients.logs, LOG_GROUP, RETENTION_DAYS, told.append)

    assert told == [
        "created log group /chatctl/chat-test",
        "log group /chatctl/chat-test keeps 365 days",
        "log group /chatctl/chat-test keeps 365 days",
    ]
    (group,) = access.clients.logs.describe_log_groups()["logGroups"]
    assert group["retentionInDays"] == RETENTION_DAYS
