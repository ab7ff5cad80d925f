"""The functions' log lines, merged."""

import json
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from chatctl.commands.tail import Line, Lines, chosen, fields_of

if TYPE_CHECKING:
    from types_boto3_logs import CloudWatchLogsClient

FUNCTIONS = {"fanout": "chat-test-fanout", "connect": "chat-test-connect"}
START = int(time.time() * 1000) - 60_000  # CloudWatch takes no lines from the future


@pytest.fixture
def logs(aws: None) -> "CloudWatchLogsClient":
    client = boto3.client("logs")
    for name in FUNCTIONS.values():
        client.create_log_group(logGroupName=f"/aws/lambda/{name}")
        client.create_log_stream(logGroupName=f"/aws/lambda/{name}", logStreamName="one")
    return client


def put(logs: "CloudWatchLogsClient", function: str, at: int, text: str) -> None:
    logs.put_log_events(
        logGroupName=f"/aws/lambda/{FUNCTIONS[function]}",
        logStreamName="one",
        logEvents=[{"timestamp": at, "message": text}],
    )


def line(message: str, level: str = "INFO", **fields: Any) -> str:
    return json.dumps({"level": level, "message": message, **fields})


def messages(lines: list[Line]) -> list[str]:
    return [each.fields["message"] for each in lines]


def test_the_lines_of_all_functions_come_in_order_of_time(logs: "CloudWatchLogsClient") -> None:
    put(logs, "fanout", START + 2, line("second"))
    put(logs, "connect", START + 1, line("first"))

    assert messages(Lines(logs, FUNCTIONS, START).new()) == ["first", "second"]


def test_each_line_comes_once_even_if_it_appears_late(logs: "CloudWatchLogsClient") -> None:
    lines = Lines(logs, FUNCTIONS, START)
    put(logs, "fanout", START + 5_000, line("in time"))
    assert messages(lines.new()) == ["in time"]

    put(logs, "connect", START + 1_000, line("late"))

    assert messages(lines.new()) == ["late"]
    assert lines.new() == []


def test_a_function_that_never_ran_has_no_lines(logs: "CloudWatchLogsClient") -> None:
    assert Lines(logs, {"rooms": "chat-test-rooms"}, START).new() == []


@pytest.mark.parametrize("text", ["START RequestId: 1", '{"_aws": {}, "FanoutLag": [1]}', "[]", "{"])
def test_lines_that_no_logger_wrote_are_left_out(text: str) -> None:
    assert fields_of(text) is None


def test_lines_are_chosen_by_level_and_text() -> None:
    lines = [
        Line(1, "fanout", {"level": "INFO", "message": "settled", "messageId": "m1"}),
        Line(2, "fanout", {"level": "WARNING", "message": "queue call failed", "reason": "m1 throttled"}),
        Line(3, "fanout", {"level": "ERROR", "message": "poison record"}),
    ]

    assert [each.at for each in chosen(lines, "WARNING", None)] == [2, 3]
    assert [each.at for each in chosen(lines, "INFO", "m1")] == [1, 2]


def test_a_line_shows_when_who_and_what() -> None:
    shown = Line(
        START, "fanout", {"level": "INFO", "message": "record settled", "service": "fanout", "left": ["a="]}
    ).shown()

    assert "fanout" in shown
    assert "record settled left=['a=']" in shown
    assert "service" not in shown
