"""A Terraform plan as the tests read it."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[3]
CONFIGURATION = REPOSITORY / "infra" / "terraform"
REGION = "eu-central-1"

Values = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What a plan would create."""

    resources: tuple[Values, ...]
    outputs: Mapping[str, Any]
    modules: Mapping[str, Any]

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

    def references(self, module: str, address: str, argument: str) -> list[str]:
        """What an argument of a module's resource refers to in the configuration."""
        resources = self.modules[module]["module"]["resources"]
        (resource,) = (each for each in resources if each["address"] == address)
        return list(resource["expressions"][argument]["references"])

    def one(self, kind: str) -> Values:
        """The values of the only resource of a type."""
        (values,) = self.of(kind).values()
        return values


def make_plan(tfcheck: str, directory: Path, *options: str) -> Plan:
    """Plan against tfcheck's made-up account, ARNs and URLs filled in."""
    command = [tfcheck, "plan", str(directory), "--resolve", "--quiet", "--root", str(REPOSITORY / "infra")]
    result = subprocess.run(
        [*command, *options, "--json", "-"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "AWS_REGION": REGION},
    )
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
    plan = json.loads(result.stdout)
    return Plan(
        resources=tuple(_resources(plan["planned_values"]["root_module"])),
        outputs=plan["planned_values"].get("outputs", {}),
        modules=plan["configuration"]["root_module"].get("module_calls", {}),
    )


def _resources(module: Values) -> Iterator[Values]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)
