import pytest

from services.fanout.report import Report
from shared.observability import observability
from tests.unit.fanout.queue_doubles import FakeQueues


@pytest.fixture
def fake(aws: None) -> FakeQueues:
    return FakeQueues()


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Test")
    observe = observability("fanout-test")
    observe.metrics.clear_metrics()
    return Report(observe)
