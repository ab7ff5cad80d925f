"""What operators are told of a record in figures."""

from typing import Any

import pytest

from services.fanout.records import Record
from services.fanout.report import Report
from services.fanout.settlement import Done, RecordTally, Tally
from tests.unit.examples import NOW, record


def tally(record: Record, counts: Tally | None = None, scattered: int = 0) -> RecordTally:
    return RecordTally({item: counts or Tally() for item in record.items}, scattered)


def figures(report: Report) -> dict[str, Any]:
    return {name: metric["Value"] for name, metric in report.observe.metrics.metric_set.items()}


def test_attempts_are_those_of_the_targets_not_of_the_queue_alone(report: Report) -> None:
    fourth = record(1, attempt=3, receive_count=1)
    report.settled(fourth, tally(fourth, Tally(delivered=1)), Done())

    assert figures(report)["Attempts"] == [4]


def test_each_scatter_is_a_figure_of_its_own_and_small_rooms_are_none(report: Report) -> None:
    one = record(1)
    for counts, scattered in ((Tally(), 7), (Tally(delivered=1), 0), (Tally(), 2)):
        report.settled(one, tally(one, counts, scattered), Done())

    assert figures(report)["SlicesScattered"] == [7, 2]
    assert figures(report)["DeliveriesDelivered"] == [0, 1, 0]


@pytest.mark.parametrize(("attempt", "receive_count"), [(1, 1), (0, 2)])
def test_what_is_tried_again_is_not_everyones_lag(report: Report, attempt: int, receive_count: int) -> None:
    slow = record(1, attempt=attempt, receive_count=receive_count)
    report.settled(slow, tally(slow, Tally(delivered=1, last_delivered_at=NOW + 30_000)), Done())

    assert "FanoutLag" not in figures(report)


def test_the_lag_is_from_acceptance_to_the_last_delivery(report: Report) -> None:
    one = record(1)
    report.settled(one, tally(one, Tally(delivered=1, last_delivered_at=NOW + 40)), Done())

    assert figures(report)["FanoutLag"] == [40]
