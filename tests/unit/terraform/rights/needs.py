"""Which actions a deployment takes on what: from a plan, the provider's calls, and AWS's reference."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.unit.terraform.plan import REGION, Plan
from tests.unit.terraform.rights import reference
from tests.unit.terraform.rights.patterns import covers

PROVIDER_CALLS = Path(__file__).with_name("provider_calls.yaml")
ACCOUNT = "000000000000"  # of the plans
PHASES = ("create", "read", "update", "delete")
# Dependent actions of AWS's reference that an option takes which nothing here uses.
OPTIONS_NOT_TAKEN = {
    ("cloudfront:CreateDistribution", "cloudfront:CreateConnectionGroup"),  # multi-tenant distributions
    ("kms:CreateKey", "iam:CreateServiceLinkedRole"),  # multi-Region keys
    ("lambda:CreateFunction", "lambda:PassCapacityProvider"),  # Lambda Managed Instances
    ("sns:CreateTopic", "iam:PassRole"),  # logging of delivery status
    ("sns:SetTopicAttributes", "iam:PassRole"),
}

Calls = Mapping[str, Any]


@dataclass(frozen=True)
class Need:
    """An action on a resource, and the resource type that takes it."""

    action: str
    resource: str
    whose: str

    @property
    def writes(self) -> bool:
        return reference.named(self.action).writes


@cache
def read_calls() -> dict[str, Calls]:
    calls: dict[str, Calls] = yaml.safe_load(PROVIDER_CALLS.read_text(encoding="utf-8"))
    return calls


def needs_of(plan: Plan, environment: str) -> set[Need]:
    """What Terraform needs to create, read, change and delete all of a plan."""
    calls, arns = read_calls(), _arns(plan)
    kinds = {resource["type"] for resource in plan.resources if resource["mode"] == "managed"}
    return {
        need
        for kind in (*kinds, "backend_s3")
        for action in _with_dependent(calls[kind])
        for need in _on_resources(action, kind, calls[kind], arns, environment)
    }


def service_linked_roles(plan: Plan) -> set[str]:
    """The services whose service-linked role a plan's resources may have to make."""
    calls = read_calls()
    kinds = {resource["type"] for resource in plan.resources if resource["mode"] == "managed"}
    return {service for kind in kinds for service in calls[kind].get("service_linked_roles", ())}


def _with_dependent(calls: Calls) -> set[str]:
    taken = {action for phase in PHASES for action in calls[phase]}
    return taken | {
        dependent
        for action in taken
        for dependent in reference.named(action).dependent
        if (action, dependent) not in OPTIONS_NOT_TAKEN
    }


def _on_resources(
    name: str, kind: str, calls: Calls, arns: Mapping[str, set[str]], environment: str
) -> Iterator[Need]:
    action = reference.named(name)
    patterns = reference.resource_patterns(action)
    if patterns == ["*"]:
        yield Need(name, "*", kind)
        return
    if "arn" in calls:
        own = {
            calls["arn"].format(region=REGION, account=ACCOUNT, project="chat", environment=environment),
        }
    else:
        own = arns.get(kind, set())
    for resource in own:
        if any(_is_of(pattern, resource) for pattern in patterns):
            yield Need(name, resource, kind)
    if not any(_is_of(pattern, resource) for pattern in patterns for resource in own):
        for pattern in patterns if action.required else patterns[:1]:
            known = {arn for found in arns.values() for arn in found if _is_of(pattern, arn)}
            for resource in known or {_sample(pattern)}:
                yield Need(name, resource, kind)


def _is_of(pattern: str, arn: str) -> bool:
    """Whether an ARN is of that form; the name of a bucket holds no slash."""
    return covers(pattern, arn) and (not pattern.endswith(":s3:::*") or "/" not in arn)


def _arns(plan: Plan) -> dict[str, set[str]]:
    """The ARNs of a plan's resources by type; made-up ones that hold another ARN are none."""
    found: dict[str, set[str]] = {}
    for resource in plan.resources:
        arn = str(resource["values"].get("arn") or "")
        if resource["mode"] == "managed" and arn.count("arn:") == 1:
            found.setdefault(resource["type"], set()).add(arn)
    for bucket in plan.of("aws_s3_bucket").values():
        found["aws_s3_bucket"].add(f"arn:aws:s3:::{bucket['bucket']}/index.html")
    return found


def _sample(pattern: str) -> str:
    """An ARN of that form in the account and region of the plan."""
    fields = pattern.split(":", 5)
    values = ("arn", "aws", fields[2], REGION, ACCOUNT)
    filled = [value if field == "*" else field for field, value in zip(fields, values, strict=False)]
    return ":".join((*filled, re.sub(r"\*", "some", fields[5])))
