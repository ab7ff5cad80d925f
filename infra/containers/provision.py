"""`python -m infra.containers.provision` fills the emulator and DynamoDB Local, and tells the others.

It runs once both answer, and again when code or topology changed (`docker compose run --rm provisioner`).
Into the state folder it writes `edge.json` for the edge and `frontend.env` for the front end.
"""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from infra.errors import CommandError
from infra.local.clients import local_clients
from infra.local.code import service_zips
from infra.local.deployment import LOCAL_REGION, LocalSettings, local_deployment
from infra.local.emulator.identity import DEMO_PASSWORD, DEMO_USERS
from infra.local.emulator.provision import provision_identity, provision_resources, render_local
from infra.local.local_stack import HOST, edge_settings, frontend_variables
from infra.local.ports import Ports
from infra.local.stack_file import AuthMode
from infra.topology.file import TopologyError, load_topology

DYNAMODB_PORT = 8000


def provision(
    *,
    state: Annotated[Path, typer.Option(help="Folder shared with the other containers.")] = Path("/state"),
    auth: Annotated[AuthMode, typer.Option(envvar="AUTH_MODE", help="As `chatctl up --auth`.")] = "cognito",
    port_emulator: int = Ports.emulator,
    port_websocket: int = Ports.websocket,
    port_callback: int = Ports.callback,
    port_frontend: int = Ports.frontend,
    port_dynamodb: int = DYNAMODB_PORT,
) -> None:
    """Create what the topology says, and describe it in the state folder."""
    # All containers share one network namespace: everything is at its loopback, as it is with `make dev`.
    ports = Ports(port_emulator, port_websocket, port_callback, port_frontend)
    aws_endpoint_url = f"http://{HOST}:{ports.emulator}"
    dynamodb_endpoint = f"http://{HOST}:{port_dynamodb}"
    topology = load_topology()
    deployment = local_deployment(topology)
    clients = local_clients(aws_endpoint_url, LOCAL_REGION, dynamodb_endpoint)
    websocket_url = f"ws://{HOST}:{ports.websocket}/{deployment.stage}"
    settings = LocalSettings(
        aws_endpoint_url=aws_endpoint_url,
        websocket_url=websocket_url,
        callback_url=f"http://{HOST}:{ports.callback}/{deployment.stage}",
        auth_mode=auth,
        allowed_origins=f"http://localhost:{ports.frontend},http://{HOST}:{ports.frontend}",
        dynamodb_endpoint=dynamodb_endpoint,
    )
    user_pool = provision_identity(clients, deployment, auth, print)
    requests = render_local(topology, deployment, settings, user_pool, service_zips(topology))
    provision_resources(clients, requests, print)
    variables = frontend_variables(websocket_url, aws_endpoint_url, LOCAL_REGION, user_pool)
    (state / "edge.json").write_text(
        edge_settings(ports, topology, deployment).model_dump_json(), encoding="utf-8"
    )
    (state / "frontend.env").write_text(
        "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items()), encoding="utf-8"
    )
    names = ", ".join(DEMO_USERS)
    print(f"sign in as {names}" + (f" with the password {DEMO_PASSWORD}" if user_pool else ""))


if __name__ == "__main__":
    try:
        typer.run(provision)
    except (CommandError, TopologyError, BotoCoreError, ClientError) as error:
        print(f"provision: {error}", file=sys.stderr)
        sys.exit(2)
