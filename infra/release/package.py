"""`chatctl package`: the zips that Lambda runs, one a service."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from infra.release.packaging.build import build_package
from infra.release.packaging.import_check import fresh_environment
from infra.release.packaging.targets import host_target, lambda_target
from infra.repository import ROOT
from infra.topology.deployment import Deployment
from infra.topology.file import load_topology
from infra.topology.model import Topology
from infra.topology.render.values import Outputs, environment_of

MEGABYTE = 1_000_000


def package(
    platform: Annotated[
        Literal["lambda", "host"], typer.Option(help="For Lambda (python3.13, arm64) or for this Python.")
    ] = "lambda",
    out: Annotated[Path, typer.Option(help="Folder for the zips.")] = Path("build/packages"),
) -> None:
    """Build one zip for every service: its code and wheels, compiled, the same bytes every time."""
    console = Console(highlight=False, soft_wrap=True)
    topology = load_topology()
    target = lambda_target() if platform == "lambda" else host_target()
    if target.python is None:
        console.print("no python3.13 here: the packages hold no .pyc files, so cold starts take longer")
    out.mkdir(parents=True, exist_ok=True)
    for service in sorted({function.service for function in topology.functions.values()}):
        with console.status(f"building {service}"):
            content = build_package(ROOT, service, target)
        (out / f"{service}.zip").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        console.print(f"{out / service}.zip  {len(content) / MEGABYTE:.1f} MB  sha256 {digest}")
        if target.name == "host":
            for line in _import_times(service, topology, content):
                console.print(f"  {line}")
    if target.name == "lambda":
        console.print("built for another machine; --platform host measures the imports")


def _import_times(service: str, topology: Topology, content: bytes) -> Iterator[str]:
    with fresh_environment(content) as environment:
        for name, function in topology.functions.items():
            if function.service == service:
                seconds = environment.import_seconds(
                    function.handler.rpartition(".")[0], sample_environment(name, topology)
                )
                yield f"{name} imports in {seconds * 1000:.0f} ms of CPU"


def sample_environment(function: str, topology: Topology) -> dict[str, str]:
    """Variables a handler can start with, as they look on AWS; nothing answers behind them."""
    deployment = Deployment(topology.project, "sample", "us-east-1", "000000000000", "sample")
    names = [name for queue in topology.queues for name in deployment.queue_names(topology, queue)]
    issuer = f"https://cognito-idp.{deployment.region}.amazonaws.com/sample"
    outputs = Outputs(
        queue_urls={
            name: f"https://sqs.{deployment.region}.amazonaws.com/{deployment.account}/{name}"
            for name in names
        },
        callback_url=f"https://{deployment.api_id}.execute-api.{deployment.region}.amazonaws.com/{deployment.stage}",
        websocket_url=f"wss://{deployment.api_id}.execute-api.{deployment.region}.amazonaws.com/{deployment.stage}",
        identity={"user_pool_id": "sample", "client_id": "sample", "issuer": issuer},
        settings={
            "auth_mode": "cognito",
            "allowed_origins": "https://chat.example",
            "log_level": "INFO",
            "metrics_namespace": deployment.metrics_namespace(topology),
        },
    )
    lambdas_own = {
        "AWS_REGION": deployment.region,
        "AWS_DEFAULT_REGION": deployment.region,
        "AWS_ACCESS_KEY_ID": "sample",
        "AWS_SECRET_ACCESS_KEY": "sample",
        "AWS_LAMBDA_FUNCTION_NAME": deployment.name(function),
    }
    return environment_of(function, topology, deployment, outputs) | lambdas_own
