"""Settings of all tests."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.support.environment import forget_the_shell

# No test asserts wall-clock time, this one neither: a busy machine is no fault of the code.
settings.register_profile(
    "chat", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50
)
# `make properties`: every night others, and many more of them.
settings.register_profile("nightly", settings.get_profile("chat"), max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "chat"))

forget_the_shell()

# Session fixtures that take long to make; pytest counts them among an item's where another one needs them.
MADE_ONCE = ("stack", "mock_stack", "faulty_session", "planned")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests of a fixture that takes long in one process, so that it is made once."""
    if isinstance(item, pytest.Function) and item.get_closest_marker("xdist_group") is None:
        for name in item.fixturenames:
            if name in MADE_ONCE:
                item.add_marker(pytest.mark.xdist_group(name))
