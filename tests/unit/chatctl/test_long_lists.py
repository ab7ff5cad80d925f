"""What may be long is shown from its beginning, with how much is left; what is empty says so."""

import json
import time

import pytest
from typer.testing import CliRunner, Result

from chatctl.access import DeploymentAccess, DeploymentOptions
from chatctl.cli import cli
from infra.topology.file import load_topology
from infra.topology.render.tables import table_definition
from shared.stores.connections import Connection, Connections

NOW = int(time.time())


@pytest.fixture
def deployment_access(access: DeploymentAccess, monkeypatch: pytest.MonkeyPatch) -> DeploymentAccess:
    """The deployment that every command opens; its connections have a table."""
    table = load_topology().tables["connections"]
    access.clients.dynamodb.create_table(**table_definition("connections", table, access.deployment))
    monkeypatch.setattr(DeploymentOptions, "open", lambda _options, _topology: access)
    return access


def run(*words: str) -> Result:
    return CliRunner().invoke(cli([*words]), words)


def connect(access: DeploymentAccess, count: int) -> None:
    stored = Connections(access.clients.dynamodb, "chat-test-connections")
    for number in range(count):
        opened = (NOW - 60 + number) * 1000
        stored.put(Connection(f"c{number:02}=", "global", "u1", "Ann", opened, NOW + 3_600, "v2"))


def test_connections_are_listed_from_the_oldest_to_the_limit(deployment_access: DeploymentAccess) -> None:
    connect(deployment_access, 5)

    shown = run("connections", "list", "--limit", "2").stdout
    told = json.loads(run("connections", "list", "--limit", "2", "--json").stdout)

    assert "c00=" in shown
    assert "c01=" in shown
    assert "c02=" not in shown
    assert shown.endswith("and 3 more\n")
    assert [each["connectionId"] for each in told] == ["c00=", "c01="]


def test_a_list_that_is_whole_speaks_of_no_more(deployment_access: DeploymentAccess) -> None:
    connect(deployment_access, 2)

    assert "more" not in run("connections", "list", "--limit", "2").stdout


def test_dead_letters_are_listed_to_the_limit_and_all_of_them_to_scripts(
    deployment_access: DeploymentAccess,
) -> None:
    url = deployment_access.dead_letter_url("dead-letters")
    for _ in range(3):
        deployment_access.clients.sqs.send_message(QueueUrl=url, MessageBody="no job")

    shown = run("dlq", "list", "--limit", "1").stdout
    told = json.loads(run("dlq", "list", "--json").stdout)

    assert shown.endswith("and 2 more\n")
    assert len(told) == 3


def test_a_tail_without_a_line_says_so_beside_its_output(deployment_access: DeploymentAccess) -> None:
    ran = run("tail", "--no-follow", "--since", "15m")

    assert ran.exit_code == 0
    assert ran.stdout == ""
    assert ran.stderr == "no such line was logged in the last 15 m\n"
