"""Health as SQS and CloudWatch on moto tell it."""

from datetime import UTC, datetime, timedelta

import pytest

from chatctl.access import DeploymentAccess
from chatctl.commands.status import write_health
from chatctl.health import AlarmNow, Health, QueueDepth, read_health
from infra.topology.model import Topology

NOW = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)


def accepted(access: DeploymentAccess, topology: Topology, count: int, at: datetime) -> None:
    access.clients.cloudwatch.put_metric_data(
        Namespace=access.deployment.metrics_namespace(topology),
        MetricData=[
            {
                "MetricName": "MessagesAccepted",
                "Dimensions": [{"Name": "service", "Value": "ingest"}],
                "Timestamp": at,
                "Value": count,
            }
        ],
    )


def alarm(access: DeploymentAccess, name: str, state: str) -> None:
    access.clients.cloudwatch.put_metric_alarm(
        AlarmName=name,
        MetricName="m",
        Namespace="n",
        Period=60,
        EvaluationPeriods=1,
        Statistic="Sum",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=0,
    )
    access.clients.cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="test")  # type: ignore[arg-type]  # a literal


def test_every_queue_is_told_and_letters_of_both_dead_letter_queues_count(
    access: DeploymentAccess, topology: Topology
) -> None:
    sqs = access.clients.sqs
    sqs.send_message(QueueUrl=access.queue_urls["shard"][1], MessageBody="job")
    for queue in ("dead-letters", "subscription-dead-letters"):
        sqs.send_message(QueueUrl=access.queue_urls[queue][0], MessageBody="letter")
    sqs.receive_message(QueueUrl=access.queue_urls["dead-letters"][0])

    health = read_health(access, topology, NOW)

    assert [(queue.name, queue.waiting, queue.in_flight) for queue in health.queues] == [
        ("chat-test-shard-0", 0, 0),
        ("chat-test-shard-1", 1, 0),
        ("chat-test-slice-0", 0, 0),
        ("chat-test-slice-1", 0, 0),
        ("chat-test-presence", 0, 0),
        ("chat-test-dead-letters", 0, 1),
        ("chat-test-subscription-dead-letters", 1, 0),
    ]
    assert health.dead_letters == 2


def test_jobs_that_wait_are_no_dead_letters(access: DeploymentAccess, topology: Topology) -> None:
    for queue in ("shard", "slice", "presence"):
        access.clients.sqs.send_message(QueueUrl=access.queue_urls[queue][0], MessageBody="job")

    assert read_health(access, topology, NOW).dead_letters == 0


def test_only_alarms_of_this_deployment_that_are_on_are_shown(
    access: DeploymentAccess, topology: Topology
) -> None:
    alarm(access, "chat-test-dead-letters", "ALARM")
    alarm(access, "chat-test-fanout-lag", "OK")
    alarm(access, "chat-other-dead-letters", "ALARM")

    health = read_health(access, topology, NOW)

    assert [each.name for each in health.alarms_on] == ["chat-test-dead-letters"]
    assert health.alarms == 2


def test_traffic_is_that_of_the_last_minutes_only(access: DeploymentAccess, topology: Topology) -> None:
    for minutes, count in ((1, 3), (5, 4), (40, 100)):
        accepted(access, topology, count, NOW - timedelta(minutes=minutes))

    health = read_health(access, topology, NOW)

    assert health.accepted == 7
    assert health.delivered is None
    assert health.lag_p99_ms is None


def test_the_screen_begins_with_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    health = Health(
        prefix="chat-test",
        queues=(QueueDepth(name="chat-test-dead-letters", waiting=2, in_flight=0, delayed=0),),
        dead_letters=2,
        alarms_on=(
            AlarmNow(name="chat-test-dead-letters", state="ALARM", since="12:00", description="They wait."),
        ),
        alarms=40,
        accepted=7,
        delivered=None,
        failed=0,
        lag_p99_ms=None,
    )

    write_health(health)

    text = capsys.readouterr().out
    assert text.startswith(
        "1 of 40 alarms are on  chat-test\n  chat-test-dead-letters since 12:00: They wait."
    )
    assert "7 messages accepted, no deliveries, 0 failed posts, lag p99 unknown" in text
    assert "2 dead letters" in text


def test_a_healthy_deployment_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    health = Health(
        prefix="chat-test",
        queues=(),
        dead_letters=0,
        alarms_on=(),
        alarms=40,
        accepted=7,
        delivered=21,
        failed=0,
        lag_p99_ms=123.4,
    )

    write_health(health)

    text = capsys.readouterr().out
    assert text.startswith("all 40 alarms are quiet")
    assert "lag p99 123 ms" in text
    assert "dead letters" not in text
