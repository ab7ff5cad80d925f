"""Every command that shows what strangers chose, against texts that terminals and rich would obey."""

import json
import time
import unicodedata

import pytest
from typer.testing import CliRunner

from chatctl.access import DeploymentAccess, DeploymentOptions
from chatctl.cli import cli
from infra.topology.file import load_topology
from infra.topology.render.tables import table_definition
from shared.stores.rooms import Report, Rooms

HOSTILE = "\x1b]0;owned\x07\x9b2J\n[/nope][bold]x[/] CRITICAL forged\u202eevil\u200b"

COMMANDS = [
    ["connections", "list"],
    ["connections", "list", "--json"],
    ["rooms"],
    ["rooms", "--json"],
    ["dlq", "list"],
    ["dlq", "list", "--json"],
    ["dlq", "drop", "--dry-run", "--why", HOSTILE, "--yes"],
    ["tail", "--no-follow"],
    ["tail", "--no-follow", "--json"],
    ["abuse"],
    ["abuse", "--json"],
    ["status"],
    ["status", "--json"],
]


@pytest.fixture
def haunted(access: DeploymentAccess, monkeypatch: pytest.MonkeyPatch) -> DeploymentAccess:
    """A deployment whose tables, queues, logs and alarms hold hostile text."""
    clients, now_ms = access.clients, int(time.time() * 1000)
    for name in ("connections", "rooms"):
        table = load_topology().tables[name]
        clients.dynamodb.create_table(**table_definition(name, table, access.deployment))
    report = Report(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, now_ms)
    Rooms(clients.dynamodb, "chat-test-rooms", "chat-test-memberships").put_report(report)
    clients.dynamodb.put_item(
        TableName="chat-test-connections",
        Item={
            "connectionId": {"S": "c1"},
            "roomId": {"S": HOSTILE},
            "userId": {"S": HOSTILE},
            "username": {"S": HOSTILE},
            "connectedAt": {"N": str(now_ms)},
            "ttl": {"N": str(now_ms // 1000 + 3_600)},
            "protocol": {"S": "v2"},
        },
    )
    clients.sqs.send_message(
        QueueUrl=access.dead_letter_url("dead-letters"), MessageBody=json.dumps({"reason": HOSTILE})
    )
    clients.cloudwatch.put_metric_alarm(
        AlarmName="chat-test-odd",
        AlarmDescription=HOSTILE,
        MetricName="m",
        Namespace="n",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    clients.cloudwatch.set_alarm_state(AlarmName="chat-test-odd", StateValue="ALARM", StateReason=HOSTILE)
    line = {"level": "WARNING", "message": HOSTILE, "reason": HOSTILE, "requestId": HOSTILE}
    for function in access.functions.values():
        clients.logs.create_log_group(logGroupName=f"/aws/lambda/{function}")
        clients.logs.create_log_stream(logGroupName=f"/aws/lambda/{function}", logStreamName="s")
        clients.logs.put_log_events(
            logGroupName=f"/aws/lambda/{function}",
            logStreamName="s",
            logEvents=[
                {"timestamp": now_ms - 1_000, "message": json.dumps(each)}
                for each in (line, {"message": "frame refused", "userId": HOSTILE, "code": HOSTILE})
            ],
        )
    monkeypatch.setattr(DeploymentOptions, "open", lambda _options, _topology: access)
    return access


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(words[:3]))
def test_a_command_shows_it_and_nothing_obeys_it(haunted: DeploymentAccess, command: list[str]) -> None:
    ran = CliRunner().invoke(cli(command), command)

    assert ran.exception is None, ran.output
    everything = ran.stdout + ran.stderr
    assert "forged" in everything or command[0] == "dlq"
    assert not any(line.lstrip().startswith(("[/nope]", "CRITICAL")) for line in everything.splitlines())
    assert {c for c in everything if unicodedata.category(c) in {"Cc", "Cf", "Cs"}} <= {"\n"}
