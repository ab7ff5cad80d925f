"""What a function tells when its handler fails."""

import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest

from shared.observability import observability


def test_a_failing_handler_is_logged_without_the_text_of_its_failure_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Test")
    observe = observability("observed-test")

    def handle(event: dict[str, Any], _context: Any) -> None:
        observe.count("Connects")
        raise ValueError(f"about {event['body']}")

    with pytest.raises(ValueError, match="s3cret"):
        observe.observed(handle)({"body": "s3cret"}, SimpleNamespace(aws_request_id="r1"))

    printed = capsys.readouterr().out
    logged, counted = (json.loads(line) for line in printed.splitlines())
    assert (logged["level"], logged["message"]) == ("ERROR", "function failed")
    assert (logged["error"], logged["awsRequestId"]) == ("ValueError", "r1")
    assert "test_observability.py:" in logged["places"][-1]
    assert "Connects" in counted
    assert "s3cret" not in printed


@pytest.mark.parametrize(
    ("keys", "one_in", "logged"),
    [({}, 1, True), ({}, 10**9, False), ({"messageId": "m"}, 10**9, True)],
    ids=["all", "sampled out", "about a message"],
)
def test_of_what_went_well_all_about_messages_and_a_sample_of_the_rest_is_logged(
    keys: dict[str, str],
    one_in: int,
    logged: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Test")
    monkeypatch.setenv("LOG_ONE_IN", str(one_in))
    observe = observability(f"sampled-{one_in}-{len(keys)}")

    def handle(_event: dict[str, Any], _context: Any) -> None:
        observe.logger.append_keys(**keys)
        observe.went_well("frame answered", route="ping")

    observe.observed(handle)({}, SimpleNamespace(aws_request_id="r1"))

    assert ("frame answered" in capsys.readouterr().out) == logged


@pytest.mark.parametrize("library", ["botocore.endpoint", "urllib3.connectionpool", "aws_xray_sdk"])
def test_at_debug_only_our_own_loggers_speak(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Test")
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "DEBUG")
    # What Lambda's runtime does with JSON logs and the application log level DEBUG.
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)

    observe = observability("debug-test")

    assert not logging.getLogger(library).isEnabledFor(logging.INFO)
    assert observe.logger.log_level == logging.DEBUG
