"""The way of a message, from logs on moto."""

import json
import sys
import time

import pytest

from chatctl import cli
from chatctl.access import DeploymentAccess
from chatctl.commands.trace import HOUR_MS, find_steps, in_one_line
from tests.unit.examples import NOW, identifier

# Log services refuse lines of more than two weeks ago.
LATELY = int(time.time() * 1000) - 60_000
MESSAGE, OTHER = str(identifier(1)), str(identifier(2))


def log(access: DeploymentAccess, function: str, *lines: tuple[int, object]) -> None:
    """Writes lines (epoch ms, text or fields) to a function's log group."""
    group = f"/aws/lambda/{access.functions[function]}"
    access.clients.logs.create_log_group(logGroupName=group)
    access.clients.logs.create_log_stream(logGroupName=group, logStreamName="s")
    access.clients.logs.put_log_events(
        logGroupName=group,
        logStreamName="s",
        logEvents=[
            {"timestamp": at, "message": line if isinstance(line, str) else json.dumps(line)}
            for at, line in lines
        ],
    )


def test_the_lines_of_one_message_come_in_the_order_of_time(access: DeploymentAccess) -> None:
    log(
        access,
        "fanout",
        (LATELY + 20, {"message": "record settled", "messageId": MESSAGE, "settlement": "Done"}),
        (LATELY + 30, {"message": "record settled", "messageId": OTHER}),
    )
    log(
        access,
        "send-message",
        (LATELY + 5, f"START {MESSAGE}"),
        (LATELY + 10, {"message": "frame answered", "messageId": MESSAGE}),
    )

    steps = find_steps(access, MESSAGE, LATELY, LATELY + HOUR_MS)

    assert [(step["function"], step["message"], step["at"]) for step in steps] == [
        ("chat-test-send-message", "frame answered", LATELY + 10),
        ("chat-test-fanout", "record settled", LATELY + 20),
    ]


def test_lines_after_the_end_are_not_read(access: DeploymentAccess) -> None:
    log(access, "fanout", (LATELY, {"messageId": MESSAGE}), (LATELY + 50, {"messageId": MESSAGE}))

    steps = find_steps(access, MESSAGE, LATELY, LATELY + 40)

    assert [step["at"] for step in steps] == [LATELY]


def test_a_function_that_never_ran_has_no_lines(access: DeploymentAccess) -> None:
    assert find_steps(access, MESSAGE, LATELY, LATELY + HOUR_MS) == []


def test_a_line_leaves_out_what_says_nothing() -> None:
    step = {
        "at": NOW,
        "function": "chat-test-fanout",
        "level": "INFO",
        "message": "record settled",
        "delivered": 2,
        "gone": 0,
        "left": [],
        "reasons": ["429"],
    }

    assert in_one_line(step) == (
        '2025-11-23T00:00:00.000+00:00  chat-test-fanout  record settled  delivered=2 reasons=["429"]'
    )


@pytest.mark.parametrize("wrong", ["hello", "4b8c7f3e-98a1-4a3c-9d7c-2b1f6d1e0a55"])
def test_what_is_no_message_id_is_refused(
    wrong: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["chatctl", "trace", wrong])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 2
    assert capsys.readouterr().err == f"chatctl: {wrong!r} is not a messageId: those are UUIDs of version 7\n"
