"""`chatctl provision`: the topology and the code of the work tree on a running stack."""

from pathlib import Path
from typing import Annotated

import typer

from infra.local.clients import local_clients
from infra.local.code import service_zips
from infra.local.deployment import LocalSettings, local_deployment
from infra.local.emulator.provision import provision_identity, provision_resources, render_local
from infra.local.stack_file import StackFile, read_stack_file
from infra.local.state import DEFAULT_STATE_FOLDER, StateFolder
from infra.topology.file import load_topology
from infra.topology.model import Topology


def provision(
    state_dir: Annotated[Path, typer.Option(help="The folder of the running stack.")] = DEFAULT_STATE_FOLDER,
) -> None:
    """Bring the running stack up to the topology and the code of the work tree, and show what changed."""
    stack = read_stack_file(StateFolder(state_dir).stack_file)
    changes = reapply(stack, load_topology())
    for change in changes:
        print(change)
    if not changes:
        print("nothing changed")


def reapply(stack: StackFile, topology: Topology) -> list[str]:
    """Apply the topology and the work tree's code to a running stack; return one line for each change."""
    changes: list[str] = []
    clients = local_clients(stack.aws_endpoint_url, stack.region)
    deployment = local_deployment(topology)
    settings = LocalSettings(
        stack.aws_endpoint_url,
        stack.websocket_url,
        stack.callback_url,
        stack.auth_mode,
        stack.allowed_origins,
    )
    user_pool = provision_identity(clients, deployment, stack.auth_mode, changes.append)
    requests = render_local(topology, deployment, settings, user_pool, service_zips(topology))
    provision_resources(clients, requests, changes.append)
    return changes
