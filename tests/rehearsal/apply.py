"""Creates what a plan holds, through botocore: each resource type as terraform-provider-aws asks for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.rehearsal.catalogue import CREATE, ORDER
from tests.unit.terraform.plan import Plan, Values

Client = Callable[[str], Any]


class NotRehearsed(Exception):
    """A plan has a resource type that the rehearsal cannot create."""


@dataclass
class Applied:
    """What stands; `real` translates the plan's made-up ids and ARNs."""

    client: Client
    real: dict[str, str] = field(default_factory=dict)
    undo: list[tuple[str, Callable[[], Any]]] = field(default_factory=list)

    def translated(self, value: Any) -> Any:
        """Return a value with made-up ids replaced, wherever they stand in it."""
        text = json.dumps(value)
        for made_up, real in sorted(self.real.items(), key=lambda pair: -len(pair[0])):
            text = text.replace(json.dumps(made_up)[1:-1], json.dumps(real)[1:-1])
        return json.loads(text)

    def outputs(self, plan: Plan) -> dict[str, Any]:
        """Return what `terraform output -json` would say."""
        return {name: {"value": self.translated(value)} for name, value in plan.outputs.items()}


def apply(plan: Plan, client: Client) -> Applied:
    """Create every resource of a plan, in the order of their dependencies.

    Raises:
        NotRehearsed: names the resource type.
    """
    applied = Applied(client)
    for kind, values in _in_order(plan):
        wanted = applied.translated(values)
        made = CREATE[kind](client, wanted)
        applied.real |= {
            str(values[name]): str(real)
            for name, real in made.facts.items()
            if values.get(name) and str(values[name]) != str(real)
        }
        applied.undo.append((kind, made.delete))
    return applied


def destroy(applied: Applied) -> None:
    """Delete all of it, last things first."""
    while applied.undo:
        _, delete = applied.undo.pop()
        delete()


def _in_order(plan: Plan) -> Iterator[tuple[str, Values]]:
    kinds = {resource["type"] for resource in plan.resources if resource["mode"] == "managed"}
    if unknown := kinds - set(ORDER):
        raise NotRehearsed(", ".join(sorted(unknown)))
    for kind in ORDER:
        for values in plan.values_of(kind):
            yield kind, values
