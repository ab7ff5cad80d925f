"""`chatctl up`: the whole system on this machine, until Ctrl-C."""

import asyncio
import signal
import time
import uuid
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from infra.clients import Clients
from infra.edge.settings import EdgeSettings
from infra.local.clients import local_clients
from infra.local.code import service_zips
from infra.local.deployment import LOCAL_REGION
from infra.local.emulator.identity import DEMO_PASSWORD, UserPool
from infra.local.emulator.metric_pump import pump_metrics
from infra.local.emulator.provision import provision_identity, provision_resources, render_local
from infra.local.emulator.schedules import call_on_schedule
from infra.local.local_stack import (
    HOST,
    FrontendMode,
    base_environment,
    edge_settings,
    frontend_variables,
    start_edge,
    start_emulator,
    start_frontend,
    wait_for,
)
from infra.local.ports import Ports, refuse_taken
from infra.local.processes import Children, running_children
from infra.local.progress import progress
from infra.local.run import Run, describe
from infra.local.stack_file import AuthMode, StackFile, write_stack_file
from infra.local.state import DEFAULT_STATE_FOLDER, StateFolder
from infra.local.warm_up import warm_up
from infra.topology.file import load_topology

WARM_UP_SECONDS = 30.0


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
    with progress(console, steps=3 if run.frontend == "none" else 4) as tell:
        tell("starting the AWS emulator and the edge")
        await start_emulator(children, run.ports, run.allowed_origins)
        edge = edge_settings(run.ports, run.topology, run.deployment)
        await start_edge(children, run.ports, edge, run.folder)
        clients = local_clients(run.aws_endpoint_url, LOCAL_REGION)
        await wait_for("emulator", f"{run.aws_endpoint_url}/_ministack/health")
        tell("creating users, tables, queues, functions and alarms")
        user_pool = await asyncio.to_thread(
            provision_identity, clients, run.deployment, run.auth_mode, _quiet
        )
        serving = asyncio.create_task(_frontend(run, children, user_pool))
        await asyncio.to_thread(_provision, run, clients, user_pool)
        tell("starting an instance of each function")
        await _warm_up(run, clients, edge, console)
        await wait_for("edge", f"http://{HOST}:{run.ports.callback}/health")
        if run.frontend != "none":
            tell("building the front end" if run.frontend == "preview" else "starting the front end")
        await serving
        stack = describe(run, children.pids, user_pool)
    since_ms = int(time.time() * 1000)
    write_stack_file(run.state.stack_file, stack)
    _show(console, run, stack, time.monotonic() - begin)
    await asyncio.gather(
        pump_metrics(clients, run.topology, run.deployment, run.queue_urls, since_ms),
        call_on_schedule(clients.functions, run.topology, run.deployment),
    )


async def _warm_up(run: Run, clients: Clients, edge: EdgeSettings, console: Console) -> None:
    """Start each function once; one that fails, or takes too long, does not keep the others from working."""
    now = int(time.time() * 1000)
    starting = asyncio.to_thread(warm_up, clients.functions, run.topology, run.deployment, edge, now)
    try:
        failures = await asyncio.wait_for(starting, WARM_UP_SECONDS)
    except TimeoutError:
        failures = [f"some functions have not started within {WARM_UP_SECONDS:.0f} s"]
    for failure in failures:
        console.print(f"[bold red]function fails[/] {escape(failure)}")


def _provision(run: Run, clients: Clients, user_pool: UserPool | None) -> None:
    requests = render_local(run.topology, run.deployment, run.settings, user_pool, service_zips(run.topology))
    provision_resources(clients, requests, _quiet)


def _quiet(_change: str) -> None:
    """Tell nothing: a fresh emulator makes everything new."""


async def _frontend(run: Run, children: Children, user_pool: UserPool | None) -> None:
    if run.frontend != "none":
        variables = frontend_variables(run.websocket_url, run.aws_endpoint_url, LOCAL_REGION, user_pool)
        await start_frontend(children, run.frontend, run.ports.frontend, variables, run.folder)
        await wait_for("front end", f"http://{HOST}:{run.ports.frontend}/")


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
