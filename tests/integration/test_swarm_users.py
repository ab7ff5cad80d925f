"""Test users of a swarm: made by `chatctl`, used by the swarm, gone again."""

import stat
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from chatctl.swarm_users import read_swarm_users, swarm_users_file
from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from tests.load.results import read_results
from tests.support.chatctl import Chatctl, chatctl_on

# How fast it is is not asked here: the functions start with the first calls.
SCENARIO = """
description: Six members who wait for the functions to start.
stages:
  - { name: ramp, seconds: 3, connections: 6 }
  - { name: hold, seconds: 6, connections: 6 }
behaviour: { messages_per_second: 1, v1: 0.2 }
settle_seconds: 60
thresholds:
  { delivery_p50: 2000, delivery_p99: 2000, acknowledgement_p99: 2000, connect_p99: 2000,
    duplicates: 1, errors: 0.5 }
"""
DEMO_USERS = {"alice", "bob", "carol"}


@pytest.fixture
def chatctl(stack: StackFile, tmp_path: Path) -> Chatctl:
    return partial(chatctl_on(stack, tmp_path), "users")


def usernames(stack: StackFile) -> set[str]:
    assert stack.cognito is not None
    cognito = local_clients(stack.aws_endpoint_url, stack.region).cognito
    listed = cognito.list_users(UserPoolId=stack.cognito.user_pool_id)["Users"]
    return {user["Username"] for user in listed}


@pytest.mark.nightly
def test_a_swarm_signs_in_as_users_that_come_and_go(
    stack: StackFile, chatctl: Chatctl, tmp_path: Path
) -> None:
    created = chatctl("create", "--count", "3", "--why", "test", "--yes")
    path = swarm_users_file(tmp_path, "chat-local")

    assert created.returncode == 0, created.stderr
    assert usernames(stack) >= DEMO_USERS | {"swarm-0001", "swarm-0002", "swarm-0003"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_swarm_users(path).password not in created.stdout + created.stderr
    assert '"audit": "users create"' in created.stderr

    scenario = tmp_path / "patient.yaml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    run = subprocess.run(
        [
            sys.executable, "-m", "tests.load", "run", str(scenario),
            "--stack", str(tmp_path / "stack.json"), "--users", str(path), "--out", str(tmp_path / "out"),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    results = read_results(tmp_path / "out" / "results.json")
    assert run.returncode == 0, run.stdout
    assert results.received == results.expected > results.acknowledged > 0
    assert read_swarm_users(path).password not in run.stdout + (tmp_path / "out" / "results.json").read_text()

    again = chatctl("create", "--count", "2", "--why", "test", "--yes")
    assert (again.returncode, "users delete" in again.stderr) == (2, True)
    deleted = chatctl("delete", "--why", "test", "--yes")
    assert deleted.returncode == 0, deleted.stderr
    assert not path.exists()
    assert usernames(stack) >= DEMO_USERS
    assert usernames(stack).isdisjoint({"swarm-0001", "swarm-0002", "swarm-0003"})


def test_without_a_file_nobody_is_deleted(chatctl: Chatctl) -> None:
    refused = chatctl("delete", "--why", "test", "--yes")
    assert refused.returncode == 2
    assert "users create" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_nobody_is_made_without_a_yes(stack: StackFile, chatctl: Chatctl, tmp_path: Path) -> None:
    refused = chatctl("create", "--count", "1", "--why", "test")
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    assert not swarm_users_file(tmp_path, "chat-local").exists()
    assert "swarm-0001" not in usernames(stack)


def test_a_count_of_nothing_is_refused(chatctl: Chatctl) -> None:
    assert chatctl("create", "--count", "0", "--why", "test", "--yes").returncode == 2
