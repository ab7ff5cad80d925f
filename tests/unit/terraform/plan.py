"""A Terraform plan as the tests read it."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.unit.terraform.made_up_plan import made_up_plan

REPOSITORY = Path(__file__).resolve().parents[3]
CONFIGURATION = REPOSITORY / "infra" / "terraform"
REGION = "eu-central-1"

# All that can be asked for: own domains, an address for alarms, interface endpoints.
EVERYTHING = (
    f'-var=websocket_domain={{name="ws.example.com",certificate_arn="arn:aws:acm:{REGION}:000000000000:certificate/1",zone_id="Z1"}}',
    '-var=web_domain={name="chat.example.com",certificate_arn="arn:aws:acm:us-east-1:000000000000:certificate/1",zone_id="Z1"}',
    '-var=alarm_emails={page="on-call@example.com"}',
    "-var=functions_in_vpc=true",
    "-var=canary=true",
    '-var=interface_endpoints=["sns","sqs"]',
)

PLUGINS = REPOSITORY / "build" / "terraform-plugins"

Values = dict[str, Any]
Planner = Callable[..., "Plan"]


@dataclass(frozen=True)
class Plan:
    """What a plan would create."""

    resources: tuple[Values, ...]
    outputs: Mapping[str, Any]

    def of(self, kind: str) -> dict[str, Values]:
        """The values of the resources of a type, by the key of their `for_each` (else their name)."""
        return {
            str(resource.get("index", resource["name"])): resource["values"]
            for resource in self.resources
            if resource["type"] == kind and resource["mode"] == "managed"
        }

    def named(self, kind: str, name: str) -> dict[str, Values]:
        """The values of the resources of one block, by the key of its `for_each`."""
        return {
            str(resource.get("index", name)): resource["values"]
            for resource in self.resources
            if (resource["type"], resource["name"], resource["mode"]) == (kind, name, "managed")
        }

    def values_of(self, kind: str) -> list[Values]:
        """The values of all resources of a type."""
        return [
            resource["values"]
            for resource in self.resources
            if resource["type"] == kind and resource["mode"] == "managed"
        ]

    def one(self, kind: str) -> Values:
        """The values of the only resource of a type."""
        (values,) = self.of(kind).values()
        return values


def offline_planner(tfcheck: str) -> Planner:
    """Return a function that plans with tfcheck's stand-in for the provider, which fills in ARNs and URLs."""

    def plan(configuration: Path, *variables: str) -> Plan:
        command = [tfcheck, "plan", str(configuration), "--resolve", "--quiet", "--json", "-"]
        said = _run([*command, "--root", str(REPOSITORY / "infra"), *variables])
        planned = json.loads(said)["planned_values"]
        outputs = {name: output["value"] for name, output in planned.get("outputs", {}).items()}
        return Plan(tuple(_resources(planned["root_module"])), outputs)

    return plan


def registry_planner(tfcheck: str | None) -> Planner:
    """Return a function that plans with the provider of the registry.

    Args:
        tfcheck: if given, the same is done offline, with its stand-in for the provider.
    """

    def plan(configuration: Path, *variables: str) -> Plan:
        def test(folder: Path, copy: Path) -> str:
            options = ["-json", "-verbose", *variables]
            if tfcheck:
                return _said([tfcheck, "test", str(copy), "--root", str(folder), *options])
            terraform = ["terraform", f"-chdir={copy}"]
            _run([*terraform, "init", "-backend=false", "-input=false", "-no-color"])
            return _said([*terraform, "test", *options])

        changes, outputs = made_up_plan(test, REPOSITORY / "infra", configuration, REGION)
        return Plan(
            tuple({**change, "values": change["change"]["after"] or {}} for change in changes), outputs
        )

    return plan


def _run(command: list[str]) -> str:
    result = _result(command)
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
    return result.stdout


def _said(command: list[str]) -> str:
    """Return what a command prints, also where it fails: that is in what it prints."""
    result = _result(command)
    return result.stdout + result.stderr


def _result(command: list[str]) -> subprocess.CompletedProcess[str]:
    PLUGINS.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "AWS_REGION": REGION, "TF_PLUGIN_CACHE_DIR": str(PLUGINS)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def _resources(module: Values) -> Iterator[Values]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)
