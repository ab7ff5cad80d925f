"""The swarm's containers: workers that find their master, commands that the swarm takes."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.load.targets import address_of

FILE = Path("tests/load/compose.yaml")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    return found


def test_workers_connect_to_where_the_master_listens(services: dict[str, Any]) -> None:
    master, worker = services["master"]["command"], services["worker"]["command"]
    assert address_of(worker[-1]) == ("master", address_of(master[master.index("--bind") + 1])[1])


def test_as_many_workers_start_as_the_master_waits_for(services: dict[str, Any]) -> None:
    master = services["master"]["command"]
    assert services["worker"]["deploy"]["replicas"] == master[master.index("--workers") + 1]


def test_no_container_holds_rights_it_does_not_need(services: dict[str, Any]) -> None:
    for service in services.values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_master_takes_its_command_and_refuses_a_foreign_target(services: dict[str, Any]) -> None:
    filled = [re.sub(r"\$\{\w+:-(.*)\}", r"\1", word) for word in services["master"]["command"]]
    words = ["wss://other.example.com/dev" if word.startswith("${TARGET") else word for word in filled]
    environment = {**os.environ, "SWARM_USERS": "", "SWARM_YES": ""}
    done = subprocess.run(
        [sys.executable, "-m", "tests.load", *words],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 2
    assert "not listed" in done.stderr
