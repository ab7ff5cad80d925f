"""Versions of the Lambda functions and the aliases that point to them.

`live` is what API Gateway and the queues call; `previous` is what `live` was before the last release.
`closed` is the version Terraform made, which answers 503: `live` until a release succeeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.topology.parts.functions import Function
from infra.topology.render.functions import ARCHITECTURE

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

# Named the same in infra/terraform/modules/functions.
LIVE, CLOSED = "live", "closed"
PREVIOUS = "previous"

Report = Callable[[str], None]
Published = Mapping[str, str]  # version by the function's full name


class NothingToReturnTo(Exception):
    """The functions were released once at most."""


def consumers_first(functions: Mapping[str, Function], deployed: Iterable[str]) -> list[str]:
    """Return the order of a release: what reads jobs understands new ones before any are written.

    A roll-back goes the other way round. Names are the topology's.
    """
    return sorted(deployed, key=lambda name: (not functions[name].consumes, name))


def publish(functions: LambdaClient, packages: Mapping[str, Path]) -> Published:
    """Give every function its zip as a new version; none is live yet.

    Args:
        functions: client of AWS Lambda.
        packages: zip of each function, by the function's full name, in the order of switching.
    """
    return {name: _publish(functions, name, package) for name, package in packages.items()}


def switch(functions: LambdaClient, published: Published, report: Report) -> None:
    """Make the versions live, one function after the other, and forget those that nobody can return to.

    Args:
        functions: client of AWS Lambda.
        published: what `publish` gave.
        report: takes one line about each step.
    """
    for name, version in published.items():
        _switch(functions, name, version, report)
        _forget_old_versions(functions, name)


def roll_back(functions: LambdaClient, names: list[str], report: Report) -> None:
    """Switch each function back to the version it had before the last release; doing it twice undoes it.

    Raises:
        NothingToReturnTo: a function was released once at most; all are closed until a release succeeds.
    """
    targets = {name: version_of(functions, name, PREVIOUS) for name in names}
    if None in targets.values():
        _close(functions, names, report)
        raise NothingToReturnTo(
            "there is no release before this one: handshakes are answered 503 until a release succeeds"
        )
    for name, version in targets.items():
        _switch(functions, name, str(version), report)


def version_of(functions: LambdaClient, name: str, alias: str) -> str | None:
    """Return the version that an alias of a function points to; None if there is no such alias."""
    try:
        return functions.get_alias(FunctionName=name, Name=alias)["FunctionVersion"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise


def _publish(functions: LambdaClient, name: str, package: Path) -> str:
    # Not named, the architecture would be x86_64.
    functions.update_function_code(
        FunctionName=name, ZipFile=package.read_bytes(), Architectures=[ARCHITECTURE]
    )
    functions.get_waiter("function_updated_v2").wait(FunctionName=name)
    version = functions.publish_version(FunctionName=name)["Version"]
    functions.get_waiter("published_version_active").wait(FunctionName=name, Qualifier=version)
    return version


def _switch(functions: LambdaClient, name: str, version: str, report: Report) -> None:
    live = version_of(functions, name, LIVE)
    if live == version:
        report(f"{name}: version {version} stays live")
        return
    if live is not None and live != version_of(functions, name, CLOSED):
        _point(functions, name, PREVIOUS, live)
    _point(functions, name, LIVE, version)
    report(f"{name}: version {live} → {version}")


def _close(functions: LambdaClient, names: Iterable[str], report: Report) -> None:
    for name in names:
        if closed := version_of(functions, name, CLOSED):
            _point(functions, name, LIVE, closed)
            report(f"{name}: closed")


def _forget_old_versions(functions: LambdaClient, name: str) -> None:
    # A region keeps 75 GB of code for an account, old versions included.
    kept = {"$LATEST", *(version_of(functions, name, alias) for alias in (LIVE, PREVIOUS, CLOSED))}
    for page in functions.get_paginator("list_versions_by_function").paginate(FunctionName=name):
        for version in page["Versions"]:
            if version["Version"] not in kept:
                functions.delete_function(FunctionName=name, Qualifier=version["Version"])


def _point(functions: LambdaClient, name: str, alias: str, version: str) -> None:
    if version_of(functions, name, alias) is None:
        functions.create_alias(FunctionName=name, Name=alias, FunctionVersion=version)
    else:
        # All of it: what a shift left half-way is over.
        functions.update_alias(
            FunctionName=name,
            Name=alias,
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": {}},
        )
