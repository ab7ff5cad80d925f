"""The function that closes connections whose tokens have expired, called by its schedule."""

import json
import os
from types import SimpleNamespace

import pytest

from services.ingest.expiring import Run
from shared.observability import observability
from shared.protocol.refusals import RateLimited

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="close-expired")


@pytest.mark.usefixtures("inbox")
def test_each_failure_of_a_run_is_told_not_the_first_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from services.ingest.handlers import close_expired

    broken: list[Exception] = [RateLimited("DynamoDB throttles"), TypeError("a fault of ours")]
    monkeypatch.setattr(close_expired, "close_expired", lambda _: Run(broken=broken))
    # Powertools keeps a logger, and with it its stream, for ever under the name of its service.
    monkeypatch.setattr(close_expired, "observability", lambda _: observability("close-expired"))

    with pytest.raises(RateLimited):
        close_expired.build(os.environ)({}, CONTEXT)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"RateLimited", "TypeError"} <= {line.get("error") for line in lines}
