"""A stack comes whole and goes whole, however it goes."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from infra.local.clients import local_clients
from infra.local.ports import Ports
from infra.local.stack_file import StackFile, read_stack_file, write_stack_file
from infra.local.state import StateFolder
from infra.local.sweep import RUN_VARIABLE
from infra.topology.file import load_topology
from tests.support.chatctl import PROGRAM, run_chatctl
from tests.support.ports import free_ports

# Of somebody who works with AWS, behind a proxy, and whose profile is gone.
SHELL = {
    "AWS_PROFILE": "nobody",
    "AWS_ENDPOINT_URL": "http://192.0.2.1",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_SESSION_TOKEN": "of another account",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "NO_PROXY": "",
}
PATIENCE_SECONDS = 180.0  # a deadline, not a wait: a start takes a minute on a machine that is very busy


@dataclass(frozen=True)
class Up:
    """A running `chatctl up` without a front end, in Cognito mode."""

    process: "subprocess.Popen[str]"
    folder: Path
    ports: Ports

    @property
    def stack_file(self) -> Path:
        return self.folder / "stack.json"

    def ready(self) -> StackFile:
        until(lambda: self.stack_file.exists() or self.process.poll() is not None)
        return read_stack_file(self.stack_file)

    def left_behind(self) -> list[object]:
        """Processes, ports and files of the run; its logs and its lock file may stay."""
        processes = [process for process in psutil.process_iter() if is_of(process, self.folder)]
        ports = [port for port in vars(self.ports).values() if listens(port)]
        files = [path.name for path in self.folder.iterdir() if path.name not in {"logs", "up.lock"}]
        return [*processes, *ports, *files]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@contextmanager
def chatctl_up(folder: Path) -> Iterator[Up]:
    ports = Ports(*free_ports(4))
    process = subprocess.Popen(
        [PROGRAM, "up", "--frontend", "none", "--state-dir", str(folder), *port_options(ports)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | SHELL,
    )
    try:
        yield Up(process, folder, ports)
    finally:
        process.kill()
        process.communicate()


def port_options(ports: Ports) -> list[str]:
    return [text for name, port in vars(ports).items() for text in (f"--port-{name}", str(port))]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_of(process: psutil.Process, folder: Path) -> bool:
    """Whether a process belongs to a stack of this folder: all its children get their TMPDIR there."""
    try:
        environment = process.environ()
    except psutil.Error:
        return False
    return RUN_VARIABLE in environment and environment["TMPDIR"].startswith(str(folder.resolve()))


def test_ready_means_that_what_users_wait_for_runs_and_after_ctrl_c_nothing_is_left(folder: Path) -> None:
    with chatctl_up(folder) as up:
        stack = up.ready()
        assert {"chatctl", "emulator", "edge"} == stack.pids.keys()
        assert len(up.left_behind()) > len(vars(up.ports))
        running = {
            process.environ()["AWS_LAMBDA_FUNCTION_NAME"]
            for process in psutil.process_iter()
            if is_of(process, folder) and "AWS_LAMBDA_FUNCTION_NAME" in process.environ()
        }
        topology = load_topology()
        scheduled = {name for name, each in topology.functions.items() if each.schedule_minutes}
        assert running == {name for each, name in stack.functions.items() if each not in scheduled}
        clients = local_clients(stack.aws_endpoint_url, stack.region)
        rows = {name: clients.dynamodb.scan(TableName=name)["Count"] for name in stack.tables.values()}
        assert set(rows.values()) == {0}  # the warm-up said nothing

        up.process.send_signal(signal.SIGINT)
        output, errors = up.process.communicate(timeout=PATIENCE_SECONDS)

        assert up.process.returncode == 0, errors
        assert errors == ""
        assert stack.websocket_url in output
        assert up.left_behind() == []


def test_ctrl_c_twice_during_the_start_leaves_nothing_behind(folder: Path) -> None:
    with chatctl_up(folder) as up:
        until(lambda: listens(up.ports.emulator))

        up.process.send_signal(signal.SIGINT)
        up.process.send_signal(signal.SIGINT)
        _, errors = up.process.communicate(timeout=PATIENCE_SECONDS)

        assert up.process.returncode == 0
        assert errors == ""
        assert up.left_behind() == []


def test_a_killed_chatctl_leaves_nothing_behind(folder: Path) -> None:
    with chatctl_up(folder) as up:
        up.ready()

        up.process.kill()

        until(lambda: up.left_behind() == [])


@pytest.mark.nightly
@pytest.mark.parametrize("victim", ["edge", "emulator"])
def test_the_crash_of_a_child_stops_everything_and_names_it(folder: Path, victim: str) -> None:
    with chatctl_up(folder) as up:
        stack = up.ready()

        os.kill(stack.pids[victim], signal.SIGKILL)
        _, errors = up.process.communicate(timeout=PATIENCE_SECONDS)

        assert up.process.returncode == 1
        assert errors.startswith(f"chatctl: {victim} ended with exit code -9")
        assert str(folder / "logs" / f"{victim}.log") in errors
        assert up.left_behind() == []


@pytest.mark.nightly
def test_down_stops_a_running_stack(folder: Path) -> None:
    with chatctl_up(folder) as up:
        up.ready()

        answer = run_chatctl(folder, "down")

        assert answer.stdout == "stopped\n", answer.stderr
        assert up.process.wait(PATIENCE_SECONDS) == 0
        assert up.left_behind() == []


def test_a_folder_serves_one_stack_at_a_time(folder: Path) -> None:
    state = StateFolder(folder)
    with state.held():
        answer = run_chatctl(folder, "up")

    assert answer.returncode == 2
    assert f"a stack runs with {folder} already (pid {os.getpid()})" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_down_clears_what_a_vanished_stack_left(folder: Path) -> None:
    folder.mkdir()
    run_folder = StateFolder(folder).run_folder("gone")
    run_folder.mkdir()
    write_stack_file(folder / "stack.json", a_stack(run_id="gone"))

    answer = run_chatctl(folder, "down")

    assert answer.returncode == 0
    assert "a stack that is gone" in answer.stdout
    assert list(folder.iterdir()) == []


def test_down_without_a_stack_says_so(folder: Path) -> None:
    answer = run_chatctl(folder, "down")

    assert answer.returncode == 2
    assert answer.stderr.startswith("chatctl: no stack is running")


def a_stack(run_id: str) -> StackFile:
    return StackFile(
        run_id=run_id,
        pids={},
        websocket_url="ws://127.0.0.1:1/local",
        callback_url="http://127.0.0.1:2/local",
        edge_admin_url="http://127.0.0.1:2/_edge",
        frontend_url=None,
        allowed_origins="",
        aws_endpoint_url="http://127.0.0.1:3",
        region="us-east-1",
        auth_mode="mock",
        cognito=None,
        demo_users=(),
        tables={},
        topic_arn="",
        shard_queue_urls=(),
        slice_queue_urls=(),
        presence_queue_url="",
        dead_letter_queue_url="",
        subscription_dead_letter_queue_url="",
        functions={},
    )
