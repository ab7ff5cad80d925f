"""The commands of `docs/operations/restore.md`, run on moto as they stand there."""

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore import xform_name
from botocore.session import Session

from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.render.tables import table_definition
from shared.stores.dynamodb import marshal
from shared.stores.entries import item_of
from shared.stores.erasures import Erasures
from tests.unit.examples import message

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

PAGE = Path(__file__).resolve().parents[3] / "docs/operations/restore.md"
COMMANDS = re.findall(r"^ +aws dynamodb (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
USER = "5d2b1c9e"


def run(client: "DynamoDBClient", command: str) -> dict[str, Any]:
    """Call what a command of AWS's command line calls; waiting is not needed here."""
    operation, *words = shlex.split(command)
    if operation == "wait":
        assert words[0].replace("-", "_") in client.waiter_names
        return {}
    model = Session().get_service_model("dynamodb")
    shape = model.operation_model({xform_name(name, "-"): name for name in model.operation_names}[operation])
    assert shape.input_shape is not None
    members = {xform_name(name, "-"): name for name in shape.input_shape.members}
    options: dict[str, Any] = {}
    for option, value in zip(words, [*words[1:], "--"], strict=True):
        if option.startswith("--no-"):
            options[members[option.removeprefix("--no-")]] = False
        elif option.startswith("--"):
            options[members[option.removeprefix("--")]] = parsed(value)
    return dict(getattr(client, xform_name(shape.name))(**options))


def parsed(value: str) -> Any:
    """Read JSON, or the short form of a structure, as the command line does."""
    if value.startswith("{"):
        return json.loads(value)
    if re.fullmatch(r"(\w+=[^,]+,?)+", value):
        pairs = dict(pair.split("=") for pair in value.split(","))
        return {name: {"true": True, "false": False}.get(each, each) for name, each in pairs.items()}
    return value


def test_the_page_brings_a_table_back_and_erases_again_who_left(aws: None, topology: Topology) -> None:
    client = boto3.client("dynamodb")
    prod = Deployment(topology.project, "prod", "eu-central-1", "123456789012", "api")
    for name in ("messages", "users"):
        client.create_table(**table_definition(name, topology.tables[name], prod))
    erasures = Erasures(client, prod.name("users"))
    erasures.begin(USER, None, 1_795_810_500_000)
    erasures.finish(USER)
    said = item_of(message(1))
    client.put_item(TableName=prod.name("messages"), Item=marshal(said))
    backup = listed = ""

    for command in COMMANDS:
        answer = run(client, command.replace("BACKUP_ARN", backup).replace("USER_ID", USER))
        backup = answer.get("BackupDetails", {}).get("BackupArn", backup)
        listed += json.dumps(answer.get("Items", ""))

    assert client.scan(TableName=prod.name("messages"))["Items"] == [marshal(said)]
    assert USER in listed
    assert [each.user_id for each in erasures.pending(10)] == [USER]
