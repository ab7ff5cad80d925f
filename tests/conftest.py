"""Settings of all tests."""

import os

import pytest
from hypothesis import HealthCheck, settings

from infra.local.shell import without_foreign
from infra.topology.file import load_topology

# No test asserts wall-clock time, this one neither: a busy machine is no fault of the code.
settings.register_profile(
    "chat", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50
)
# `make properties`: every night others, and many more of them.
settings.register_profile("nightly", settings.get_profile("chat"), max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "chat"))

# A test sees neither the shell that starts it (an AWS account, a function's variable, colours) nor what make
# hands down: a pipeline's RERUNS is not for the make of a test. What is elsewhere may need a proxy.
_PROXIES = {name: value for name, value in os.environ.items() if name.upper().endswith("_PROXY")}
_NOT_OURS = {
    *("MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "ARGS", "JOBS", "RERUNS", "SCENARIO"),
    *("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR"),
    *load_topology().environment,
}
_kept = without_foreign(os.environ) | _PROXIES | {"NO_PROXY": "127.0.0.1,localhost,::1"}
os.environ.clear()
os.environ.update({name: value for name, value in _kept.items() if name not in _NOT_OURS})

# Session fixtures that take long to make; pytest counts them among an item's where another one needs them.
MADE_ONCE = ("stack", "mock_stack", "faulty_session", "planned")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests of a fixture that takes long in one process, so that it is made once."""
    if isinstance(item, pytest.Function) and item.get_closest_marker("xdist_group") is None:
        for name in item.fixturenames:
            if name in MADE_ONCE:
                item.add_marker(pytest.mark.xdist_group(name))
