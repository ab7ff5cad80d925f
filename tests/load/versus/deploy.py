"""Deploys the reference's algorithm beside ours: the same emulator, and an edge of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.clients import Clients
from infra.edge.settings import EdgeSettings, Route
from infra.local.clients import LOCAL_KEY
from infra.local.deployment import LOCAL_ACCOUNT
from infra.local.stack_file import StackFile
from infra.release.packaging.archive import archive
from infra.topology.render.functions import ARCHITECTURE, RUNTIME
from infra.topology.render.policies import LAMBDA_MAY_ASSUME, POLICY_VERSION
from tests.load.versus.side import Side
from tests.support.ports import free_ports

CODE = Path(__file__).with_name("reference_functions.py")
CONNECTIONS, MESSAGES = "reference-connections", "reference-messages"
ROLE = "reference"
ROUTES = {
    "$connect": "connect",
    "$disconnect": "disconnect",
    "sendMessage": "send_message",
    "getMessages": "get_messages",
}
API_ID, STAGE = "referenceedge", "local"
# As ours, so that neither has more of the machine; the reference's own time-out is 30 s as well.
MEMORY_MB, TIMEOUT_SECONDS = 1769, 30


@contextmanager
def reference_beside(stack: StackFile, clients: Clients, folder: Path) -> Iterator[Side]:
    """The reference's tables, role, functions and edge; the edge stops with the block."""
    websocket_port, callback_port = free_ports(2)
    callback_url = f"http://127.0.0.1:{callback_port}/{STAGE}"
    _create_tables(clients)
    _create_role(clients, stack.region)
    _create_functions(clients, stack.aws_endpoint_url, callback_url)
    with _edge(stack, folder, websocket_port, callback_port) as edge_pid:
        yield Side(
            name="reference",
            websocket_url=f"ws://127.0.0.1:{websocket_port}/{STAGE}",
            admin_url=f"http://127.0.0.1:{callback_port}/_edge",
            v1=True,
            functions=(_function("send_message"),),
            connections_table=CONNECTIONS,
            pids=(*stack.pids.values(), edge_pid),
        )


def _function(handler: str) -> str:
    return f"reference-{handler.replace('_', '-')}"


def _create_tables(clients: Clients) -> None:
    clients.dynamodb.create_table(
        TableName=CONNECTIONS,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "connectionId", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "connectionId", "KeyType": "HASH"}],
    )
    clients.dynamodb.create_table(
        TableName=MESSAGES,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "roomId", "AttributeType": "S"},
            {"AttributeName": "sortKey", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "roomId", "KeyType": "HASH"},
            {"AttributeName": "sortKey", "KeyType": "RANGE"},
        ],
    )


def _create_role(clients: Clients, region: str) -> None:
    tables = f"arn:aws:dynamodb:{region}:{LOCAL_ACCOUNT}:table"
    grants: list[tuple[list[str], str]] = [
        (["dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Scan"], f"{tables}/{CONNECTIONS}"),
        (["dynamodb:PutItem", "dynamodb:Query"], f"{tables}/{MESSAGES}"),
        (
            ["execute-api:ManageConnections"],
            f"arn:aws:execute-api:{region}:{LOCAL_ACCOUNT}:{API_ID}/{STAGE}/POST/@connections/*",
        ),
    ]
    statements = [{"Effect": "Allow", "Action": actions, "Resource": arn} for actions, arn in grants]
    policy = {"Version": POLICY_VERSION, "Statement": statements}
    clients.iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(LAMBDA_MAY_ASSUME))
    clients.iam.put_role_policy(RoleName=ROLE, PolicyName="grants", PolicyDocument=json.dumps(policy))


def _create_functions(clients: Clients, aws_endpoint_url: str, callback_url: str) -> None:
    code = archive({CODE.name: CODE})
    variables = {
        "AWS_ENDPOINT_URL": aws_endpoint_url,
        "CALLBACK_URL": callback_url,
        "CONNECTIONS_TABLE": CONNECTIONS,
        "MESSAGES_TABLE": MESSAGES,
    }
    for handler in ROUTES.values():
        request: Any = {
            "FunctionName": _function(handler),
            "Runtime": RUNTIME,
            "Architectures": [ARCHITECTURE],
            "Role": f"arn:aws:iam::{LOCAL_ACCOUNT}:role/{ROLE}",
            "Handler": f"{CODE.stem}.{handler}",
            "Code": {"ZipFile": code},
            "MemorySize": MEMORY_MB,
            "Timeout": TIMEOUT_SECONDS,
            "Environment": {"Variables": variables},
        }
        clients.functions.create_function(**request)


@contextmanager
def _edge(stack: StackFile, folder: Path, websocket_port: int, callback_port: int) -> Iterator[int]:
    settings = EdgeSettings(
        api_id=API_ID,
        stage=STAGE,
        region=stack.region,
        lambda_endpoint=stack.aws_endpoint_url,
        routes={key: Route(function=_function(handler)) for key, handler in ROUTES.items()},
    )
    config = folder / "reference-edge.json"
    config.write_text(settings.model_dump_json(), encoding="utf-8")
    command = [
        sys.executable, "-m", "infra.edge", "--config", str(config),
        "--port", str(websocket_port), "--callback-port", str(callback_port),
    ]  # fmt: skip
    keys = {"AWS_ACCESS_KEY_ID": LOCAL_KEY, "AWS_SECRET_ACCESS_KEY": LOCAL_KEY}
    with (
        (folder / "reference-edge.log").open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=keys) as process,
    ):
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["ready"]
            yield process.pid
        finally:
            process.terminate()
