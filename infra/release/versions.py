"""Versions of the Lambda functions and the two aliases that point to them.

`live` is what API Gateway and the queues call; `previous` is what `live` was before the last release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.topology.model import Function

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

LIVE = "live"  # named the same in infra/terraform/modules/functions
PREVIOUS = "previous"

Report = Callable[[str], None]


class NothingToReturnTo(Exception):
    """A function has no `previous` alias: it was released once at most."""


def consumers_first(functions: Mapping[str, Function], deployed: Iterable[str]) -> list[str]:
    """Return the order of a release: what reads jobs understands new ones before any are written.

    A roll-back goes the other way round. Names are the topology's.
    """
    return sorted(deployed, key=lambda name: (functions[name].consumes is None, name))


def release(functions: LambdaClient, packages: Mapping[str, Path], report: Report) -> None:
    """Give every function its zip, then switch all of them, one after the other.

    Nothing is switched before all have their new version: a failure on the way leaves the old release live.

    Args:
        functions: client of AWS Lambda.
        packages: zip of each function, by the function's full name, in the order of switching.
        report: takes one line about each step.
    """
    published = {name: _publish(functions, name, package) for name, package in packages.items()}
    for name, version in published.items():
        _switch(functions, name, version, report)
        _forget_old_versions(functions, name)


def roll_back(functions: LambdaClient, names: list[str], report: Report) -> None:
    """Switch each function back to the version it had before the last release; doing it twice undoes it.

    Raises:
        NothingToReturnTo: names the function; none was switched.
    """
    targets = {name: _version_of(functions, name, PREVIOUS) for name in names}
    missing = [name for name, version in targets.items() if version is None]
    if missing:
        raise NothingToReturnTo(f"{missing[0]} has no release before this one")
    for name, version in targets.items():
        _switch(functions, name, str(version), report)


def _publish(functions: LambdaClient, name: str, package: Path) -> str:
    functions.update_function_code(FunctionName=name, ZipFile=package.read_bytes())
    functions.get_waiter("function_updated_v2").wait(FunctionName=name)
    version = functions.publish_version(FunctionName=name)["Version"]
    functions.get_waiter("published_version_active").wait(FunctionName=name, Qualifier=version)
    return version


def _switch(functions: LambdaClient, name: str, version: str, report: Report) -> None:
    live = _version_of(functions, name, LIVE)
    if live == version:
        report(f"{name}: version {version} stays live")
        return
    if live is not None:
        _point(functions, name, PREVIOUS, live)
    _point(functions, name, LIVE, version)
    report(f"{name}: version {live} → {version}")


def _forget_old_versions(functions: LambdaClient, name: str) -> None:
    # A region keeps 75 GB of code for an account, old versions included.
    kept = {"$LATEST", _version_of(functions, name, LIVE), _version_of(functions, name, PREVIOUS)}
    for page in functions.get_paginator("list_versions_by_function").paginate(FunctionName=name):
        for version in page["Versions"]:
            if version["Version"] not in kept:
                functions.delete_function(FunctionName=name, Qualifier=version["Version"])


def _version_of(functions: LambdaClient, name: str, alias: str) -> str | None:
    try:
        return functions.get_alias(FunctionName=name, Name=alias)["FunctionVersion"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise


def _point(functions: LambdaClient, name: str, alias: str, version: str) -> None:
    if _version_of(functions, name, alias) is None:
        functions.create_alias(FunctionName=name, Name=alias, FunctionVersion=version)
    else:
        functions.update_alias(FunctionName=name, Name=alias, FunctionVersion=version)
