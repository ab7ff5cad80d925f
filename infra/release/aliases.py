"""Aliases of the Lambda functions: which version they point to, and of which release that is.

`live` is what API Gateway, queues and schedules call; `previous` is what `live` was before the last release.
`closed` is the version Terraform made, which answers 503: `live` until a release succeeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

# Named the same in infra/terraform/modules/functions.
LIVE, CLOSED = "live", "closed"
PREVIOUS = "previous"


class Pointer(NamedTuple):
    """Where an alias points to: a version, and the release that made it do so; empty before the first."""

    version: str
    release: str


def pointer_of(functions: LambdaClient, name: str, alias: str) -> Pointer | None:
    """Return where an alias of a function points to; None if there is no such alias."""
    try:
        found = functions.get_alias(FunctionName=name, Name=alias)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    return Pointer(found["FunctionVersion"], found.get("Description") or "")


def version_of(functions: LambdaClient, name: str, alias: str) -> str | None:
    """Return the version that an alias of a function points to; None if there is no such alias."""
    found = pointer_of(functions, name, alias)
    return found and found.version


def point(functions: LambdaClient, name: str, alias: str, to: Pointer) -> None:
    """Let an alias of a function, made if there is none, point to one version alone."""
    if pointer_of(functions, name, alias) is None:
        functions.create_alias(
            FunctionName=name, Name=alias, FunctionVersion=to.version, Description=to.release
        )
    else:
        # All of it: what a shift left half-way is over.
        functions.update_alias(
            FunctionName=name,
            Name=alias,
            FunctionVersion=to.version,
            Description=to.release,
            RoutingConfig={"AdditionalVersionWeights": {}},
        )


def move(functions: LambdaClient, name: str, to: Pointer) -> Pointer | None:
    """Let `live` point there, and `previous` to where it did; return where that was."""
    live = pointer_of(functions, name, LIVE)
    if live is not None:
        point(functions, name, PREVIOUS, live)
    point(functions, name, LIVE, to)
    return live
