"""Policies as IAM evaluates them: what is denied, what is allowed, and under which circumstances."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.unit.terraform.rights.patterns import covers

Statement = dict[str, Any]
Circumstances = Mapping[str, str]


@dataclass(frozen=True)
class Policy:
    """One policy document, and where it comes from."""

    label: str
    statements: tuple[Statement, ...]

    @classmethod
    def parse(cls, label: str, document: str) -> "Policy":
        return cls(label, tuple(listed(json.loads(document)["Statement"])))


def allowed(policies: Iterable[Policy], action: str, resource: str, circumstances: Circumstances) -> bool:
    """Whether identity policies together allow an action on a resource."""
    effects = {
        statement["Effect"]
        for policy in policies
        for statement in policy.statements
        if _applies(statement, action, resource, circumstances)
    }
    return effects == {"Allow"}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _applies(statement: Statement, action: str, resource: str, circumstances: Circumstances) -> bool:
    return (
        _takes(tuple(listed(statement["Action"])), action)
        and _names(statement, resource)
        and all(
            _holds(operator, key, values, circumstances)
            for operator, conditions in statement.get("Condition", {}).items()
            for key, values in conditions.items()
        )
    )


@cache  # one of AWS's own policies has thousands of patterns, and is asked of each resource anew
def _takes(patterns: tuple[str, ...], action: str) -> bool:
    return any(covers(pattern.lower(), action.lower()) for pattern in patterns)


def _names(statement: Statement, resource: str) -> bool:
    if "NotResource" in statement:
        return not any(covers(pattern, resource) for pattern in listed(statement["NotResource"]))
    return any(covers(pattern, resource) for pattern in listed(statement["Resource"]))


def _holds(operator: str, key: str, values: Any, circumstances: Circumstances) -> bool:
    actual = {name.lower(): value for name, value in circumstances.items()}.get(key.lower())
    if actual is None:
        return False
    exact = {"StringEquals", "Bool"}
    return any(
        value == actual if operator in exact else covers(str(value), actual) for value in listed(values)
    )
