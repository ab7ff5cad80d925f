"""`chatctl doctor`: what is wrong with an environment on AWS that its alarms do not tell."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from botocore.session import Session

from chatctl.access import DeploymentOptions, JsonOption
from chatctl.doctor import examine
from chatctl.terminal import write, write_json
from infra.errors import CommandError
from infra.local.deployment import LOCAL_ENVIRONMENT
from infra.topology.file import load_topology


def doctor(
    *,
    users: Annotated[int, typer.Option(min=1, help="Users connected at once to expect.")] = 1_000,
    options: DeploymentOptions,
    as_json: JsonOption = False,
) -> None:
    """Check an environment on AWS: quotas, alarms and who hears them, versions, certificates."""
    if options.env == LOCAL_ENVIRONMENT:
        raise CommandError("doctor is for AWS: name the environment with --env")
    topology = load_topology()
    access = options.open(topology)
    session = Session(profile=options.profile)

    def client(service: str, region: str = access.deployment.region) -> Any:
        return session.create_client(service, region_name=region)

    findings = examine(access, client, topology, users=users, now=datetime.now(UTC))
    if as_json:
        write_json([asdict(finding) for finding in findings])
        return
    for finding in findings:
        write(finding.what)
        write(f"  see {finding.page}")
    if not findings:
        write(("nothing to look after", "bold green"), f"  {access.prefix}")
