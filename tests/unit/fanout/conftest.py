import pytest

from tests.unit.fanout.queue_doubles import FakeQueues


@pytest.fixture
def fake(aws: None) -> FakeQueues:
    return FakeQueues()
