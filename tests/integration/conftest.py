"""Whole stacks on this machine, one a session and mode; tests keep apart by rooms of their own."""

import subprocess
import sys
import uuid
from collections.abc import Generator, Iterator

import pytest

from infra.local.stack_file import StackFile
from tests.integration.diagnosis import function_logs
from tests.integration.faulty_stack import FaultyStack, faulty
from tests.support.running_stack import running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackFile]:
    """A stack where users sign in."""
    with running_stack(tmp_path_factory.mktemp("cognito"), "cognito", "--frontend", "none") as stack:
        yield stack


@pytest.fixture(scope="session")
def mock_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackFile]:
    """A stack that believes what clients say of themselves."""
    with running_stack(tmp_path_factory.mktemp("mock"), "mock", "--frontend", "none") as stack:
        yield stack


@pytest.fixture
def trivial_server() -> Iterator[str]:
    """The address of a chat server that does as little as one can."""
    command = [sys.executable, "-m", "tests.load.trivial_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def room() -> str:
    """A room of the test's own."""
    return f"room-{uuid.uuid4().hex[:12]}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: "pytest.CallInfo[None]"
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shows the functions' logs beside a failing test."""
    report = yield
    if report.failed and isinstance(item, pytest.Function):
        for name, value in item.funcargs.items():
            stack = value.stack if isinstance(value, FaultyStack) else value
            if isinstance(stack, StackFile):
                report.sections.append((f"functions of {name}", function_logs(stack, int(call.start * 1000))))
    return report


@pytest.fixture(scope="session")
def faulty_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyStack]:
    folder = tmp_path_factory.mktemp("faulty")
    with running_stack(folder, "mock", "--frontend", "none") as stack, faulty(stack) as prepared:
        yield prepared


@pytest.fixture
def faults(faulty_session: FaultyStack) -> Iterator[FaultyStack]:
    """A stack to break; whole again after each test."""
    yield faulty_session
    faulty_session.reset()
