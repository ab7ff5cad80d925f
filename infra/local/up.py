"""`chatctl up`: the whole system on this machine, until Ctrl-C."""

import asyncio
import os
import signal
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from infra.local.clients import local_clients
from infra.local.emulator.identity import DEMO_PASSWORD, DEMO_USERS, Identity
from infra.local.emulator.metric_pump import pump_metrics
from infra.local.local_stack import (
    HOST,
    FrontendMode,
    base_environment,
    frontend_variables,
    start_edge,
    start_emulator,
    start_frontend,
    wait_for,
)
from infra.local.ports import Ports, refuse_taken
from infra.local.processes import Children, running_children
from infra.local.provision import (
    LOCAL_REGION,
    LocalDeployment,
    local_place,
    provision_identity,
    provision_resources,
)
from infra.local.stack_file import AuthMode, CognitoAddresses, DemoUser, StackFile, write_stack_file
from infra.local.state import DEFAULT_STATE_FOLDER, StateFolder
from infra.topology.deployment import Place
from infra.topology.file import load_topology
from infra.topology.model import Topology
from infra.topology.render.policies import SUBSCRIPTION_DEAD_LETTERS


@dataclass(frozen=True)
class Run:
    """One run of a local stack: what was asked for, and the addresses that follow from it."""

    run_id: str
    topology: Topology
    state: StateFolder
    auth_mode: AuthMode
    frontend: FrontendMode
    ports: Ports

    @property
    def place(self) -> Place:
        return local_place(self.topology)

    @property
    def folder(self) -> Path:
        return self.state.run_folder(self.run_id)

    @property
    def aws_endpoint_url(self) -> str:
        return f"http://{HOST}:{self.ports.emulator}"

    @property
    def websocket_url(self) -> str:
        return f"ws://{HOST}:{self.ports.websocket}/{self.place.stage}"

    @property
    def callback_url(self) -> str:
        return f"http://{HOST}:{self.ports.callback}/{self.place.stage}"

    @property
    def frontend_url(self) -> str:
        return f"http://localhost:{self.ports.frontend}"

    @property
    def allowed_origins(self) -> str:
        return f"{self.frontend_url},http://{HOST}:{self.ports.frontend}"


def up(
    *,
    auth: Annotated[AuthMode, typer.Option(help="Sign-in by the emulator's Cognito, or none.")] = "cognito",
    frontend: Annotated[
        FrontendMode, typer.Option(help="Production build, development server, or no front end.")
    ] = "preview",
    port_emulator: Annotated[int, typer.Option(help="Port of the AWS emulator.")] = Ports.emulator,
    port_websocket: Annotated[int, typer.Option(help="Port clients connect to.")] = Ports.websocket,
    port_callback: Annotated[int, typer.Option(help="Port of @connections.")] = Ports.callback,
    port_frontend: Annotated[int, typer.Option(help="Port of the front end.")] = Ports.frontend,
    state_dir: Annotated[
        Path, typer.Option(help="Folder for stack.json and logs; a second stack needs its own.")
    ] = DEFAULT_STATE_FOLDER,
) -> None:
    """Run the whole system on this machine until Ctrl-C."""
    run = Run(
        run_id=uuid.uuid4().hex[:12],
        topology=load_topology(),
        state=StateFolder(state_dir),
        auth_mode=auth,
        frontend=frontend,
        ports=Ports(port_emulator, port_websocket, port_callback, port_frontend),
    )
    with run.state.held():
        refuse_taken(run.ports)
        asyncio.run(_serve(run, Console(highlight=False)))


async def _serve(run: Run, console: Console) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopped = asyncio.create_task(stop.wait())
    try:
        async with running_children(run.state, run.run_id, base_environment(run.folder)) as children:
            running = asyncio.create_task(_run(run, children, console))
            crashed = asyncio.create_task(children.crash())
            await asyncio.wait({running, stopped, crashed}, return_when=asyncio.FIRST_COMPLETED)
            children.refuse_crashed()
            if running.done():
                running.result()
            console.print("stopping …")
            await _cancelled(running, crashed)
    finally:
        await _cancelled(stopped)


async def _cancelled(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _run(run: Run, children: Children, console: Console) -> None:
    begin = time.monotonic()
    with console.status("starting the emulator") as status:
        await start_emulator(children, run.ports)
        await start_edge(children, run.ports, run.topology, run.place, run.folder)
        clients = local_clients(run.aws_endpoint_url, LOCAL_REGION)
        await wait_for("emulator", f"{run.aws_endpoint_url}/_ministack/health")
        status.update("creating tables, queues, functions and users")
        identity = await asyncio.to_thread(provision_identity, clients, run.place, run.auth_mode, _quiet)
        serving = asyncio.create_task(_frontend(run, children, identity))
        deployment = LocalDeployment(
            run.aws_endpoint_url, run.callback_url, run.auth_mode, run.allowed_origins
        )
        queue_urls = await asyncio.to_thread(
            provision_resources, clients, run.topology, deployment, identity, _quiet
        )
        status.update("waiting for the edge and the front end")
        await wait_for("edge", f"http://{HOST}:{run.ports.callback}/health")
        await serving
        stack = _describe(run, children, identity, queue_urls)
    write_stack_file(run.state.stack_file, stack)
    _show(console, run, stack, time.monotonic() - begin)
    await pump_metrics(clients, run.topology, run.place, queue_urls)


def _quiet(_change: str) -> None:
    """A fresh emulator makes everything new: nothing worth a line."""


async def _frontend(run: Run, children: Children, identity: Identity | None) -> None:
    if run.frontend != "none":
        variables = frontend_variables(run.websocket_url, run.aws_endpoint_url, LOCAL_REGION, identity)
        await start_frontend(children, run.frontend, run.ports.frontend, variables, run.folder)
        await wait_for("front end", f"http://{HOST}:{run.ports.frontend}/")


def _describe(
    run: Run, children: Children, identity: Identity | None, queue_urls: dict[str, str]
) -> StackFile:
    topology, place = run.topology, run.place

    def urls(queue: str) -> tuple[str, ...]:
        return tuple(queue_urls[name] for name in place.queue_names(topology, queue))

    return StackFile(
        run_id=run.run_id,
        pids={"chatctl": os.getpid()} | children.pids,
        websocket_url=run.websocket_url,
        callback_url=run.callback_url,
        edge_admin_url=f"http://{HOST}:{run.ports.callback}/_edge",
        frontend_url=run.frontend_url if run.frontend != "none" else None,
        allowed_origins=run.allowed_origins,
        aws_endpoint_url=run.aws_endpoint_url,
        region=LOCAL_REGION,
        auth_mode=run.auth_mode,
        cognito=CognitoAddresses(
            endpoint=run.aws_endpoint_url, user_pool_id=identity.user_pool_id, client_id=identity.client_id
        )
        if identity
        else None,
        demo_users=tuple(
            DemoUser(username=name, password=DEMO_PASSWORD if identity else None) for name in DEMO_USERS
        ),
        tables={name: place.name(name) for name in topology.tables},
        topic_arn=place.topic_arn(topology.topic),
        shard_queue_urls=urls("shard"),
        dead_letter_queue_url=urls("dead-letters")[0],
        subscription_dead_letter_queue_url=urls(SUBSCRIPTION_DEAD_LETTERS)[0],
        functions={name: place.name(name) for name in topology.functions},
    )


def _show(console: Console, run: Run, stack: StackFile, seconds: float) -> None:
    console.print(f"[bold green]ready[/] after {seconds:.1f} s; Ctrl-C stops everything")
    if stack.frontend_url:
        console.print(f"  chat        {stack.frontend_url}")
    console.print(f"  WebSocket   {stack.websocket_url}")
    console.print(f"  callback    {stack.callback_url}")
    console.print(f"  emulator    {stack.aws_endpoint_url}")
    console.print(f"  all of it   {run.state.stack_file}   logs in {run.state.logs}")
    names = ", ".join(user.username for user in stack.demo_users)
    if stack.cognito:
        console.print(f"  sign in as  {names} with the password {DEMO_PASSWORD}")
    else:
        console.print(f"  sign in as  {names} or anybody else: mock mode believes every name")
